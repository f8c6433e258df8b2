// What a service is like on the wire, whether or not that keeps rules: its headers, cookies, connections, framing,
// namespaces, and how long it takes.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "transcript/entry.h"

namespace understudy::conformance {

using transcript::microseconds;

// How long answers of a kind took, from the request's last byte to the answer's first.
struct AnswerTime {
  std::string kind;  // "ReadAllItems"; where there was no order: "an empty answer", "404"
  std::uint64_t count = 0;
  microseconds p50{}, p95{}, max{};
  std::vector<microseconds> samples = {};  // each of them, by rising time
};
// Of times by kind.
std::vector<AnswerTime> answer_times(std::map<std::string, std::vector<microseconds>> by_kind);

struct Fingerprint {
  using Values = std::vector<std::pair<std::string, std::string>>;
  Values headers;  // those that tell who answers, each value once: ("Server", "Apache")
  Values cookies;  // name, and its attributes as sent without the cookie's value: "Path=/; Secure"
  std::vector<std::string> namespaces;  // of the root element; "" for none
  // Answers whose connection may be used again, and those that end it.
  std::uint64_t keeps_open = 0, closes = 0;
  // How the end of a body was told.
  std::uint64_t by_length = 0, chunked = 0, until_close = 0, without_body = 0;
  std::vector<AnswerTime> times;  // most frequent kind first
  bool empty() const { return keeps_open + closes == 0; }
};

// Makes it from exchanges as they come. Bounded: of a service that never says the same twice the first are kept.
class Fingerprinter {
 public:
  // `kind` is what the service said, in a word.
  void take(const transcript::Exchange& exchange, const std::string& kind);
  Fingerprint fingerprint() const;

 private:
  Fingerprint so_far_;
  std::map<std::string, std::vector<microseconds>> times_;
};

}  // namespace understudy::conformance
