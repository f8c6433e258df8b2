#include "reference/conversation.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "items/catalogue.h"
#include "items/domain.h"
#include "reference/bootstrap.h"
#include "reference/plan.h"
#include "wpi/http.h"

namespace understudy::reference {

using wpi::Action;
using wpi::Document;
using wpi::Item;
using wpi::Reason;

namespace {

constexpr Version first_with_send_solicited{3, 3};  // guide p.31
constexpr int most_failed_readings = 3;
constexpr std::size_t most_user_data = 50;  // items that a phone may offer at a log-off

bool is_true(const Document& message, std::string_view flag) {
  const Item* item = message.find(flag);
  return item && wpi::same_ignoring_case(item->value, "true");
}

// Statuses in any letter case: an early phone wrote them with a capital (field). A reply without one counts
// as accepted; one that cannot be read does not.
wpi::ReplyStatus status_of(const Document& message) {
  using enum wpi::ReplyStatus;
  const auto& status = message.reasons.front().status;
  if (!status) return accepted;
  for (wpi::ReplyStatus known : {accepted, busy})
    if (wpi::same_ignoring_case(status->text, wpi::spelling(known))) return known;
  return failed;
}

// Who is logged on, by the number that the phone said.
MobileUser* user_of(const Phone& phone, PhoneBook& book) {
  const std::string* number = phone.items.find("e164");
  const auto found = number ? book.users.find(*number) : book.users.end();
  return found == book.users.end() ? nullptr : &found->second;
}

bool same_items(const std::vector<Item>& a, const std::vector<Item>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const Item& one, const Item& other) {
           return one.name == other.name && one.index == other.index && one.value == other.value;
         });
}

std::string read_in_words(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " item read" : " items read");
}

}  // namespace

Conversation::Conversation(PhoneBook& book, Phone& phone) : book_(book), phone_(phone), open_(*phone.open) {}

Order Conversation::begin(Reason reason, const Document& message) {
  open_.opened_by = reason;
  if (const Item* type = message.find("device-type")) phone_.model = shortened(type->value);
  const Item* version = message.find("software-version");
  if (const std::string text = version ? shortened(version->value) : phone_.firmware;
      text != phone_.firmware) {
    phone_.firmware = text;
    phone_.version = version_of(text);
    phone_.refused.clear();  // other firmware may take what this one did not
    phone_.failed_readings = 0;
  }
  if (open_.secure && phone_.secure.tan.empty()) {
    phone_.secure.on = true;
    phone_.secure.reopened = false;
  }
  settle(reason, message);
  remember_calls(reason);
  keep(open_.introduction, message.items);
  phone_.items.take(message.items);  // changes that are attached too (guide p.40)
  if (reason == Reason::local_changes) respect(message.items);
  if (reason == Reason::local_changes && book_.gives_back) keep(phone_.chosen, message.items);
  if (wants_reading(reason, message))
    open_.plan.push_back(Order{Action::read_all_items, {}, Purpose::learn, 0});
  std::move(phone_.owed.begin(), phone_.owed.end(), std::back_inserter(open_.plan));
  phone_.owed.clear();
  if (reason == Reason::inventory_changes) user_comes_or_goes(message);
  if (reason == Reason::start_up) queue_start_up_items();
  // Before anything else is said to it (guide p.68).
  if (open_.secure && !phone_.secure.tan.empty())
    open_.plan.push_front(Order{Action::read_items, {make_item("bootstrapping-tan", "")}, Purpose::tan, 0});
  return next();
}

// What the user has chosen is not undone by settings of ours that still wait (guide p.37).
void Conversation::respect(const std::vector<Item>& changes) {
  for (Job& job : phone_.jobs) {
    if (!job.profile || job.state != JobState::waiting) continue;
    std::erase_if(job.items, [&](const Item& ours) {
      return std::any_of(changes.begin(), changes.end(), [&](const Item& theirs) { return theirs.name == ours.name && theirs.index == ours.index; });
    });
    if (job.items.empty()) finish(job, JobState::done, "the user has chosen all of it");
  }
}

