// What became of jobs: of writes as the phone answers them, of restarts and deployments as it comes back from
// them.
#include <algorithm>
#include <iterator>
#include <utility>

#include "items/domain.h"
#include "reference/conversation.h"
#include "reference/bootstrap.h"
#include "reference/plan.h"
#include "wpi/http.h"

namespace understudy::reference {

using wpi::Action;
using wpi::Document;
using wpi::Item;
using wpi::Reason;

namespace {

constexpr std::size_t most_refused = 1'000;  // items of one phone

// Phones clear by several words, and boolean values come in any letter case (field).
bool same_value(std::string_view a, std::string_view b) {
  return a == b || (items::clears(a) && items::clears(b)) || wpi::same_ignoring_case(a, b);
}

bool same_item(const Item& a, const Item& b) {
  return a.name == b.name && a.index == b.index;
}

const Item* find_same(const std::vector<Item>& items, const Item& item) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Item& other) { return same_item(other, item); });
  return found == items.end() ? nullptr : &*found;
}

std::string shown_name(const Item& item) {
  return item.index ? item.name + "[" + *item.index + "]" : item.name;
}

std::string value_of(const std::vector<Item>& items, std::string_view name,
                     const std::optional<std::string>& index) {
  for (const Item& item : items)
    if (item.name == name && item.index == index) return item.value;
  return {};
}

// The file that an item of a job names: its name, or where there is none the end of its URL. Empty for any other item.
std::string name_of_file(const std::vector<Item>& items, const Item& item) {
  if (item.name == "file-name") return item.value;
  if (item.name != "file-https-base-url" || !value_of(items, "file-name", item.index).empty()) return {};
  const std::string path = item.value.substr(0, item.value.find_first_of("?#"));
  return path.substr(path.rfind('/') + 1);
}

bool may_be_same(std::string_view a, std::string_view b) {
  return a.empty() || b.empty() || a == b;
}

}  // namespace

void Conversation::wrote(Job& job, const Order& order, const std::vector<Item>& answer) {
  std::vector<Item> taken;
  for (const Item& item : order.items) {
    const Item* said = find_same(answer, item);
    if (!said || said->status.empty()) {
      taken.push_back(item);
      continue;
    }
    open_.remarks.push_back(shown_name(item) + " refused (" + shortened(said->status) + ")");
    remember_refused(item, shortened(said->status));
    keep(job.answer, {*said});
  }
  phone_.items.take(taken);
  std::erase_if(open_.confirmed, [&](const Item& item) { return find_same(taken, item) != nullptr; });
  open_.written.insert(open_.written.end(), taken.begin(), taken.end());
  if (more_of(job.id)) return;

  std::vector<Order> reading = verifying(open_.written, job.id, open_.max_items);
  if (reading.empty()) return finish_write(job);
  open_.plan.insert(open_.plan.begin(), std::make_move_iterator(reading.begin()),
                    std::make_move_iterator(reading.end()));
}

void Conversation::verified(const Order& order, const std::vector<Item>& items) {
  phone_.items.take(items);
  for (const Item& asked : order.items) {
    const Item* said = find_same(items, asked);
    const Item* written = find_same(open_.written, asked);
    for (const Item& certificate : open_.written)
      if (info_item_of(certificate.name) == asked.name) {
        const bool there = said && said->status.empty() && !said->value.empty();
        const bool cleared = items::clears(certificate.value);
        if (there != cleared)
          open_.confirmed.push_back(certificate);
        else
          open_.remarks.push_back(certificate.name + (cleared ? " is still there" : " cannot be verified: the phone says nothing of it"));
      }
    if (!written) continue;
    if (!said || !said->status.empty()) {
      open_.remarks.push_back(shown_name(asked) + " cannot be read back");
    } else if (!same_value(said->value, written->value)) {
      open_.remarks.push_back(shown_name(asked) + " reads back another value");
      remember_refused(*written, std::string(spelling(wpi::ItemStatus::failed)));
    } else {
      open_.confirmed.push_back(*written);
    }
  }
  Job* job = phone_.find_job(order.job);
  if (!job) return;
  keep(job->answer, items);
  if (!more_of(job->id)) finish_write(*job);
}

