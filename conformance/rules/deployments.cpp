#include "rules/deployments.h"

#include <algorithm>

#include "rules/digest.h"
#include "rules/heard.h"
#include "wpi/http.h"

namespace understudy::conformance {

using wpi::Action;
using wpi::Item;
using wpi::Reason;

namespace {

bool looks_at_files(const wpi::Document& order, Action action) {
  if (action == Action::read_all_items) return true;
  return action == Action::read_items &&
         std::any_of(order.items.begin(), order.items.end(), [](const Item& item) { return item.name.starts_with("file-deployment-"); });
}

// The last part of a URL's path.
std::string_view name_in(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  return url.substr(url.rfind('/') + 1);
}

}  // namespace

std::string_view OrderedFile::value_of(std::string_view name) const {
  const auto found = std::find_if(items.rbegin(), items.rend(), [&](const Item* item) { return item->name == name; });
  return found == items.rend() || (*found)->value == "NULL" ? std::string_view() : std::string_view((*found)->value);
}

std::vector<OrderedFile> files_of(const wpi::Document& order) {
  std::vector<OrderedFile> files;
  for (const Item& item : order.items) {
    if (!item.name.starts_with("file-")) continue;
    auto file = std::find_if(files.begin(), files.end(), [&](const OrderedFile& one) { return one.index == item.index; });
    if (file == files.end()) file = files.insert(files.end(), OrderedFile{item.index, {}});
    file->items.push_back(&item);
  }
  return files;
}

std::string dotted_version(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= '0' && c <= '9')
      out += c;
    else if (std::string_view("VvRr. ").find(c) == std::string_view::npos)
      return {};
    else if (!out.empty() && out.back() != '.')
      out += '.';
  }
  return out;
}

std::uint64_t Deployments::digest_of_order(const OrderedFile& file) {
  std::uint64_t digest = 0;
  for (const Item* item : file.items)  // in whatever order they come
    if (item->name != "file-pwd") digest += digest_of_value(*item, item->value);
  return digest;
}

std::uint64_t Deployments::digest_of_name(std::string_view name, std::string_view type) {
  return digest(name, digest(type));
}

bool Deployments::stored(const OrderedFile& file) const {
  const std::uint64_t digest = digest_of_order(file);
  return std::any_of(files_.begin(), files_.end(), [&](const File& one) { return one.stored && one.digest == digest; });
}

int Deployments::failed(const OrderedFile& image) const { return digest_of_order(image) == image_ ? failures_ : 0; }

void Deployments::take_results(const wpi::Document& said) {
  for (const Item& item : said.items) {
    if (item.name != "file-deployment-name") continue;
    const auto beside = [&](std::string_view name) {
      const auto found = std::find_if(said.items.begin(), said.items.end(),
                                      [&](const Item& other) { return other.name == name && other.index == item.index; });
      return found == said.items.end() ? std::string_view() : std::string_view(found->value);
    };
    const std::uint64_t name = digest_of_name(item.value, beside("file-deployment-type"));
    const bool ok = beside("file-deployment-status") == "ok";
    for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
      if (file->name != name) continue;
      file->stored = ok;
      break;
    }
  }
}

// That we do not go to a place is no fault of who named it.
void Deployments::downloaded(std::string_view text) {
  if (fetched_.size() == most || text.find("not allowed") != std::string_view::npos) return;
  fetched_.push_back({std::string(text), text.find(": failed: ") == std::string_view::npos});
}

void Deployments::hear(const Heard& heard, bool opens) {
  const wpi::Document* said = heard.said();
  if (!said) return;
  if (heard.reason() == Reason::status) {
    take_results(*said);
    unverified_.reset();
  } else if (opens && unverified_) {
    ++*unverified_;
  }
  if (opens && heard.reason() == Reason::start_up) {
    const Item* version = said->find("software-version");
    const std::string runs = version ? dotted_version(version->value) : std::string();
    if (image_under_way_ && runs == ordered_version_) {
      came_back_with_ = runs;
      failures_ = 0;
    } else if (image_under_way_) {
      ++failures_;
    }
    image_under_way_ = false;
  }
  // It has said what became of them, be it another way than the guide's (field).
  if (heard.replied(Action::file_deployment) && wpi::same_ignoring_case(heard.replied_status(), "failed")) unverified_.reset();
  if (image_under_way_ && heard.replied(Action::software_deployment) && wpi::same_ignoring_case(heard.replied_status(), "failed")) {
    ++failures_;
    image_under_way_ = false;
  }
}

void Deployments::answered(const Heard& heard) {
  fetched_.clear();
  const auto order = heard.proper_order();
  if (!order) return;
  if (looks_at_files(heard.answer(), *order)) unverified_.reset();
  if (*order == Action::file_deployment) {
    const std::vector<OrderedFile> files = files_of(heard.answer());
    for (const OrderedFile& file : files) {
      const std::string_view name = file.has("file-name") ? file.value_of("file-name") : name_in(file.value_of("file-https-base-url"));
      const std::uint64_t named = digest_of_name(name, file.value_of("file-type"));
      std::erase_if(files_, [&](const File& one) { return one.name == named; });
      if (files_.size() == most) files_.erase(files_.begin());
      if (!file.deletes()) files_.push_back({digest_of_order(file), named, false});
    }
    if (files.size() > 1 || (files.size() == 1 && files.front().deletes())) unverified_ = 0;
  } else if (*order == Action::software_deployment) {
    const std::vector<OrderedFile> files = files_of(heard.answer());
    if (files.empty()) return;
    const std::uint64_t image = digest_of_order(files.front());
    if (image != image_) failures_ = 0;
    image_ = image;
    ordered_version_ = dotted_version(files.front().value_of("file-sw-version"));
    came_back_with_.clear();
    image_under_way_ = true;
  }
}

}  // namespace understudy::conformance
