#include "reference/record.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "items/catalogue.h"

namespace understudy::reference {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

Version version_of(std::string_view text) {
  // The first number is the major one; the release is the number after R, or the second one where there is no
  // R, as in the dotted form. "V3.1 R2" has a sub-major, which no rule depends on (field).
  std::optional<int> major, release, second;
  bool after_r = false;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      after_r = after_r || text[at] == 'R' || text[at] == 'r';
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    int number = 0;
    if (std::from_chars(text.data() + at, text.data() + end, number).ec != std::errc()) return {};
    if (!major)
      major = number;
    else if (!second)
      second = number;
    if (after_r && !release) release = number;
    at = end;
  }
  if (!major) return {};
  return Version{*major, release.value_or(second.value_or(0))};
}

std::string dotted(std::string_view version) {
  std::string out;
  for (char c : version)
    if (is_digit(c))
      out += c;
    else if (!out.empty() && out.back() != '.')
      out += '.';
  return out;
}

std::optional<int> index_number(const wpi::Item& item) {
  if (!item.index) return ItemTable::no_index;
  int number = 0;
  const char* end = item.index->data() + item.index->size();
  const auto read = std::from_chars(item.index->data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || number < 0) return std::nullopt;
  return number;
}

void keep(std::vector<wpi::Item>& kept, const std::vector<wpi::Item>& more) {
  const auto size = [](const wpi::Item& item) {
    return item.name.size() + item.value.size() + item.status.size() + item.type.size();
  };
  std::size_t bytes = 0;
  for (const wpi::Item& item : kept) bytes += size(item);
  for (const wpi::Item& item : more) {
    bytes += size(item);
    if (kept.size() >= ItemTable::most_items || bytes > ItemTable::most_bytes) return;
    kept.push_back(item);
  }
}

std::string shortened(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return std::string(text.substr(0, bytes)) + "...";
}

std::string_view ItemTable::kept_name(std::string_view name) {
  if (const items::Entry* entry = items::find(name)) return entry->name;
  const auto known = odd_names_.find(name);
  if (known != odd_names_.end()) return *known;
  return odd_names_.size() < most_items ? std::string_view(*odd_names_.emplace(name).first)
                                        : std::string_view();
}

void ItemTable::take(const std::vector<wpi::Item>& items) {
  const auto key = [](const Held& held) { return std::tie(held.name, held.index); };
  for (const wpi::Item& item : items) {
    const auto index = index_number(item);
    if (item.name.empty() || item.has_status || !item.status.empty() || !index) continue;
    const std::size_t size = item.name.size() + item.value.size() + sizeof(Held);
    if (held_.size() >= 2 * most_items || bytes_ + size > most_bytes) break;
    const std::string_view name = kept_name(item.name);
    if (name.empty()) continue;
    bytes_ += size;
    held_.push_back(Held{name, *index, item.value});
  }
  std::stable_sort(held_.begin(), held_.end(), [&](const Held& a, const Held& b) { return key(a) < key(b); });
  // Of the same item twice the later one holds.
  auto out = held_.begin();
  for (auto in = held_.begin(); in != held_.end(); ++in) {
    if (std::next(in) != held_.end() && key(*in) == key(*std::next(in))) continue;
    if (out != in) *out = std::move(*in);
    ++out;
  }
  held_.erase(out, held_.end());
  if (held_.size() > most_items) held_.resize(most_items);
  bytes_ = 0;
  for (const Held& held : held_) bytes_ += held.name.size() + held.value.size() + sizeof(Held);
}

void ItemTable::replace(const std::vector<wpi::Item>& items) {
  held_.clear();
  odd_names_.clear();
  bytes_ = 0;
  take(items);
}

const std::string* ItemTable::find(std::string_view name, int index) const {
  const auto found = std::lower_bound(
      held_.begin(), held_.end(), std::pair(name, index),
      [](const Held& held, const auto& wanted) { return std::pair(held.name, held.index) < wanted; });
  if (found == held_.end() || found->name != name || found->index != index) return nullptr;
  return &found->value;
}

std::vector<wpi::Item> ItemTable::all() const {
  std::vector<wpi::Item> items;
  items.reserve(held_.size());
  for (const Held& held : held_) {
    wpi::Item& item = items.emplace_back();
    item.name = held.name;
    if (held.index != no_index) item.index = std::to_string(held.index);
    item.value = held.value;
  }
  return items;
}