void Conversation::finish_write(Job& job) {
  const std::size_t taken = open_.written.size();
  std::string outcome = std::to_string(taken) + (taken == 1 ? " item written" : " items written");
  for (const std::string& remark : open_.remarks) outcome += "; " + remark;
  finish(job, taken > 0 ? JobState::done : JobState::failed, std::move(outcome));
}

void Conversation::remember_refused(const Item& item, std::string status) {
  const auto index = index_number(item);
  if (!index) return;
  if (phone_.refused.size() >= most_refused) phone_.refused.clear();
  phone_.refused[std::pair(item.name, *index)] = std::pair(item.value, std::move(status));
}

// Jobs that were sent in an earlier interaction: the phone's new message says what became of them.
void Conversation::settle(Reason reason, const Document& message) {
  for (Job& job : phone_.jobs) {
    if (job.state != JobState::sent) continue;
    switch (job.kind) {
      case JobKind::read:
      case JobKind::write:
      case JobKind::read_all:
        if (job.attempts >= most_attempts) {
          give_up(job.id, "the phone vanished " + std::to_string(job.attempts) + " times");
        } else {
          job.state = JobState::waiting;
          job.outcome = "the phone vanished";
        }
        break;
      case JobKind::restart:
      case JobKind::factory_reset:
        settle_restart(job, reason);
        break;
      case JobKind::bootstrap:
      case JobKind::bootstrap_pin:
        settle_bootstrap(job);
        break;
      case JobKind::deploy_files:
        settle_files(job, reason, message);
        break;
      case JobKind::deploy_software:
        settle_software(job, reason, message);
        break;
    }
  }
}

void Conversation::settle_restart(Job& job, Reason reason) {
  if (reason != Reason::start_up) return finish(job, JobState::failed, "the phone did not restart");
  finish(job, JobState::done, "the phone started up again");
  if (job.kind != JobKind::factory_reset) return;
  phone_.known = false;
  phone_.refused.clear();
  phone_.items.replace({});
}

// A status message tells the outcome (guide p.54). Without one, as after several files, it is looked up
// (guide p.55).
void Conversation::settle_files(Job& job, Reason reason, const Document& message) {
  if (reason != Reason::status || !message.find("file-deployment-status")) {
    open_.plan.push_back(Order{Action::read_all_items, {}, Purpose::verify_files, job.id});
    return;
  }
  std::string failed;
  for (const Item& item : message.items) {
    if (!item.name.starts_with("file-deployment-")) continue;
    keep(job.answer, {item});
    if (item.name != "file-deployment-status" || item.value == "ok") continue;
    const std::string name = item.index ? shortened(value_of(message.items, "file-deployment-name", item.index)) : std::string();
    failed += (failed.empty() ? "" : ", ") + (name.empty() ? "" : name + " ") + shortened(item.value);
  }
  finish(job, failed.empty() ? JobState::done : JobState::failed,
         failed.empty() ? "deployed" : "the phone reported: " + shortened(failed));
}

void Conversation::files_verified(Job& job, const std::vector<Item>& items) {
  std::string wrong;
  for (const Item& file : job.items) {
    const std::string name = name_of_file(job.items, file);
    if (name.empty()) continue;
    const bool gone = value_of(job.items, "file-action", file.index) == "delete";
    const std::string type = value_of(job.items, "file-type", file.index);
    const bool there = std::any_of(items.begin(), items.end(), [&](const Item& item) {
      return item.name == "file-deployment-name" && item.value == name &&
             value_of(items, "file-deployment-status", item.index) != "failed" &&
             may_be_same(type, value_of(items, "file-deployment-type", item.index));
    });
    if (there == gone) wrong += (wrong.empty() ? "" : ", ") + name;
  }
  finish(job, wrong.empty() ? JobState::done : JobState::failed,
         wrong.empty() ? "the phone has it as ordered" : "not as ordered: " + wrong);
}

