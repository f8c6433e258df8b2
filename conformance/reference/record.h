// What the service remembers of phones: their items, the interaction that is open, and what is to be done
// with them.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "reference/service.h"
#include "wpi/message.h"
#include "wpi/vocabulary.h"

namespace understudy::reference {

// The part of a firmware version that the protocol depends on: {3, 5} for "V3 R5.12.0" or "3.5.12.0" (guide
// p.38, p.57).
struct Version {
  int major = 0, release = 0;  // 0 where it cannot be read
  auto operator<=>(const Version&) const = default;
};
Version version_of(std::string_view text);
// "V3 R5.12.0" and "3.5.12.0" are the same version, and the latter is how orders write it (guide p.57).
std::string dotted(std::string_view version);

// The items of one phone. Thousands of phones are remembered, so it is kept small: names of the catalogue are
// not copied, and what a phone could bloat it with is not kept at all.
class ItemTable {
 public:
  static constexpr int no_index = -1;
  static constexpr std::size_t most_items = 5'000, most_bytes = 512 * 1024;

  // Takes what a phone reports. Items that it could not read (with a status) or that have an odd index are
  // left out.
  void take(const std::vector<wpi::Item>& items);
  void replace(const std::vector<wpi::Item>& items);
  const std::string* find(std::string_view name, int index = no_index) const;
  std::vector<wpi::Item> all() const;  // sorted
  std::size_t size() const { return held_.size(); }

 private:
  struct Held {
    std::string_view name;  // of the catalogue's entry, or of odd_names_
    int index;
    std::string value;
  };
  std::string_view kept_name(std::string_view name);  // empty: too many odd ones

  std::vector<Held> held_;  // sorted by name and index
  std::set<std::string, std::less<>> odd_names_;
  std::size_t bytes_ = 0;
};

// What phones say is kept up to a bound, as much as an ItemTable takes of it.
void keep(std::vector<wpi::Item>& kept, const std::vector<wpi::Item>& more);
// The beginning of a text that a phone chose, never cut within a character.
std::string shortened(std::string_view text, std::size_t bytes = 200);

// The index as a number; no_index where there is none, nullopt where it is no number.
std::optional<int> index_number(const wpi::Item& item);

// What an order is for: says what is done with the phone's reply.
enum class Purpose {
  none,          // ends the interaction, or nobody waits for the reply
  user,          // gives a mobile user's settings or data to the phone that he is at
  user_data,     // reads what he takes along
  learn,         // the items of a phone that is not known, or has changed
  job,           // what a job asks for
  verify,        // reading what a write wrote
  verify_files,  // reading which files are there (guide p.55)
  tan,           // the end of the PIN, as the phone's user entered it (guide p.68)
};

// What the service says in one message.
struct Order {
  wpi::Action action = wpi::Action::clean_up;
  std::vector<wpi::Item> items = {};
  Purpose purpose = Purpose::none;
  std::uint64_t job = 0;
};

// An interaction that is open: from the phone's first message to CleanUp (guide p.33-35).
struct Interaction {
  wpi::Reason opened_by = wpi::Reason::start_up;
  std::string cookie;                    // the session that it runs in
  std::string nonce;                     // of its first message
  std::vector<wpi::Item> introduction;   // the items of its first message
  std::optional<std::size_t> max_items;  // that the phone takes in a message; none: unlimited (guide p.28)
  std::deque<Order> plan;                // what comes next
  std::optional<Order> asked;            // what the phone owes a reply to
  std::size_t heard = 0;                 // digest of the message answered last
  std::vector<wpi::Item> fragments;      // of a reply that is not complete yet (guide p.69)
  std::vector<wpi::Item> written;        // what the phone took of the write being done
  std::vector<wpi::Item> confirmed;      // what it has read back as it was written
  std::vector<std::string> remarks;      // and what there is to say of it
  int orders = 0;
  std::map<std::string, int> about;  // how often something was ordered about the same items, see about()
  int extra = 0;                     // orders that a defect added
  std::vector<std::uint64_t> deployed;  // jobs of files that it has done
  bool secure = false;               // on the port for Secure Mode
  std::size_t opening = 0;           // digest of the message that opened it
  std::string came_as;               // the phone whose cookie came with that; empty: none other's
};

// How far a phone is in Secure Mode.
struct SecureState {
  std::string certificate;  // that it was given and took, PEM; empty: none
  std::string tan;          // that it still has to say (guide p.68); empty: none
  bool on = false;          // it came with its certificate: the default port is closed to it (guide p.65)
  bool reopened = false;    // it is not, as somebody wants another bootstrap: the phone may have been reset
};

struct Phone {
  std::string mac;
  std::string model, firmware;
  Version version;
  bool known = false;         // its items have been read
  bool reading_owed = false;  // it was too busy to be read
  int failed_readings = 0;
  std::string nonce, nonce_before;  // of its message, and the last one that was another
  microseconds last_contact{};
  bool seen = false;
  ItemTable items;
  std::deque<Job> jobs;
  std::deque<Order> owed;     // of no job, and the phone was too busy for it
  // Items that the phone refused, with the value and what it said (guide p.78-83): they are not written
  // again.
  std::map<std::pair<std::string, int>, std::pair<std::string, std::string>> refused;
  std::vector<wpi::Item> chosen;  // texts that its user has set, where they are to be given back
  std::optional<Interaction> open;
  // Contact-me: when it was asked last, how often since it last called, and when it is to be asked next.
  std::optional<microseconds> asked, ask_at;
  int asked_times = 0;
  SecureState secure;
  SecureState offered;  // what the order under way gives it
  std::size_t last_opening = 0;  // digest of the message that opened its last interaction, if CleanUp has ended that; else 0
  std::string host;     // that it called from last; empty: not yet
  std::string our_host; // that it called there