Job* Phone::find_job(std::uint64_t id) {
  const auto found = std::find_if(jobs.begin(), jobs.end(), [&](const Job& job) { return job.id == id; });
  return found == jobs.end() ? nullptr : &*found;
}

bool Phone::is_wanted() const {
  return std::any_of(jobs.begin(), jobs.end(),
                     [](const Job& job) { return job.state == JobState::waiting && !job.awaits_call; });
}

std::string host_in(std::string_view place) {
  std::string_view host = place.substr(0, place.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::string(host);
}

std::string filed_as(std::string_view mac) {
  constexpr std::string_view marks = ":.-_+";
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (mac.empty() || mac.size() > 128) return {};
  for (char c : mac)
    if (!is_digit(c) && !is_letter(c) && marks.find(c) == std::string_view::npos) return {};

  std::string filed(mac);
  bool is_mac = mac.size() == 17;
  for (std::size_t i = 0; i < mac.size() && is_mac; ++i) {
    const char lower = static_cast<char>(mac[i] | 0x20);
    is_mac = i % 3 == 2 ? mac[i] == ':' : is_digit(mac[i]) || (lower >= 'a' && lower <= 'f');
  }
  if (is_mac)
    for (char& c : filed)
      if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  return filed;
}

Phone* PhoneBook::find(std::string_view mac) {
  const auto found = by_mac_.find(filed_as(mac));
  return found == by_mac_.end() ? nullptr : &*found->second;
}

Phone* PhoneBook::meet(std::string_view mac) {
  const std::string name = filed_as(mac);
  if (name.empty()) return nullptr;
  const auto found = by_mac_.find(name);
  if (found != by_mac_.end()) {
    phones_.splice(phones_.begin(), phones_, found->second);
    return &phones_.front();
  }
  if (phones_.size() >= most_phones) {
    close(phones_.back());
    if (phones_.back().ask_at) to_ask_.erase({*phones_.back().ask_at, phones_.back().mac});
    by_mac_.erase(phones_.back().mac);
    phones_.pop_back();
  }
  phones_.emplace_front();
  phones_.front().mac = name;
  by_mac_.emplace(name, phones_.begin());
  return &phones_.front();
}

Phone* PhoneBook::by_cookie(const std::string& cookie) {
  const auto found = by_cookie_.find(cookie);
  return found == by_cookie_.end() ? nullptr : found->second;
}

Phone* PhoneBook::only_one_from(std::string_view host, const std::function<bool(const Phone&)>& with) {
  Phone* found = nullptr;
  for (Phone& phone : phones_) {
    if (host.empty() || phone.host != host || !with(phone)) continue;
    if (found) return nullptr;
    found = &phone;
  }
  return found;
}

Interaction& PhoneBook::open(Phone& phone, std::string cookie) {
  close(phone);
  by_cookie_[cookie] = &phone;
  phone.open.emplace();
  phone.open->cookie = std::move(cookie);
  return *phone.open;
}

void PhoneBook::close(Phone& phone) {
  if (!phone.open) return;
  by_cookie_.erase(phone.open->cookie);
  phone.open.reset();
}

void PhoneBook::ask(Phone& phone, microseconds at) {
  if (phone.ask_at && *phone.ask_at <= at) return;
  if (phone.ask_at) to_ask_.erase({*phone.ask_at, phone.mac});
  phone.ask_at = at;
  to_ask_.emplace(at, phone.mac);
}

Phone* PhoneBook::next_to_ask() {
  if (to_ask_.empty()) return nullptr;
  Phone* phone = find(to_ask_.begin()->second);
  to_ask_.erase(to_ask_.begin());
  if (phone) phone->ask_at.reset();
  return phone;
}

std::uint64_t PhoneBook::add(Phone& phone, Job job, bool first) {
  if (phone.jobs.size() >= most_jobs) {
    const auto over = std::find_if(phone.jobs.begin(), phone.jobs.end(), [](const Job& old) {
      return old.state == JobState::done || old.state == JobState::failed;
    });
    if (over == phone.jobs.end()) return 0;
    phone.jobs.erase(over);
  }
  // Somebody may have reset it: it gets in again where phones in default mode call.
  if (job.kind == JobKind::bootstrap || job.kind == JobKind::bootstrap_pin) phone.secure.reopened = true;
  job.id = ++last_job_;
  job.state = JobState::waiting;
  if (first)
    phone.jobs.push_front(std::move(job));
  else
    phone.jobs.push_back(std::move(job));
  if (!phone.open) ask(phone, {});
  return last_job_;
}

}  // namespace understudy::reference