void Conversation::settle_software(Job& job, Reason reason, const Document& message) {
  if (reason == Reason::status) return settle_files(job, reason, message);
  if (reason != Reason::start_up) return;  // still loading
  const std::string wanted = dotted(value_of(job.items, "file-sw-version", std::nullopt));
  const bool runs_it = wanted.empty() || wanted == dotted(phone_.firmware);
  finish(job, runs_it ? JobState::done : JobState::failed, "the phone came back with " + phone_.firmware);
}

// ---- Secure Mode (guide p.62-68)

bool Conversation::prepare_bootstrap(Job& job) {
  if (open_.secure) {
    finish(job, JobState::failed, "the phone is in Secure Mode already");
    return false;
  }
  auto made = bootstrap_of(job, phone_.mac, book_.secure);
  if (!made) {
    finish(job, JobState::failed, made.error());
    return false;
  }
  job.items = std::move(made->items);
  phone_.offered = {std::move(made->certificate), std::move(made->tan), false};
  return true;
}

bool awaits_pin(const Phone& phone) {
  return !phone.secure.tan.empty() && std::any_of(phone.jobs.begin(), phone.jobs.end(), [](const Job& job) {
    return job.kind == JobKind::bootstrap_pin && job.state == JobState::sent;
  });
}

void pin_was_given_up(Phone& phone) {
  for (Job& job : phone.jobs) {
    if (job.kind != JobKind::bootstrap_pin || job.state != JobState::sent) continue;
    job.state = JobState::failed;
    job.outcome = "the phone gave up: " + std::string(no_more_tries);
  }
  phone.secure = {};  // nobody will ever open what it was given
}

// CleanUp follows: then the phone changes over, or asks its user for the PIN.
Order Conversation::bootstrap_answered(Job& job, const std::vector<Item>& items) {
  const auto refused = std::find_if(items.begin(), items.end(), [](const Item& item) { return !item.status.empty(); });
  if (refused != items.end()) {
    keep(job.answer, items);
    finish(job, JobState::failed, shown_name(*refused) + " refused (" + shortened(refused->status) + ")");
    return next();
  }
  phone_.secure = std::exchange(phone_.offered, {});
  job.outcome = "the phone has taken its certificate";
  return clean_up();
}

// Of a phone that came back: with its certificate it is done, but for its TAN.
void Conversation::settle_bootstrap(Job& job) {
  const bool took_it = !phone_.secure.certificate.empty();
  if (open_.secure && phone_.secure.on) return finish(job, JobState::done, "the phone is in Secure Mode");
  if (open_.secure || (took_it && job.kind == JobKind::bootstrap_pin)) return;  // its TAN, or its user's PIN, is still to come
  if (took_it || job.attempts >= most_attempts) return finish(job, JobState::failed, "the phone did not change over");
  job.state = JobState::waiting;
  job.outcome = "the phone vanished";
}

Order Conversation::tan_answered(const std::vector<Item>& items) {
  const bool right = std::any_of(items.begin(), items.end(), [&](const Item& item) {
    return item.name == "bootstrapping-tan" && item.status.empty() && item.value == phone_.secure.tan;
  });
  for (Job& job : phone_.jobs)
    if (job.kind == JobKind::bootstrap_pin && job.state == JobState::sent)
      finish(job, right ? JobState::done : JobState::failed, right ? "the phone is in Secure Mode" : "wrong TAN from device");
  if (right) {
    phone_.secure.tan.clear();
    phone_.secure.on = true;
    return next();
  }
  phone_.offered = std::exchange(phone_.secure, {});  // its certificate is worth nothing any more
  open_.plan.clear();
  return Order{Action::clean_up, {make_item("cleanup-reason", "wrong TAN from device")}};  // guide p.31
}

}  // namespace understudy::reference