// Unchanged phones that are known need not be read again (guide p.34); nor does one that attaches what
// changed.
bool Conversation::wants_reading(Reason reason, const Document& message) const {
  if (phone_.failed_readings >= most_failed_readings) return false;
  if (phone_.reading_owed) return true;
  const bool attached = is_true(message, "configuration-attached-flag");
  if (reason == Reason::start_up)
    return !phone_.known || (is_true(message, "configuration-changed-flag") && !attached);
  return reason == Reason::local_changes && !attached;
}

// A log-on asks for the user's settings and then for his data; a log-off offers what has changed (field).
void Conversation::user_comes_or_goes(const Document& message) {
  MobileUser* user = user_of(phone_, book_);
  if (!user) return;
  const Item* password = message.find("user-pwd");
  const Item* modified = message.find("modified-items");
  if (const Item* requested = message.find("requested-items"); requested && !user->data.empty()) {
    open_.plan.push_back(Order{Action::write_items, user->data, Purpose::user, 0});
  } else if (modified) {
    std::vector<Item> names;
    for (std::string_view rest = modified->value; !rest.empty();) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (rest.substr(0, comma).starts_with("userdata-") && names.size() < most_user_data)
        names.push_back(make_item(std::string(rest.substr(0, comma)), ""));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    if (!names.empty()) open_.plan.push_back(Order{Action::read_items, std::move(names), Purpose::user_data, 0});
  } else if (password && password->value == user->password) {
    open_.plan.push_back(Order{Action::write_items, user->settings, Purpose::user, 0});
  }
}

Order Conversation::clean_up() const {
  Order end;
  const bool awaited = std::any_of(phone_.jobs.begin(), phone_.jobs.end(), [](const Job& job) {
    return job.state == JobState::waiting && job.awaits_call;
  });
  if (awaited) end.items.push_back(make_item("send-solicited", "true"));
  return end;
}

// What met a phone in a call is for the phone's own call-back: an interaction with something new to do leaves it alone
// (guide p.74, p.75). A phone that starts up no longer knows that it was to call (p.72).
void Conversation::remember_calls(Reason reason) {
  const bool something_new = std::any_of(phone_.jobs.begin(), phone_.jobs.end(), [](const Job& job) {
    return job.state == JobState::waiting && !job.awaits_call;
  });
  if (something_new && reason != Reason::start_up) return;
  for (Job& job : phone_.jobs) job.awaits_call = false;
}

Order Conversation::next() {
  if (open_.orders >= most_orders) {
    if (open_.asked) give_up(open_.asked->job, "one interaction did not suffice for it");
    return clean_up();
  }
  while (open_.plan.empty()) {
    const auto waiting = std::find_if(phone_.jobs.begin(), phone_.jobs.end(), [&](const Job& job) {
      return job.state == JobState::waiting && !job.awaits_call && !(job.kind == JobKind::deploy_files && files_are_under_way());
    });
    if (waiting == phone_.jobs.end()) return clean_up();
    if (was_deployed(*waiting)) {
      finish(*waiting, JobState::done, "the phone has just reported it as stored");
      continue;
    }
    open_.written.clear();
    open_.remarks.clear();
    const bool bootstraps = waiting->kind == JobKind::bootstrap || waiting->kind == JobKind::bootstrap_pin;
    if (bootstraps && !prepare_bootstrap(*waiting)) continue;
    if (waiting->kind == JobKind::write)
      for (const Item& item : waiting->items)
        if (refused_before(phone_, item)) open_.remarks.push_back(item.name + " was refused before");
    std::vector<Order> orders = orders_of(*waiting, phone_, open_.max_items);
    // It waits for the phone's next contact: an interaction that says the same a third time looks like a loop.
    if (std::any_of(orders.begin(), orders.end(), [&](const Order& order) { return said_twice(order); }))
      return clean_up();
    if (orders.empty()) {
      const bool has_some = std::any_of(waiting->items.begin(), waiting->items.end(),
                                        [&](const Item& item) { return has_just_said(phone_, item); });
      if (has_some)
        finish(*waiting, JobState::done, "the phone has just said that it has it");
      else
        finish(*waiting, JobState::failed, "the phone refused all of it before");
      continue;
    }
    waiting->state = JobState::sent;
    waiting->answer.clear();
    waiting->not_served.clear();
    ++waiting->attempts;
    std::move(orders.begin(), orders.end(), std::back_inserter(open_.plan));
  }
  Order order = std::move(open_.plan.front());
  open_.plan.pop_front();
  return order;
}

