// Exchanges that somebody else has recorded, woven into a transcript: whose each is, and where interactions begin and
// end, as far as the bytes tell (docs/recordings.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "transcript/entry.h"

namespace understudy::transcript {

// Why an exchange of a recording is left out of the judgement.
enum class Lack {
  no_wpi,      // neither a POST of WPI nor a poll
  no_body,     // a POST whose body was not recorded
  unreadable,  // a message that is no whole XML
  no_phone,    // nothing tells which phone it is of
  no_request,  // a reply whose interaction began before the recording did
  gap,         // a message that comes before it in its interaction is missing
  no_answer,   // the answer, or the end of it, was not recorded
  not_kept,    // the answer's body was not recorded as it came
  no_http,     // a connection on which no whole request of HTTP was said
  sealed,      // TLS whose keys are not at hand
  bad_entry,   // what describes it is not as the format has it
  apart,       // said on purpose to try the service, by our own phones
};

// What is left out, for people.
class LeftOut {
 public:
  struct Kind {
    Lack lack = Lack::no_wpi;
    std::size_t count = 0;
    std::size_t first = 0;  // entry in the file, from 1
    std::string example;    // "GET /favicon.ico", as it was recorded: bytes from outside
  };
  void add(Lack lack, std::size_t entry, std::string example);
  void add(const Kind& kind);
  const std::vector<Kind>& kinds() const { return kinds_; }  // in the order in which they were met
  std::size_t count() const;

 private:
  std::vector<Kind> kinds_;
};
// "2 are no POST of WPI (first: entry 4, GET /favicon.ico)". `example` as it can be shown; `place` is "entry", or what else
// is counted in the file.
std::string in_words(const LeftOut::Kind& kind, std::string_view example, std::string_view place = "entry");

struct RecordedExchange {
  std::size_t entry = 0;  // in the file, from 1: the exchange's number
  // Without phone, interaction and message. Of an exchange that cannot be judged `untold` has Fact::content, and `lack`
  // says why.
  Exchange exchange;
  std::string peer;    // the phone's address without its port; empty: not recorded
  bool whole = false;  // the recording says how long the answer's body is, and it has that length
  Lack lack = Lack::no_answer;
};

struct Woven {
  std::vector<Entry> entries;
  LeftOut left_out;
};

// Any order will do: they are sorted by the time at which they began. Parses the messages too.
Woven weave(std::vector<RecordedExchange> recorded);

class Weaver;

// The same while it is said. An interaction that simply stops is ended when its phone comes again, or at the end.
class LiveWeaver {
 public:
  explicit LiveWeaver(std::function<void(const Entry&)> out);
  ~LiveWeaver();
  // When its answer has come, or cannot come any more.
  void take(RecordedExchange one);
  // That connection is no more.
  void forget(std::uint64_t connection);
  // Ends what is open.
  void finish();
  const LeftOut& left_out() const;

 private:
  std::unique_ptr<Weaver> weaver_;
};

}  // namespace understudy::transcript
