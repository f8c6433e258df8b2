#include "reference_support.h"

#include <algorithm>
#include <cstdlib>

namespace understudy::reference {

using wpi::Action;
using wpi::Item;
using wpi::Reason;

std::string Answer::header(std::string_view name) const {
  const std::string* value = wpi::find_header(headers, name);
  return value ? *value : std::string();
}

std::vector<std::string> Answer::items() const {
  std::vector<std::string> out;
  for (const Item& one : document.items)
    out.push_back(one.name + (one.index ? "[" + *one.index + "]" : "") + "=" + one.value);
  return out;
}

Options simulated(std::vector<std::string> defects) {
  Options options;
  options.defects = std::move(defects);
  options.simulated = true;
  return options;
}

Answer ask(Service& service, const wpi::HttpRequest& request, std::chrono::microseconds now, const std::string& local,
           const std::string& certificate) {
  Answer answer;
  answer.served = service.answer(request, net::Caller{"127.0.0.1:40000", 1, true, local, certificate}, now);
  const std::string& bytes = answer.served.bytes;
  const std::size_t head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string::npos) return answer;
  answer.status = std::atoi(bytes.c_str() + bytes.find(' '));
  for (std::size_t at = bytes.find("\r\n") + 2; at < head_end + 2;) {
    const std::size_t end = bytes.find("\r\n", at);
    const std::string line = bytes.substr(at, end - at);
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) answer.headers.push_back({line.substr(0, colon), line.substr(colon + 2)});
    at = end + 2;
  }
  answer.body = bytes.substr(head_end + 4);
  return answer;
}

HandPhone::HandPhone(Service& service, std::string mac, std::string firmware)
    : service_(service), mac_(std::move(mac)), firmware_(std::move(firmware)) {}

std::vector<Item> HandPhone::identity(bool changed) const {
  return {item("device-type", "OpenStage 60"),
          item("software-version", firmware_),
          item("mac-addr", mac_),
          item("configuration-changed-flag", changed ? "true" : "false"),
          item("e164", "4930000001"),
          item("user-pwd", "000000")};
}

// The next one as a number of hexadecimal digits.
void HandPhone::takes_new_nonce() {
  for (std::size_t i = nonce.size(); nonce == opened_with_ && i-- > 0;) {
    char& c = nonce[i];
    const bool last = c == 'F' || c == 'f';
    c = last ? '0' : c == '9' ? 'A' : static_cast<char>(c + 1);
    if (!last) break;
  }
  opened_with_ = nonce;
}

Answer HandPhone::opens(Reason reason, std::vector<Item> more) {
  takes_new_nonce();
  wpi::PhoneMessage message;
  message.reason = reason;
  message.items = identity(reason == Reason::local_changes);
  message.items.insert(message.items.end(), more.begin(), more.end());
  return says(message);
}

Answer HandPhone::starts_up(bool changed) {
  takes_new_nonce();
  wpi::PhoneMessage message;
  message.reason = Reason::start_up;
  message.items = identity(changed);
  return says(message);
}

Answer HandPhone::replies(Action action, wpi::ReplyStatus status, std::vector<Item> items,
                          std::optional<wpi::Fragment> fragment) {
  wpi::PhoneMessage message;
  message.reason = Reason::reply_to;
  message.action = spelling(action);
  message.status = status;
  message.fragment = fragment;
  message.items = std::move(items);
  return says(message);
}

Answer HandPhone::cleans_up(std::string why) {
  wpi::PhoneMessage message;
  message.reason = Reason::clean_up;
  message.items = {item("cleanup-reason", std::move(why))};
  return says(message);
}

std::vector<Action> HandPhone::runs(Answer answer) {
  std::vector<Action> actions;
  while (answer.action() && actions.size() < 400) {
    const Action action = *answer.action();
    actions.push_back(action);
    if (action == Action::clean_up || action == Action::restart) break;
    std::vector<Item> said;
    if (action == Action::read_all_items) {
      said = has;
    } else if (action == Action::write_items) {
      for (const Item& written : answer.document.items) {
        std::erase_if(
            has, [&](const Item& old) { return old.name == written.name && old.index == written.index; });
        has.push_back(written);
        has.back().status.clear();
      }
    } else if (action == Action::read_items) {
      for (const Item& wanted : answer.document.items) {
        const auto found = std::find_if(has.begin(), has.end(), [&](const Item& one) {
          return one.name == wanted.name && one.index == wanted.index;
        });
        said.push_back(found != has.end() ? *found
                                          : item(wanted.name, "", wanted.index, "unknown item"));
      }
    }
    const bool understood = action != Action::get_next_fragment && action != Action::file_deployment &&
                            action != Action::software_deployment;
    answer = replies(action, understood ? wpi::ReplyStatus::accepted : wpi::ReplyStatus::failed, said);
  }
  return actions;
}

Answer HandPhone::says(const wpi::PhoneMessage& given) {
  wpi::PhoneMessage message = given;
  message.nonce = nonce;
  message.max_items = max_items;
  std::string body;
  if (reversed && message.reason != Reason::reply_to) std::reverse(message.items.begin(), message.items.end());
  wpi::write(message, layout, body);
  return posts(body);
}

Answer HandPhone::posts(const std::string& body) {
  wpi::HttpRequest request{
      "POST", std::string(wpi::default_path), {{"Host", "127.0.0.1"}, {"Content-Type", "text/xml"}}, body};
  if (!cookie.empty()) request.headers.push_back({"Cookie", cookie});
  if (closes) request.headers.push_back({"Connection", "close"});
  Answer answer = ask(service_, request, std::chrono::seconds(1), calls, certificate);
  answer.document = reader_.read(answer.body, wpi::Sender::service);
  const std::string set = answer.header("Set-Cookie");
  if (!set.empty()) cookie = verbatim ? set : set.substr(0, set.find(';'));
  return answer;
}

}  // namespace understudy::reference
