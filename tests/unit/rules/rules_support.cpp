#include "rules_support.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <sstream>

namespace understudy::conformance {

using namespace std::chrono_literals;

std::string phone_says(const std::string& reason, const std::string& attributes, const std::string& nonce,
                       const std::string& fragment) {
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<WorkpointMessage "
         "xmlns=\"http://www.siemens.com/DLS\">\n<Message nonce=\"" +
         nonce + "\" maxItems=\"-1\"" + (fragment.empty() ? "" : " fragment=\"" + fragment + "\"") +
         ">\n<ReasonForContact" + attributes + ">" + reason +
         "</ReasonForContact>\n<ItemList/>\n</Message>\n</WorkpointMessage>\n";
}

std::string service_says(const std::string& inside, const std::string& nonce) {
  return "<DLSMessage xmlns=\"http://www.siemens.com/DLS\">\n<Message nonce=\"" + nonce + "\">\n" + inside +
         "\n</Message>\n</DLSMessage>\n";
}

std::string with_items(std::string message, const std::string& items) {
  const std::string none = "<ItemList/>";
  return message.replace(message.find(none), none.size(), "<ItemList>" + items + "</ItemList>");
}

wpi::HttpResponse response_of(const Answer& answer) {
  wpi::HttpResponse out;
  out.version = answer.version;
  out.status = answer.status;
  out.reason = answer.status == 200 ? "OK" : "Whatever";
  out.headers = answer.headers;
  out.body = answer.body;
  out.complete = true;
  out.framing = wpi::Framing::until_close;
  const std::string* coding = wpi::find_header(out.headers, "Transfer-Encoding");
  if (coding) {
    out.framing = wpi::Framing::chunked;
  } else if (answer.status == 204) {
    out.framing = wpi::Framing::none;
  } else if (answer.length) {
    out.headers.push_back({"Content-Length", std::to_string(out.body.size())});
    out.framing = wpi::Framing::content_length;
    out.declared_length = out.body.size();
  }
  const std::string* connection = wpi::find_header(out.headers, "Connection");
  out.keeps_open = out.framing != wpi::Framing::until_close && answer.version == "HTTP/1.1" &&
                   !(connection && wpi::same_ignoring_case(*connection, "close"));
  out.head = out.version + " " + std::to_string(out.status) + " " + out.reason + "\r\n";
  for (const wpi::Header& header : out.headers) out.head += header.name + ": " + header.value + "\r\n";
  out.head += "\r\n";
  return out;
}

std::vector<Turn> conversation() {
  Answer first{.headers = {{"Content-Type", "text/xml"},
                           {"Set-Cookie", "JSESSIONID=0123ABCD; Path=/; Secure; HttpOnly"}},
               .body = order("ReadAllItems")};
  return {{phone_says("start-up"), first},
          {reply_to("ReadAllItems"), {.body = order("WriteItems", item("sntp-addr", "192.0.2.1"))}},
          {reply_to("WriteItems"), {.body = order("ReadItems", item("sntp-addr"))}},
          {reply_to("ReadItems"), {.body = order("CleanUp")}}};
}

std::vector<Turn> single(const std::string& said, const std::string& answer) {
  return {{said, {.body = answer}}};
}

Bench::Bench(const Stage& stage) : judge_(stage.selection, stage.masker), firmware_(stage.firmware), certificate_password_(stage.certificate_password) {}

transcript::Exchange Bench::exchange(const Turn& turn, const std::string& phone) {
  transcript::Exchange x;
  x.number = ++exchanges_;
  x.phone = phone;
  x.interaction = interaction_;
  x.message = ++message_;
  x.fresh_connection = x.message == 1;
  if (x.fresh_connection) ++connections_;
  x.connection = connections_;
  x.tls = transcript::Tls{"TLSv1.3", "TLS_AES_256_GCM_SHA384", false, "CN=localhost", "CN=Test", "", "", {}};
  x.begun = x.connected = x.secured = x.sent = now_ += 10ms;
  x.first_byte = x.ended = now_ += 20ms;
  x.limit = 30s;
  x.request = {"POST", std::string(wpi::default_path), {{"Content-Type", "text/xml"}}, turn.said};
  x.response = response_of(turn.answer);
  if (!turn.said.empty())
    x.said = std::make_shared<wpi::Document>(reader_.read(turn.said, wpi::Sender::phone));
  if (!turn.answer.body.empty())
    x.answer = std::make_shared<wpi::Document>(reader_.read(turn.answer.body, wpi::Sender::service));
  if (turn.change) turn.change(x);
  return x;
}

void Bench::hear(const std::vector<Turn>& turns, const std::string& ending, const std::string& phone) {
  take(transcript::PhoneMark{phone, "OpenStage 60", firmware_, "00:1A:E8:FF:00:01", "100", certificate_password_});
  ++interaction_;
  message_ = 0;
  take(transcript::Mark{now_, transcript::Event::interaction, phone, interaction_, "start-up"});
  for (const Turn& turn : turns) take(exchange(turn, phone));
  if (!ending.empty())
    take(transcript::Mark{now_, transcript::Event::interaction_ended, phone, interaction_, ending});
}

Verdict judged(const std::vector<Turn>& turns, const Stage& stage) {
  Bench bench(stage);
  bench.hear(turns, stage.ending);
  return bench.finish();
}

std::vector<std::string> deviating(const Verdict& verdict) {
  std::vector<std::string> out;
  for (const RuleResult& rule : verdict.rules)
    if (rule.outcome == Outcome::deviated) out.push_back(rule.rule);
  return out;
}

const RuleResult& result(const Verdict& verdict, const std::string& rule) {
  return *std::find_if(verdict.rules.begin(), verdict.rules.end(),
                       [&](const RuleResult& r) { return r.rule == rule; });
}

Finding only_finding(const Verdict& verdict, const std::string& rule) {
  Finding out;
  int found = 0;
  for (const Finding& finding : verdict.findings) {
    if (finding.rule != rule) continue;
    out = finding;
    ++found;
  }
  EXPECT_EQ(found, 1) << "findings of " << rule;
  return out;
}

std::vector<Level> levels(const Verdict& verdict, const std::string& rule) {
  std::vector<Level> out;
  for (const Finding& finding : verdict.findings)
    if (finding.rule == rule) out.push_back(finding.level);
  return out;
}

std::string marked(const std::optional<Excerpt>& shown) {
  if (!shown) return "(no excerpt)";
  const Excerpt& excerpt = *shown;
  std::istringstream lines(excerpt.text);
  std::string line;
  for (std::uint32_t number = excerpt.line; number <= excerpt.mark_line; ++number) std::getline(lines, line);
  // Columns count characters: a byte of the form 10xxxxxx continues one.
  std::string out;
  std::uint32_t column = 0;
  for (const char c : line) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++column;
    if (column >= excerpt.mark_column && column < excerpt.mark_column + excerpt.mark_length) out += c;
  }
  return out;
}

}  // namespace understudy::conformance
