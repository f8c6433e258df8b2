// What was said on the wire as people read it: an interaction is a ladder, its messages and what happened between them are
// the rungs. Pages and reports show the same ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "transcript/entry.h"

namespace understudy::look {

using transcript::microseconds;

// A rule that the service did not keep, at the place where it did not.
struct Remark {
  std::string rule, level;              // "nonce.echo", "must" | "should" | "note"
  std::string message, expected, came;  // in words, secrets masked; may be empty but for message
  std::string phone;
  std::uint32_t interaction = 0;        // 0: outside any
  std::uint64_t exchange = 0;           // its number in the run; 0: the interaction as a whole
  // Where in the bytes of the answer.
  enum class In { nowhere, head, body };
  In in = In::nowhere;
  std::size_t offset = 0, length = 0;
};

// A message with its answer, a poll, somebody at the door, or something that happened.
struct Rung {
  microseconds at{};
  std::variant<std::shared_ptr<const transcript::Exchange>, std::shared_ptr<const transcript::Contact>, transcript::Mark> what;
  std::vector<Remark> remarks = {};
};

// An interaction; or, with interaction 0, something single beside them: a poll, a probe, a contact-me, a call, a restart.
struct Ladder {
  std::uint64_t number = 0;       // counts from 1 for each phone
  std::string phone = {};         // id
  std::uint32_t interaction = 0;  // as the transcript counts
  std::string reason = {};        // "start-up"; empty where the transcript does not say it
  microseconds begun{}, ended{};
  bool open = false;              // it goes on
  std::string ending = {};        // "clean_up", "unclean: status 404"; empty while it is open
  std::vector<Rung> rungs = {};
  std::size_t left_out = 0;          // rungs at its beginning that have gone: it alone passed the bounds
  std::vector<Remark> remarks = {};  // of the interaction as a whole
};

// Collects them for each phone. Bounded: the oldest go first. For one thread at a time; what was given out may be read in
// any.
class Ladders : public transcript::Sink {
 public:
  struct Bounds {
    std::size_t ladders_a_phone = 500;
    std::size_t bytes = 256 * 1024 * 1024;  // of all messages together, roughly
  };
  explicit Ladders(Bounds bounds) : bounds_(bounds) {}
  Ladders() : Ladders(Bounds{}) {}
  Ladders(const Ladders&) = delete;
  Ladders& operator=(const Ladders&) = delete;

  void take(const transcript::Entry& entry) override;
  // After the entry that it is about was taken. One whose ladder has gone is dropped. One of neither an interaction nor an
  // exchange is about the phone's last contact.
  void take(Remark remark);

  // Of that phone, oldest first. What was given out does not change: a ladder that goes on is another one next time.
  const std::deque<std::shared_ptr<const Ladder>>& of(const std::string& phone) const;
  // nullptr: there is none, or it has gone.
  std::shared_ptr<const Ladder> find(const std::string& phone, std::uint64_t number) const;
  // Those of the phone that came or changed since version() was `version`, oldest first.
  std::vector<std::shared_ptr<const Ladder>> since(const std::string& phone, std::uint64_t version) const;
  // Grows with every change.
  std::uint64_t version() const { return version_; }
  // How many of the phone's oldest have gone.
  std::uint64_t gone(const std::string& phone) const;

 private:
  // What is known of a ladder beside what is given out.
  struct Record {
    std::uint64_t serial = 0;   // counts the ladders of all phones
    std::uint64_t changed = 0;  // the version that it came with, or changed last
    std::size_t bytes = 0;
  };
  struct OfPhone {
    std::deque<std::shared_ptr<const Ladder>> ladders;
    std::deque<Record> records;                     // one for each of them
    std::map<std::uint64_t, std::uint64_t> changes;  // version and number of the ladder that changed last with it
    std::uint64_t gone = 0;
    std::uint64_t current = 0;  // number of the newest interaction's ladder; 0: none yet
  };

  void take_mark(const transcript::Mark& mark);
  void take_exchange(const transcript::Exchange& exchange);
  void take_contact(const transcript::Contact& contact);
  std::uint64_t begin(OfPhone& of, Ladder ladder);
  void end(OfPhone& of, microseconds at, std::string ending);
  void put(OfPhone& of, std::uint64_t number, Rung rung, microseconds ended, std::size_t bytes);
  void put_beside(const std::string& phone, Rung rung, microseconds ended, std::size_t bytes);
  void grow(OfPhone& of, std::uint64_t number, std::size_t bytes);
  void set(OfPhone& of, std::uint64_t number, Ladder ladder);
  void drop_oldest(OfPhone& of);
  void keep_bounds(OfPhone& of);
  void shorten(OfPhone& of);
  static const Ladder* open_in(const OfPhone& of);

  Bounds bounds_;
  std::uint64_t version_ = 0;
  std::uint64_t serial_ = 0;
  std::size_t bytes_ = 0;
  std::map<std::string, OfPhone> phones_;
  std::map<std::uint64_t, OfPhone*> by_age_;  // serials of all ladders
};

}  // namespace understudy::look