// The same files, in the interaction that is open.
bool Conversation::was_deployed(const Job& job) const {
  return job.kind == JobKind::deploy_files && std::any_of(phone_.jobs.begin(), phone_.jobs.end(), [&](const Job& other) {
           return other.id != job.id && other.kind == JobKind::deploy_files && other.state == JobState::done && same_items(other.items, job.items) &&
                  std::find(open_.deployed.begin(), open_.deployed.end(), other.id) != open_.deployed.end();
         });
}

// One order of files at a time: a status that comes later would not say which of them it means.
bool Conversation::files_are_under_way() const {
  return std::any_of(phone_.jobs.begin(), phone_.jobs.end(),
                     [](const Job& job) { return job.kind == JobKind::deploy_files && job.state == JobState::sent; });
}

// What an order is about: the action and the names, whatever the values.
std::string Conversation::about(Action action, const std::vector<Item>& items) {
  std::vector<std::string> names;
  for (const Item& item : items) names.push_back(item.name + "[" + item.index.value_or("") + "]");
  std::sort(names.begin(), names.end());
  std::string out(spelling(action));
  for (const std::string& name : names) out.append(" ").append(name);
  return out;
}

// A write is read back, so reading the same counts too.
bool Conversation::said_twice(const Order& order) const {
  const auto twice = [&](Action action) {
    const auto found = open_.about.find(about(action, order.items));
    return found != open_.about.end() && found->second >= 2;
  };
  return twice(order.action) || (order.action == Action::write_items && twice(Action::read_items));
}

void Conversation::said(const Order& order, std::size_t digest) {
  open_.heard = digest;
  ++open_.orders;
  if (order.action != Action::get_next_fragment) ++open_.about[about(order.action, order.items)];
  // One that goes back to the factory's settings forgets its certificate.
  if (order.action == Action::restart && !order.items.empty()) phone_.secure = {};
  // GetNextFragment asks for the rest of the same reply.
  if (order.action != Action::get_next_fragment || order.purpose == Purpose::none) open_.asked = order;
}

Order Conversation::reply(const Document& message, std::size_t digest) {
  if (!open_.asked) return clean_up();
  Order asked = *open_.asked;
  const wpi::ReplyStatus status = status_of(message);
  if (asked.action == Action::restart) {
    // Restart was the last action of the interaction (guide p.50): whatever the phone says to it, no other
    // follows.
    if (status != wpi::ReplyStatus::accepted)
      give_up(asked.job, "the phone answered " + std::string(spelling(status)));
    return clean_up();
  }
  if (status == wpi::ReplyStatus::busy) return was_busy(asked);
  const bool more = message.fragment && message.fragment->text == wpi::spelling(wpi::Fragment::next);
  if (asked.purpose == Purpose::none)
    return more && open_.orders < most_orders ? Order{Action::get_next_fragment} : next();
  if (status == wpi::ReplyStatus::failed) return has_failed(asked);

  const auto& action = message.reasons.front().action;
  const auto answers = [&](Action wanted) { return action->text == wpi::spelling(wanted); };
  if (action && !answers(asked.action) && !(answers(Action::get_next_fragment) && !open_.fragments.empty())) {
    // Said again, since our answer was lost on its way: it gets the same answer.
    if (digest == open_.heard) return asked;
    give_up(asked.job, "the phone answered to " + shortened(action->text));
    return clean_up();
  }

  keep(open_.fragments, message.items);
  if (more) {
    if (open_.orders < most_orders) return Order{Action::get_next_fragment, {}, asked.purpose, asked.job};
    give_up(asked.job, "its answer had no end");
    return clean_up();
  }
  return complete(asked, std::exchange(open_.fragments, {}));
}