  Job* find_job(std::uint64_t id);
  // Some job waits for it, and not for a call that it will make by itself.
  bool is_wanted() const;
};

// Somebody who may log on at any phone (field).
struct MobileUser {
  std::string password;
  std::vector<wpi::Item> settings;  // given to the phone that he logs on at
  std::vector<wpi::Item> data;      // userdata-*, as the last phone had them when he left
};

// All phones. At most so many; the one that was silent for the longest time is forgotten first.
class PhoneBook {
 public:
  static constexpr std::size_t most_phones = 20'000, most_jobs = 200;

  // Makes the phone if it is new. nullptr if the name can be no phone's.
  Phone* meet(std::string_view mac);
  Phone* find(std::string_view mac);
  Phone* by_cookie(const std::string& cookie);
  // Of those that called from that host the one with this, if there is just one: who else should it be.
  Phone* only_one_from(std::string_view host, const std::function<bool(const Phone&)>& with);
  const std::list<Phone>& all() const { return phones_; }  // the latest first

  // Opens an interaction in a session of that cookie; one that is still open is given up.
  Interaction& open(Phone& phone, std::string cookie);
  void close(Phone& phone);

  // Adds a job behind those that wait, or before them. 0 if too many wait.
  std::uint64_t add(Phone& phone, Job job, bool first = false);

  // The phone is to be asked to call at that moment, or earlier where that was planned already.
  void ask(Phone& phone, microseconds at);
  // Who is to be asked first, and when; empty: nobody.
  const std::set<std::pair<microseconds, std::string>>& to_ask() const { return to_ask_; }
  // Takes the first of them off.
  Phone* next_to_ask();

  std::map<std::string, MobileUser> users;  // by number
  SecureOptions secure;
  bool gives_back = false;                  // phones get back the texts that their users had set
  std::vector<wpi::Item> at_start_up;       // written to each phone that starts up: what it forgets when it restarts

 private:
  std::list<Phone> phones_;
  std::unordered_map<std::string, std::list<Phone>::iterator> by_mac_;
  std::unordered_map<std::string, Phone*> by_cookie_;
  std::uint64_t last_job_ = 0;
  std::set<std::pair<microseconds, std::string>> to_ask_;
};

// The host in "127.0.0.1:40000", an IPv6 address without its brackets.
std::string host_in(std::string_view place);

// How a phone is filed: MAC addresses in upper case, other identifiers (soft clients have such, field) as
// they are. Empty if it is too long or holds what no identifier has.
std::string filed_as(std::string_view mac);

}  // namespace understudy::reference
