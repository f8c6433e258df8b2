// What rules need to know of the other phones of the run: who else speaks now, with which nonces, from which address, and
// what only one of them can know.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "transcript/entry.h"
#include "wpi/message.h"

namespace understudy::conformance {

class Others {
 public:
  static constexpr std::size_t most_nonces = 16, most_planted = 256;  // of an interaction; of the run

  void introduce(const transcript::PhoneMark& mark);
  // The phone's interaction begins, and ends.
  void begins(const std::string& phone);
  // `cleanly`: for the service too; what was broken off it may believe to be open as long as the phone has not come again.
  void ends(const std::string& phone, transcript::microseconds at, bool cleanly);
  // What a phone said in its interaction.
  void hears(const transcript::Exchange& exchange);
  // The phone has a value that no other has. Too short a one tells nothing.
  void plant(const std::string& phone, const std::string& value);

  // The interaction of some other phone is open.
  bool speak(const std::string& phone) const;
  // That of one which shares the phone's address, by the scenario.
  bool neighbour_speaks(const std::string& phone) const;
  bool are_neighbours(const std::string& phone, const std::string& other) const;

  enum class Whose {
    nobody,
    another,  // some other phone said it in an interaction that was open meanwhile
    unknown,  // others speak, and what they have just said is not on record before its answer has come
  };
  // In an answer to what the phone said at that moment.
  Whose whose(std::string_view nonce, const std::string& phone, transcript::microseconds begun) const;

  struct Planted {
    std::string phone, value;
  };
  // Some other phone has such a value.
  bool have_planted(const std::string& phone) const;
  // What of the message is such a value of another phone.
  struct Given {
    const wpi::Item* item = nullptr;  // nullptr: nothing
    const Planted* planted = nullptr;
  };
  Given given_to(const std::string& phone, const wpi::Document& answer) const;

 private:
  struct State {
    bool speaks = false;
    std::vector<std::string> nonces, last_nonces;  // of the open interaction, and of the one before
    transcript::microseconds last_ended{-1};       // of that one; less than 0: there was none
    std::string address_of;  // the phone whose address it has, where some share it; else empty
  };
  bool speaks(const std::string& phone) const;

  std::unordered_map<std::string, State> phones_;
  std::unordered_map<std::string, std::vector<std::string>> sharing_;  // phones by address_of
  std::size_t speaking_ = 0;
  std::vector<Planted> planted_;
};

}  // namespace understudy::conformance
