#include "unit/transcript/har_support.h"

#include <gtest/gtest.h>

namespace understudy::transcript {

namespace {

std::string message(std::string_view root, std::string_view nonce, std::string_view content,
                    std::string_view items) {
  std::string text = R"(<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<)" + std::string(root) +
                     R"( xmlns=\"http://www.siemens.com/DLS\"><Message nonce=\")" + std::string(nonce) +
                     R"(\">)" + std::string(content);
  if (!items.empty()) text += "<ItemList>" + std::string(items) + "</ItemList>";
  return text + "</Message></" + std::string(root) + ">";
}

}  // namespace

std::string phone_says(std::string_view nonce, std::string_view reason, std::string_view items) {
  std::string element = "<ReasonForContact";
  if (const std::size_t action = reason.find(' '); action != std::string_view::npos) {
    element += R"( action=\")" + std::string(reason.substr(action + 1)) + R"(\" status=\"accepted\")";
    reason = reason.substr(0, action);
  }
  return message("WorkpointMessage", nonce, element + ">" + std::string(reason) + "</ReasonForContact>",
                 items);
}

std::string service_says(std::string_view nonce, std::string_view action, std::string_view items) {
  return message("DLSMessage", nonce, "<Action>" + std::string(action) + "</Action>", items);
}

std::string mac(std::string_view address) {
  return R"(<Item name=\"mac-addr\">)" + std::string(address) + "</Item>";
}

std::string har_of(const std::vector<HarEntry>& entries, std::string_view creator) {
  std::string har =
      R"({"log":{"version":"1.2","creator":)" + std::string(creator) + R"(,"pages":[],"entries":[)";
  bool first = true;
  for (const HarEntry& entry : entries) {
    if (!first) har += ",\n";
    first = false;
    har += R"({"startedDateTime":")" + entry.started + R"(","time":23,)" + entry.more +
           R"("request":{"method":")" + entry.method + R"(","url":")" + entry.url +
           R"(","httpVersion":"HTTP/1.1","headers":)" + entry.request_headers;
    if (!entry.said.empty()) har += R"(,"postData":{"mimeType":"text/xml","text":")" + entry.said + "\"}";
    har += R"(},"response":{"status":)" + std::to_string(entry.status) +
           R"(,"statusText":"OK","httpVersion":")" + entry.version + R"(","headers":)" + entry.headers +
           R"(,"content":{)" +
           (entry.content.empty() ? R"("mimeType":"text/xml","text":")" + entry.answered + "\""
                                  : entry.content) +
           R"(}},"cache":{},"timings":)" + entry.timings + "}";
  }
  return har + "]}}";
}

Transcript har_read(const std::string& har) {
  auto transcript = read(har);
  if (transcript) return std::move(*transcript);
  ADD_FAILURE() << transcript.error().text;
  return {};
}

std::vector<Exchange> exchanges_of(const Transcript& transcript) {
  std::vector<Exchange> out;
  for (const Entry& entry : transcript.entries)
    if (const auto* exchange = std::get_if<Exchange>(&entry)) out.push_back(*exchange);
  return out;
}

std::vector<std::string> told(const Transcript& transcript) {
  std::vector<std::string> out;
  for (const Entry& entry : transcript.entries) {
    if (const auto* phone = std::get_if<PhoneMark>(&entry))
      out.push_back("phone " + phone->phone + " " + phone->mac);
    if (const auto* mark = std::get_if<Mark>(&entry))
      out.push_back(std::string(name_of(mark->event)) + " " + mark->phone + " " +
                    std::to_string(mark->interaction) + " " + mark->text);
    if (const auto* contact = std::get_if<Contact>(&entry))
      out.push_back("contact " + contact->phone + " at " + contact->local + " " +
                    std::string(name_of(contact->heed)));
    if (const auto* exchange = std::get_if<Exchange>(&entry))
      out.push_back("exchange " + std::to_string(exchange->number) + " " + exchange->phone + " " +
                    std::to_string(exchange->interaction) + "/" + std::to_string(exchange->message) +
                    (exchange->poll ? " poll" : "") +
                    (exchange->untold.has(Fact::content) ? " not judged" : ""));
  }
  return out;
}

std::string left_out(const Transcript& transcript) {
  std::string text =
      std::to_string(transcript.left_out.count()) + " of " + std::to_string(transcript.recorded);
  for (const LeftOut::Kind& kind : transcript.left_out.kinds()) text += ", " + in_words(kind, kind.example);
  return text;
}

}  // namespace understudy::transcript