Order Conversation::status(const Document& message) {
  if (Job* job = open_.asked ? phone_.find_job(open_.asked->job) : nullptr) settle_files(*job, Reason::status, message);
  return next();
}

Order Conversation::phone_ends(const Document& message) {
  const Item* reason = message.find("cleanup-reason");
  if (reason && wpi::same_ignoring_case(reason->value, no_more_tries) && awaits_pin(phone_)) pin_was_given_up(phone_);
  if (open_.asked) {
    if (open_.asked->purpose == Purpose::learn) ++phone_.failed_readings;
    give_up(open_.asked->job,
            "the phone ended the interaction" + (reason ? ": " + shortened(reason->value) : std::string()));
  }
  return clean_up();
}

// The refused order is given again when the phone calls; newer firmware is asked to (guide p.46, p.72). There
// is no other work in an interaction with a phone that is in a call.
Order Conversation::was_busy(const Order& order) {
  const bool can_call = phone_.version >= first_with_send_solicited;
  if (order.purpose == Purpose::learn) {
    phone_.reading_owed = true;
  } else if (order.purpose == Purpose::user) {
    phone_.owed.push_back(order);
  } else if (Job* job = phone_.find_job(order.job)) {
    if (order.purpose == Purpose::verify) {
      open_.remarks.push_back("the phone was too busy to be read back");
      finish_write(*job);
    } else {
      job->state = JobState::waiting;
      job->outcome = "the phone was busy";
      job->awaits_call = can_call;
      --job->attempts;
    }
  }
  Order end = clean_up();
  const bool owed = order.purpose == Purpose::learn || order.purpose == Purpose::user;
  if (owed && can_call && end.items.empty())
    end.items.push_back(make_item("send-solicited", "true"));
  return end;
}

Order Conversation::has_failed(const Order& order) {
  open_.fragments.clear();
  Job* job = phone_.find_job(order.job);
  if (order.purpose == Purpose::tan) return tan_answered({});
  if (order.purpose == Purpose::learn) {
    phone_.reading_owed = false;
    ++phone_.failed_readings;
  } else if (job && order.purpose == Purpose::verify) {
    open_.remarks.push_back("it could not be read back");
    std::erase_if(open_.plan, [&](const Order& planned) { return planned.job == order.job; });
    finish_write(*job);
  } else if (job) {
    give_up(order.job, "the phone answered failed");
  }
  return next();
}

Order Conversation::complete(const Order& order, const std::vector<Item>& items) {
  Job* job = phone_.find_job(order.job);
  switch (order.purpose) {
    case Purpose::none:
      break;
    case Purpose::user:
      phone_.items.take(order.items);
      break;
    case Purpose::user_data:
      if (MobileUser* user = user_of(phone_, book_)) {
        user->data.clear();
        keep(user->data, items);
      }
      break;
    case Purpose::learn:
      learned(items);
      break;
    case Purpose::job:
      return job_answered(order, items);
    case Purpose::tan:
      return tan_answered(items);
    case Purpose::verify:
      verified(order, items);
      break;
    case Purpose::verify_files:
      take_all(items);
      if (job) files_verified(*job, items);
      break;
  }
  return next();
}

// All items of a phone: what it says to ReadAllItems, and how it introduced itself, as far as it did not say
// that again.
void Conversation::take_all(const std::vector<Item>& items) {
  phone_.items.replace(open_.introduction);
  phone_.items.take(items);
}

void Conversation::learned(const std::vector<Item>& items) {
  const bool was_known = std::exchange(phone_.known, true);
  phone_.reading_owed = false;
  phone_.failed_readings = 0;
  take_all(items);
  read_for_all(items.size());
  if (open_.opened_by == Reason::start_up) queue_profile(was_known);
  if (open_.opened_by == Reason::start_up && was_known) queue_chosen();
}

// One reading answers everybody who asked for it.
void Conversation::read_for_all(std::size_t count) {
  for (Job& job : phone_.jobs)
    if (job.kind == JobKind::read_all && (job.state == JobState::waiting || job.state == JobState::sent))
      finish(job, JobState::done, read_in_words(count));
}

