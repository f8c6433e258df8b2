// The HTTP readers, and the filter through which messages are changed: however the bytes are cut into pieces, the result is the same as all
// at once, and never a crash. What nobody changes goes on as it came.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_filter.h"
#include "net/http_reader.h"
#include "net/server.h"
#include "phone/random.h"

namespace {

using understudy::net::HttpEdit;
using understudy::net::HttpFilter;
using understudy::net::HttpReader;
using understudy::net::RequestReader;
using understudy::wpi::HttpRequest;
using understudy::wpi::HttpResponse;

// All that a reader came to, as text that can be compared.
std::string outcome(HttpReader& reader) {
  const HttpResponse& r = reader.response();
  std::string out = r.head + '|' + r.version + '|' + std::to_string(r.status) + '|' + r.reason + '|' +
                    r.body + '|' + r.coded_body + '|' + std::to_string(static_cast<int>(r.framing)) + '|' +
                    (r.declared_length ? std::to_string(*r.declared_length) : "none") + '|' +
                    std::to_string(r.interim) + (r.complete ? "complete" : "partial") +
                    (r.keeps_open ? "open" : "closing") + (reader.began() ? "began" : "") +
                    (reader.head_complete() ? "head" : "") + reader.beginning();
  for (const auto& header : r.headers) out += '|' + header.name + '=' + header.value;
  for (const auto& problem : r.problems)
    out += '|' + std::string(name_of(problem.flaw)) + '@' + std::to_string(problem.offset) + ' ' +
           problem.detail;
  return out;
}

std::string answer_read(std::string_view bytes, const std::vector<std::size_t>& pieces, bool closed) {
  HttpReader reader({1024, 2048});
  for (const std::size_t n : pieces) {
    const bool done = reader.take(bytes.substr(0, n));
    if (done != reader.done()) std::abort();
    bytes.remove_prefix(n);
  }
  reader.end(closed);
  return outcome(reader);
}

std::string requests_read(std::string_view bytes, const std::vector<std::size_t>& pieces) {
  RequestReader reader(2048);
  std::string out;
  for (const std::size_t n : pieces) {
    reader.take(bytes.substr(0, n));
    bytes.remove_prefix(n);
    while (true) {
      HttpRequest request;
      const RequestReader::State state = reader.next(request);
      if (state == RequestReader::State::incomplete) break;
      if (state != RequestReader::State::request)
        return out + (state == RequestReader::State::malformed ? "bad" : "large");
      out += to_bytes(request) + '|';
    }
  }
  return out;
}

std::string passed_on(HttpFilter::Speaker speaker, std::string_view bytes, const std::vector<std::size_t>& pieces, bool changes) {
  HttpFilter filter(speaker, [&](std::string_view, std::string_view body) {
    return changes ? std::optional(HttpEdit{std::nullopt, std::string(body) + "x"}) : std::nullopt;
  });
  std::string out;
  for (const std::size_t n : pieces) {
    out += filter.take(bytes.substr(0, n));
    bytes.remove_prefix(n);
  }
  return out + filter.end();
}

std::vector<std::size_t> cut(std::size_t size, std::uint64_t seed, std::size_t most) {
  understudy::phone::Random random(seed);
  std::vector<std::size_t> pieces;
  while (size > 0) {
    const std::size_t n = std::min<std::size_t>(size, 1 + random.next() % most);
    pieces.push_back(n);
    size -= n;
  }
  return pieces;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::vector<std::size_t> at_once = {size};
  for (const bool closed : {true, false}) {
    const std::string whole = answer_read(bytes, at_once, closed);
    if (answer_read(bytes, cut(size, size, 1), closed) != whole) std::abort();
    if (answer_read(bytes, cut(size, size, 40), closed) != whole) std::abort();
  }
  const std::string whole = requests_read(bytes, at_once);
  if (requests_read(bytes, cut(size, size, 1)) != whole) std::abort();
  if (requests_read(bytes, cut(size, size, 40)) != whole) std::abort();
  for (const auto speaker : {HttpFilter::Speaker::client, HttpFilter::Speaker::service}) {
    const std::string changed = passed_on(speaker, bytes, at_once, true);
    for (const std::size_t most : {std::size_t{1}, std::size_t{40}}) {
      if (passed_on(speaker, bytes, cut(size, size, most), true) != changed) std::abort();
      if (passed_on(speaker, bytes, cut(size, size, most), false) != bytes) std::abort();
    }
  }
  return 0;
}
