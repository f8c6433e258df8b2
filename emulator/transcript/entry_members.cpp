#include "transcript/entry_members.h"

#include "transcript/format.h"

namespace understudy::transcript {

namespace {

Start read_start(const Members& members) {
  Start start;
  start.program = members.text("program");
  start.service = members.text("service");
  start.time = members.text("time");
  start.seed = members.number("seed");
  start.masked = members.flag("masked", true);
  return start;
}

PhoneMark read_phone(const Members& members) {
  PhoneMark mark;
  mark.phone = members.text("phone");
  mark.model = members.text("model");
  mark.firmware = members.text("firmware");
  mark.mac = members.text("mac");
  mark.e164 = members.text("e164");
  mark.certificate_password = members.text("certificate_password");
  mark.address_of = members.text("address_of");
  return mark;
}

Mark read_mark(const Members& members, Event event) {
  Mark mark;
  mark.at = members.time("at");
  mark.event = event;
  mark.phone = members.text("phone");
  mark.interaction = members.number<std::uint32_t>("interaction");
  mark.text = members.text("text");
  return mark;
}

Tls read_tls(const Members& members) {
  Tls tls;
  tls.version = members.text("version");
  tls.cipher = members.text("cipher");
  tls.resumed = members.flag("resumed", false);
  tls.subject = members.text("subject");
  tls.issuer = members.text("issuer");
  tls.not_before = members.text("not_before");
  tls.not_after = members.text("not_after");
  members.each_word("problems", [&](const std::string& name) {
    if (const auto problem = certificate_problem_named(name)) tls.problems.push_back(*problem);
  });
  tls.renegotiation = members.word("renegotiation", renegotiation_named, Renegotiation::untried);
  return tls;
}

wpi::Headers read_headers(const Members& members) {
  wpi::Headers headers;
  members.each("headers", [&](const Members& header) {
    headers.push_back({header.text("name"), header.text("value")});
  });
  return headers;
}

wpi::HttpRequest read_request(const Members& members) {
  return {members.text("method"), members.text("target"), read_headers(members), members.text("body")};
}

wpi::HttpResponse read_response(const Members& members) {
  wpi::HttpResponse response;
  response.version = members.text("version");
  response.status = members.number<int>("status");
  if (response.status < 0 || response.status > 999)
    members.complain("status", "must be a whole number from 0 to 999");
  response.reason = members.text("reason");
  response.head = members.text("head");
  response.headers = read_headers(members);
  response.framing = members.word("framing", framing_named, wpi::Framing::none);
  if (members.has("declared_length")) response.declared_length = members.number("declared_length");
  response.body = members.text("body");
  response.coded_body = members.text("coded_body");
  response.interim = members.number<int>("interim");
  if (response.interim < 0) members.complain("interim", "must be a whole number, not negative");
  response.complete = members.flag("complete", false);
  response.keeps_open = members.flag("keeps_open", false);
  members.each("problems", [&](const Members& problem) {
    if (const auto flaw = wpi::http_flaw_named(problem.text("flaw")))
      response.problems.push_back({*flaw, problem.text("detail"), problem.number("offset")});
  });
  return response;
}

Exchange read_exchange(const Members& members) {
  Exchange exchange;
  exchange.number = members.number("number");
  exchange.phone = members.text("phone");
  exchange.interaction = members.number<std::uint32_t>("interaction");
  exchange.message = members.number<std::uint32_t>("message");
  exchange.attempt = members.number<std::uint32_t>("attempt", 1);
  exchange.connection = members.number("connection");
  exchange.fresh_connection = members.flag("fresh_connection", true);
  exchange.encrypted = members.flag("encrypted", true);
  exchange.secure = members.flag("secure", false);
  exchange.trial = members.word("trial", trial_named, Trial::none);
  exchange.scripted = members.word("scripted", scripted_named, Scripted::none);
  exchange.poll = members.flag("poll", false);
  members.each_word("untold", [&](const std::string& name) {
    if (const auto fact = fact_named(name)) exchange.untold.add(*fact);
  });
  exchange.local = members.text("local");
  exchange.remote = members.text("remote");
  if (const auto tls = members.child("tls")) exchange.tls = read_tls(*tls);
  if (const auto times = members.child("times")) {
    exchange.begun = times->time("begun");
    exchange.connected = times->time("connected");
    exchange.secured = times->time("secured");
    exchange.sent = times->time("sent");
    exchange.first_byte = times->time("first_byte");
    exchange.ended = times->time("ended");
    exchange.limit = times->time("limit");
  }
  exchange.outcome = members.word("outcome", outcome_named, Outcome::answered);
  exchange.phase = members.word("phase", phase_named, Phase::done);
  exchange.failure = members.text("failure");
  if (const auto request = members.child("request")) exchange.request = read_request(*request);
  if (const auto response = members.child("response")) exchange.response = read_response(*response);
  return exchange;
}

Contact read_contact(const Members& members) {
  Contact contact;
  contact.at = members.time("at");
  contact.phone = members.text("phone");
  contact.local = members.text("local");
  contact.remote = members.text("remote");
  contact.encrypted = members.flag("encrypted", false);
  contact.scripted = members.flag("scripted", false);
  if (const auto request = members.child("request")) contact.request = read_request(*request);
  contact.status = members.number<int>("status");
  if (contact.status < 0 || contact.status > 999)
    members.complain("status", "must be a whole number from 0 to 999");
  contact.heed = members.word("heed", heed_named, Heed::nobody);
  contact.elsewhere = members.text("elsewhere");
  contact.problem = members.text("problem");
  return contact;
}

}  // namespace

std::optional<Entry> read_entry(const Members& members) {
  if (!members.has("entry")) members.complain("entry", "is missing");
  const std::string kind = members.text("entry");
  if (kind == "start") return read_start(members);
  if (kind == "phone") return read_phone(members);
  if (kind == "exchange") return read_exchange(members);
  if (kind == "contact") return read_contact(members);
  if (kind == "mark")
    if (const auto event = event_named(members.text("event"))) return read_mark(members, *event);
  return std::nullopt;
}

}  // namespace understudy::transcript
