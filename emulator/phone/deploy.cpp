// Files that the service orders (guide p.52-55). The phone answers the order, in the same interaction, with status: the guide
// shows no other message between (p.52), and a service was seen that waits for it there (field). A session need not outlast the
// download, though: where the connection has gone, status opens an interaction of its own.
#include <algorithm>
#include <utility>

#include "phone/phone.h"

namespace understudy::phone {

using wpi::Action;
using wpi::Item;
using wpi::Reason;
using wpi::ReplyStatus;

namespace {

// Several files, or a deletion: of these the guide has no status (p.55).
bool is_more_than_one_download(const std::vector<File>& files) {
  return files.size() > 1 || std::any_of(files.begin(), files.end(), [](const File& file) { return file.deletes; });
}

}  // namespace

Deployments& Phone::deployments() {
  if (!deployments_) deployments_ = std::make_unique<Deployments>();
  return *deployments_;
}

void Phone::deploy_files(const wpi::Document& order, Effects& effects) {
  Deployment deployment{++fetches_, files_in(order, model_)};
  if (deployment.files.empty()) return reply(spelling(Action::file_deployment), ReplyStatus::failed, effects);
  deployment.answered = quirks_.has(Quirk::reply_and_status);
  if (deployment.answered) reply(spelling(Action::file_deployment), ReplyStatus::accepted, effects);

  Fetch fetch{deployment.fetch, {}};
  for (const File& file : deployment.files)
    if (file.wrong.empty() && !file.deletes) fetch.files.push_back(file);
  if (fetch.files.empty()) return finish_deployment(std::move(deployment), {}, effects);
  if (!deployment.answered) open_->fetch = deployment.fetch;
  deployments().under_way.push_back(std::move(deployment));
  effects.push_back(std::move(fetch));
}

void Phone::happen(const Fetched& fetched, Effects& effects) {
  if (!deployments_) return;
  auto& under_way = deployments_->under_way;
  const auto found = std::find_if(under_way.begin(), under_way.end(), [&](const Deployment& one) { return one.fetch == fetched.fetch; });
  if (found == under_way.end()) return;  // the phone was cut short, or restarted, meanwhile
  Deployment deployment = std::move(*found);
  under_way.erase(found);
  if (!deployment.answered) open_->fetch = 0;
  if (deployment.software)
    finish_software(deployment, fetched.results.empty() ? Download{false, "nothing is known of its download"} : fetched.results.front(), effects);
  else
    finish_deployment(std::move(deployment), fetched.results, effects);
  drop_empty_deployments();
}

void Phone::finish_deployment(Deployment deployment, const std::vector<Download>& downloads, Effects& effects) {
  std::vector<FileResult> results;
  std::size_t fetched = 0;
  for (const File& file : deployment.files) {
    Download download{false, file.wrong};
    if (file.wrong.empty() && !file.deletes)
      download = fetched < downloads.size() ? downloads[fetched++] : Download{false, "nothing is known of its download"};
    results.push_back({file.index, file.name, file.type, store_file(file, download, effects), now_});
  }
  forget_unlisted(deployment.files, effects);
  const bool silent = quirks_.has(Quirk::no_status_for_several) && is_more_than_one_download(deployment.files);
  if (deployment.answered) {
    if (!silent) tell_later(std::move(results));
  } else if (quirks_.has(Quirk::reply_instead_of_status)) {
    const bool all = std::all_of(results.begin(), results.end(), [](const FileResult& result) { return result.ok; });
    reply(spelling(Action::file_deployment), all ? ReplyStatus::accepted : ReplyStatus::failed, effects);
  } else if (silent) {
    finish(End::broke_off, "no status follows an order of several files, or of a deletion", effects);
  } else {
    say_status(std::move(results), effects);
  }
}

// What was deleted, and what there was no room for. An order may delete a file and bring a new one of the same name.
void Phone::forget_unlisted(const std::vector<File>& files, Effects& effects) const {
  for (const File& file : files)
    if (file.wrong.empty() && !is_listed(store_, file.name, file.type)) effects.push_back(Forget{file.name, file.type});
}

// A transfer that failed is listed too (guide p.245 has the status failed); what it would have replaced stays (inferred).
bool Phone::store_file(const File& file, const Download& download, Effects& effects) {
  const auto fails = [&](const std::string& why) {
    const std::string name = file.name.empty() ? "a file" : file.name;
    effects.push_back(Note{name + (file.deletes ? " is not deleted: " : " is not deployed: ") + why});
    return false;
  };
  if (!file.wrong.empty()) return fails(file.wrong);
  if (file.deletes) return unlist_file(store_, file.name, file.type) || fails("it is not there");
  if (!list_file(store_, {{}, file.name, file.type, download.ok, now_})) return fails("there is no room for it");
  return download.ok || fails(download.why);
}

// In the interaction in which the files were ordered.
void Phone::say_status(std::vector<FileResult> results, Effects& effects) {
  wpi::PhoneMessage message;
  message.reason = Reason::status;
  message.items = basic_items(Reason::status);
  const std::size_t identity = message.items.size();
  for (Item& item : items_of(results)) message.items.push_back(std::move(item));
  arrange(message.items, identity, quirks_);
  open_->told = std::move(results);
  send(std::move(message), false, effects);
}

// The service did not keep the connection while the files came.
void Phone::say_status_anew(Effects& effects) {
  deployments().to_tell.push_front(std::move(open_->told));
  finish(End::broke_off, "the connection had gone when the files were there: status comes on a new one", effects);
}

void Phone::tell_later(std::vector<FileResult> results) {
  if (results.empty()) return;
  deployments().to_tell.push_back(std::move(results));
  want(Reason::status);
}

// For the first message of the interaction that has just been opened.
std::vector<Item> Phone::results_to_tell() {
  if (!deployments_ || deployments_->to_tell.empty()) return {};
  open_->told = std::move(deployments_->to_tell.front());
  deployments_->to_tell.pop_front();
  drop_empty_deployments();
  return items_of(open_->told);
}

// Downloads end with a power cut. Those of orders that were answered are the ones that no interaction waits for.
void Phone::forget_downloads(bool answered_ones_alone, Effects& effects) {
  if (!deployments_) return;
  std::erase_if(deployments_->under_way, [&](const Deployment& deployment) {
    const bool ends = deployment.answered || !answered_ones_alone;
    if (ends) effects.push_back(GiveUp{deployment.fetch});
    return ends;
  });
  if (!answered_ones_alone) deployments_.reset();
  drop_empty_deployments();
}

void Phone::drop_empty_deployments() {
  if (deployments_ && deployments_->under_way.empty() && deployments_->to_tell.empty()) deployments_.reset();
}

}  // namespace understudy::phone
