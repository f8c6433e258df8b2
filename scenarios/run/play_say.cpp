// Raw bytes of a play: what is said by hand, be it more than is ever held in memory.
#include <algorithm>
#include <utility>

#include "scenarios/duration.h"
#include "scenarios/run/play.h"
#include "wpi/utf8.h"

namespace understudy::scenarios {

using language::Say;
using language::Step;

namespace {

constexpr std::size_t kept_whole = 65'536;  // bytes of a longer one stand in the record only at either end
constexpr std::size_t kept_of_begin = 2'048, kept_of_end = 256;

void append_unit(std::string& out, char32_t unit) {
  out += static_cast<char>(unit & 0xFF);
  out += static_cast<char>(unit >> 8 & 0xFF);
}

// The lower byte first. What is no UTF-8 is a character of its own a byte.
std::string to_utf16(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const wpi::CodePoint point = wpi::decode_utf8(text, at);
    if (!point.valid)
      append_unit(out, static_cast<unsigned char>(text[at]));
    else if (point.value < 0x10000)
      append_unit(out, point.value);
    else
      append_unit(out, 0xD800 + ((point.value - 0x10000) >> 10)), append_unit(out, 0xDC00 + ((point.value - 0x10000) & 0x3FF));
    at += point.length;
  }
  return out;
}

// As it stands in the record.
std::string shortened(const std::vector<net::Stretch>& stretches, std::size_t size) {
  return net::bytes_at(stretches, 0, kept_of_begin).substr(0, kept_of_begin) + "\n[... " + std::to_string(size) +
         " bytes in all, of which the record keeps the first and the last ...]\n" +
         net::bytes_at(stretches, size - kept_of_end, kept_of_end);
}

}  // namespace

std::optional<std::vector<net::Stretch>> Play::stretches_of(const Strand& strand, const Say& it) {
  std::vector<net::Stretch> out;
  std::size_t size = 0;
  for (const Say::Part& part : it.parts) {
    auto bytes = filled(strand, part.bytes);
    if (!bytes) return std::nullopt;
    if (it.utf16) *bytes = (out.empty() ? "\xFF\xFE" : "") + to_utf16(*bytes);
    if (!bytes->empty() && part.times > (Say::most_bytes - size) / bytes->size()) {
      fail(How::could_not_run, {part.bytes.place, scenario_->phones[strand.phone].name,
                                "<say> says more than " + std::to_string(Say::most_bytes) + " bytes", "", "", {}});
      return std::nullopt;
    }
    size += bytes->size() * part.times;
    out.push_back({std::make_shared<const std::string>(std::move(*bytes)), part.times});
  }
  if (!it.post) return out;
  const std::string head = "POST " + means_.path + " HTTP/1.1\r\nHost: " + means_.service +
                           "\r\nContent-Type: text/xml\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
  out.insert(out.begin(), {std::make_shared<const std::string>(head), 1});
  return out;
}

void Play::begin(Strand& strand, const Step& step, const Say& it) {
  auto stretches = stretches_of(strand, it);
  if (!stretches) return;
  const std::size_t size = net::size_of(*stretches);
  const std::uint32_t n = strand.phone;
  Desk& desk = desks_[n];
  const bool waits = it.then != Say::Then::nothing, hostile = is_hostile(strand);
  fleet::Stage::Attempt attempt;
  attempt.scripted = transcript::Scripted::broken;
  attempt.as = desk.id + " says";
  if (!waits) attempt.as += " " + std::to_string(++said_);
  const auto open = std::find(desk.said_open.begin(), desk.said_open.end(), attempt.as);
  attempt.fresh = it.fresh || open == desk.said_open.end();
  if (open == desk.said_open.end()) desk.said_open.push_back(attempt.as);
  attempt.credentials = means_.stage.phone(desk.id).shows();
  if (attempt.credentials) attempt.port = attempt.credentials->port;
  if (it.rate > 0) attempt.fault = {.kind = net::Fault::Kind::slow, .rate = it.rate};
  if (it.then == Say::Then::hang_up) attempt.fault = {.kind = net::Fault::Kind::drop_after};
  tell(n, false, std::to_string(size) + " bytes (by the script)");
  // In a hostile case silence is for the judge, and so for the record; elsewhere it fails the play.
  if (hostile) attempt.answer_limit = it.within;
  if (waits) wait(strand, {Waiting::Said{&step}}, hostile ? longest_duration : it.within);
  wpi::HttpRequest request;
  if (size <= kept_whole) {
    request.body = net::bytes_at(*stretches, 0, size);
  } else {
    request.body = shortened(*stretches, size);
    attempt.stretches = std::move(*stretches);
  }
  means_.stage.attempt(
      desk.id, std::move(attempt), std::move(request),
      [weak = weak_from_this(), &strand, &step, &it, n, waits, at = strand.wait](const transcript::Exchange& x) {
        const auto play = weak.lock();
        if (!play || play->over()) return;
        play->tell(n, true, said_by_service(x));
        if (waits && strand.wait == at) play->said(strand, step, it, x);
      });
}

void Play::said(Strand& strand, const Step& step, const Say& it, const transcript::Exchange& x) {
  strand.came = true;
  const int status = x.outcome == transcript::Outcome::answered && x.response ? x.response->status : 0;
  if (it.expect_status && (status < it.expect_status->least || status > it.expect_status->most))
    fail(strand, step.place, status ? "the answer has another status" : "no answer came",
         "status " + std::to_string(it.expect_status->least) +
             (it.expect_status->most == it.expect_status->least ? ""
                                                                : "-" + std::to_string(it.expect_status->most)),
         status ? "status " + std::to_string(status) : said_by_service(x));
  if (!it.capture_status.empty()) values_.set(strand.phone, it.capture_status, std::to_string(status));
  if (!it.capture_body.empty()) values_.set(strand.phone, it.capture_body, x.response ? x.response->body : "");
  wake();
}

}  // namespace understudy::scenarios