// A new phone gets our settings. One that we know has changed by its user's will: it only gets what it lacks.
void Conversation::queue_profile(bool was_known) {
  if (std::any_of(phone_.jobs.begin(), phone_.jobs.end(),
                  [](const Job& job) { return job.profile && job.state == JobState::waiting; }))
    return;
  Job job;
  job.kind = JobKind::write;
  job.profile = true;
  for (Item& item : profile_items()) {
    const std::string* has = phone_.items.find(item.name);
    const bool differs = !has || items::clears(*has) || (!was_known && *has != item.value);
    if (differs && !refused_before(phone_, item)) job.items.push_back(std::move(item));
  }
  if (!job.items.empty()) book_.add(phone_, std::move(job), true);
}

// What it had before it was reset, as far as it has something else now.
void Conversation::queue_chosen() {
  Job job;
  job.kind = JobKind::write;
  job.profile = true;
  for (const Item& item : phone_.chosen) {
    const items::Entry* entry = items::find(item.name);
    const auto index = index_number(item);
    if (!entry || !index || entry->type != items::Type::string || entry->secret || refused_before(phone_, item)) continue;
    const std::string* has = phone_.items.find(item.name, *index);
    if (!has || *has != item.value) job.items.push_back(item);
  }
  if (!job.items.empty()) book_.add(phone_, std::move(job), true);
}

// Where to poll is forgotten by each restart (wiki).
void Conversation::queue_start_up_items() {
  if (book_.at_start_up.empty()) return;
  const std::string& first = book_.at_start_up.front().name;
  const bool waits = std::any_of(phone_.jobs.begin(), phone_.jobs.end(), [&](const Job& job) {
    return job.profile && job.state == JobState::waiting && !job.items.empty() && job.items.front().name == first;
  });
  if (waits) return;
  Job job;
  job.kind = JobKind::write;
  job.profile = true;
  job.items = book_.at_start_up;
  book_.add(phone_, std::move(job), true);
}

Order Conversation::job_answered(const Order& order, const std::vector<Item>& items) {
  Job* job = phone_.find_job(order.job);
  if (!job) return next();
  switch (job->kind) {
    case JobKind::read:
      phone_.items.take(items);
      keep(job->answer, items);
      if (!more_of(job->id)) finish(*job, JobState::done, read_in_words(job->answer.size()));
      break;
    case JobKind::read_all:
      take_all(items);
      phone_.known = true;
      read_for_all(items.size());
      break;
    case JobKind::write:
      wrote(*job, order, items);
      break;
    case JobKind::deploy_software:
      return clean_up();         // the phone loads, and restarts with it (guide p.56)
    case JobKind::bootstrap:
    case JobKind::bootstrap_pin:
      return bootstrap_answered(*job, items);
    case JobKind::deploy_files:  // the outcome comes with status, or is looked up (guide p.52, p.55)
    case JobKind::restart:
    case JobKind::factory_reset:
      break;
  }
  return next();
}

bool Conversation::more_of(std::uint64_t job) const {
  return std::any_of(open_.plan.begin(), open_.plan.end(),
                     [&](const Order& order) { return order.job == job; });
}

void Conversation::finish(Job& job, JobState state, std::string outcome) {
  job.state = state;
  job.outcome = std::move(outcome);
  if (state == JobState::failed && !job.not_served.empty()) job.outcome += "; " + job.not_served;
  if (job.kind == JobKind::deploy_files && state == JobState::done) open_.deployed.push_back(job.id);
}

void Conversation::give_up(std::uint64_t id, const std::string& why) {
  std::erase_if(open_.plan, [&](const Order& order) { return id != 0 && order.job == id; });
  Job* job = phone_.find_job(id);
  if (!job) return;
  finish(*job, JobState::failed, why);
  // Nobody asked for the profile, so nobody wants it tried again and again.
  if (job->profile)
    for (const Item& item : job->items)
      remember_refused(item, std::string(spelling(wpi::ItemStatus::failed)));
}

}  // namespace understudy::reference
