// The interactions of a run, as a report shows them: all that a finding is about and the first of each kind are kept in
// full, of the others what a line of a table says.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "look/ladder.h"
#include "look/ladder_html.h"
#include "rules/ruling.h"
#include "rules/verdict.h"

namespace understudy::conformance {

using transcript::microseconds;

// One of them. `ladder` is null where only the line is kept.
struct KeptInteraction {
  std::shared_ptr<const look::Ladder> ladder;
  std::string phone, title, orders, ending;  // plain text from the wire, secrets covered
  std::string like;                          // the kind: what it began with, and the orders
  microseconds begun{}, taken{};
  std::size_t messages = 0;
  std::set<std::string> broken;  // rules that were not kept in it: "must nonce.echo"
  bool happened = false;         // nothing was said: a call, a restart; `orders` says what. Without ladder
  bool shows_finding = false;    // in full whatever its size: it is the first time of a finding
};

class Interactions : public transcript::Sink {
 public:
  struct Bounds {
    std::size_t of_a_kind = 3;             // that are kept in full
    std::size_t with_remarks = 5;          // more of each rule that was not kept, beside the first
    std::size_t most = 8'000;              // lines; later ones are counted
    std::size_t bytes = 64 * 1024 * 1024;  // of the messages that are kept, roughly
  };
  explicit Interactions(transcript::Masker* masker) : Interactions(masker, Bounds{}) {}
  Interactions(transcript::Masker* masker, Bounds bounds);

  void take(const transcript::Entry& entry) override;
  // What the judge says while the entry is taken, and after the last one.
  void take(const Finding& finding, const Spot& spot);
  // Nothing comes any more. Ladders in the order in which they began.
  void finish();

  const std::vector<KeptInteraction>& all() const { return all_; }
  std::uint64_t left_out() const { return left_out_; }  // beyond the bound: not even a line
  transcript::Masker* masker() const { return masker_; }

 private:
  // The newest ladders may still change: each goes into all_ when enough others have begun since.
  struct OfPhone {
    std::unique_ptr<look::Ladders> ladders;
    std::uint64_t seen = 0;   // the number of the newest
    std::size_t waiting = 0;  // that are not in all_ yet
  };
  void settle_oldest(bool also_open);
  void keep(const std::shared_ptr<const look::Ladder>& ladder);
  void remark_late(const look::Remark& remark);

  transcript::Masker* masker_;
  Bounds bounds_;
  std::map<std::string, OfPhone> phones_;
  std::deque<std::pair<std::string, std::uint64_t>>
      waiting_;  // phone and number, in the order in which they began
  std::vector<KeptInteraction> all_;
  std::map<std::string, std::size_t> of_a_kind_, of_a_rule_;
  std::set<std::string> found_;  // rule, message: the first time of each is kept
  // Phone and interaction of those in all_, for what the judge says later.
  std::map<std::pair<std::string, std::uint32_t>, std::size_t> places_;
  std::set<std::pair<std::string, std::uint32_t>>
      wanted_;                                // phone and interaction of the first time of a finding
  std::set<std::uint64_t> wanted_exchanges_;  // the same of those outside any
  std::size_t bytes_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace understudy::conformance
