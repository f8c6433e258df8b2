#include "transcript/woven.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <algorithm>
#include <iterator>
#include <utility>

namespace understudy::transcript {

Start start_of(const Recording& recording, microseconds first) {
  Start start;
  start.program = recording.program;
  start.masked = recording.masked;
  for (const RecordedExchange& one : recording.exchanges) {
    const wpi::HttpRequest& request = one.exchange.request;
    if (request.method != "POST" || request.body.size() <= 1) continue;
    const std::string* const host = wpi::find_header(request.headers, "Host");
    start.service = (one.exchange.encrypted ? "https://" : "http://") + (host ? *host : one.exchange.remote) +
                    request.target;
    break;
  }
  if (first.count() > 0)
    start.time = Poco::DateTimeFormatter::format(Poco::Timestamp(first.count()),
                                                 Poco::DateTimeFormat::ISO8601_FRAC_FORMAT);
  return start;
}

microseconds first_time(const std::vector<RecordedExchange>& exchanges) {
  microseconds first{};
  bool any = false;
  for (const RecordedExchange& one : exchanges)
    if (!std::exchange(any, true) || one.exchange.begun < first) first = one.exchange.begun;
  return first;
}

void count_from(microseconds first, Exchange& exchange) {
  exchange.begun -= first;
  for (microseconds* time : {&exchange.sent, &exchange.first_byte, &exchange.ended})
    if (time->count() != 0) *time -= first;
}

Transcript transcript_of(Recording recording) {
  const microseconds first = first_time(recording.exchanges);
  Transcript out;
  out.recorded = recording.recorded;
  out.entries.emplace_back(start_of(recording, first));
  for (RecordedExchange& one : recording.exchanges) count_from(first, one.exchange);
  Woven woven = weave(std::move(recording.exchanges));
  std::move(woven.entries.begin(), woven.entries.end(), std::back_inserter(out.entries));
  out.left_out = std::move(recording.left_out);
  for (const LeftOut::Kind& kind : woven.left_out.kinds()) out.left_out.add(kind);
  return out;
}

}  // namespace understudy::transcript
