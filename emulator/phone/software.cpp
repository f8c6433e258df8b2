// Firmware that the service orders (guide p.56, p.57). The guide's diagram has no message of the phone between the order and the
// start-up with the new version; that a phone which cannot take it replies failed is inferred.
#include <utility>

#include "phone/image.h"
#include "phone/phone.h"

namespace understudy::phone {

using wpi::Action;
using wpi::Document;
using wpi::ReplyStatus;

void Phone::deploy_software(const Document& order, Effects& effects) {
  File image = software_in(order);
  if (!image.wrong.empty()) {
    effects.push_back(Note{"no firmware is loaded: " + image.wrong});
    return reply(spelling(Action::software_deployment), ReplyStatus::failed, effects);
  }
  Deployment deployment;
  deployment.fetch = ++fetches_;
  deployment.software = true;
  deployment.files.push_back(image);
  deployment.answered = quirks_.has(Quirk::reply_before_software);
  if (deployment.answered)
    reply(spelling(Action::software_deployment), ReplyStatus::accepted, effects);
  else
    open_->fetch = deployment.fetch;
  Fetch fetch{deployment.fetch, {std::move(image)}};
  deployments().under_way.push_back(std::move(deployment));
  effects.push_back(std::move(fetch));
}

// Why the image is not for this phone; empty: it is. An older one is taken: the phone goes back (field).
std::string Phone::objection_to(const Image& image) const {
  if (image.device_type != model_.device_type) return "the image is for " + image.device_type + ", and this is " + model_.device_type;
  if (const std::string* own = store_.find("software-type"); own && *own != image.software_type)
    return "the image is " + image.software_type + ", and this phone has " + *own;
  if (!firmware_for(image.version)) return "version " + image.version + " is none that a phone can have";
  return {};
}

void Phone::finish_software(const Deployment& deployment, const Download& download, Effects& effects) {
  std::string why = download.why;
  std::string version;
  if (download.ok) {
    const auto image = read_image(download.content ? *download.content : std::string_view());
    why = image ? objection_to(*image) : image.error();
    if (image) version = version_of(image->version);
  }
  if (!download.ok || !why.empty()) {
    effects.push_back(Note{"no firmware is loaded: " + (why.empty() ? std::string("the download failed") : why)});
    if (!deployment.answered) reply(spelling(Action::software_deployment), ReplyStatus::failed, effects);
    return;
  }
  if (is_older(version, firmware_->version)) effects.push_back(Note{"the firmware is older than what it has: the phone goes back"});
  effects.push_back(Note{"loads firmware " + version + " in place of " + firmware_->version});
  if (deployment.answered && open_) finish(End::broke_off, "it restarts with new firmware", effects);
  become(*firmware_for(version));
  restart(effects);
}

// It keeps what the new firmware has too.
void Phone::become(Firmware firmware) {
  const std::string kept = store_.snapshot();
  other_changes_ += store_.changes() + 1;
  loaded_ = std::make_shared<const Firmware>(std::move(firmware));
  firmware_ = loaded_.get();
  store_ = items::Store(factory_base(model_, *firmware_));
  // A snapshot of our own store is one.
  (void)store_.restore(kept, [this](const items::Key& key) {
    return !missing_item(model_, *firmware_, key.name, key.index == items::Key::none ? std::nullopt : std::optional(key.index));
  });
}

}  // namespace understudy::phone
