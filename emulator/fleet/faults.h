// Faults inside phones that happen by chance: how often which, and which of a phone's messages meet one.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "net/carrier.h"

namespace understudy::fleet {

// How often.
struct Chance {
  net::Fault::Kind kind = net::Fault::Kind::none;
  double share = 0;  // of the messages that a phone sends: above 0, at most 1
  bool operator==(const Chance&) const = default;
};

// 0.015 of "1.5%". The error is one line.
tl::expected<double, std::string> share_of(std::string_view text);
std::string percent_of(double share);  // "1.5%"
// Chances exclude each other, so that their sum is at most 1: a message meets one fault or none.
bool add_up(const std::vector<Chance>& chances);

// What is known of a kind that can happen by chance.
struct KnownFault {
  net::Fault::Kind kind;
  std::string_view text;  // continues "A phone ..."
  std::string_view owes;  // what a service owes that phone then, or the others
};
std::span<const KnownFault> known_faults();
const KnownFault* find_fault(std::string_view name);  // nullptr: there is none of that name, or not by chance

class Faults {
 public:
  // The chances add up. Nobody changes them any more: phones share them.
  explicit Faults(std::vector<Chance> chances) : chances_(std::move(chances)) {}
  // What message `number` of a phone meets, with how many bytes, how fast and so on: by its seed and that number alone.
  std::optional<net::Fault> of(std::uint64_t seed, std::uint64_t number) const;

 private:
  std::vector<Chance> chances_;
};
// nullptr where there are no chances: nothing ever happens.
std::shared_ptr<const Faults> faults_of(std::vector<Chance> chances);
// Of phone k of a run.
std::uint64_t fault_seed(std::uint64_t seed, std::uint64_t phone);

// In one word and a number, as a transcript says it: "reset", "drop-within 300", "clock-jump -5".
std::string words_of(const net::Fault& fault);

}  // namespace understudy::fleet
