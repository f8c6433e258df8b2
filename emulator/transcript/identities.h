// Stand-ins for what names people, phones and places: the same for the same original, of its kind and as long.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace understudy::transcript {

// A MAC address stays one, locally administered (02...), in its own notation; a number keeps its length and the noughts that it
// begins with; an IP address becomes a private one, where one has octets of these lengths, and else one that nobody has (0/8,
// 240/4, fd00::); a host name keeps its labels' lengths, under a top-level domain of z's that there is not; words become others.
// Loopback, netmasks and the unspecified address stay.
class Identities {
 public:
  // Words that name nobody: they are not looked for elsewhere.
  explicit Identities(std::function<bool(std::string_view word)> is_common);

  // Of a value that as a whole names somebody or something. From now on it, its words and numbers are found elsewhere.
  std::string stand_in(std::string_view value);
  // The same of what a phone calls itself: twelve digits are a MAC address there, not a number.
  std::string device(std::string_view value);
  // The same of a host's name or address.
  std::string host(std::string_view name);
  // Found elsewhere from now on, whatever stands around it. `stand_in` is as long.
  void learn(std::string_view text, std::string_view stand_in);
  // A text with all that was learned before covered, and what shows by its form: MAC and IP addresses, hosts of URLs, who
  // stands before an @ with his host. Those are learned.
  std::string cover(std::string_view text);
  // The same of what is no text: what was learned alone, since anything may look like an address there.
  std::string cover_binary(std::string_view bytes) const;

 private:
  struct Learned {
    std::string text, stand_in;  // text in lower case
    bool anywhere = false;       // else only where no letter or digit goes on
  };
  std::string word(std::string_view text);
  std::string number(std::string_view digits);
  std::string mac(std::string_view text);
  std::string address(std::string_view text);
  std::string address6(std::string_view text);
  std::string words(std::string_view text);
  void remember(std::string_view text, std::string_view stand_in, bool anywhere);
  const Learned* learned_at(std::string_view folded, std::size_t at) const;
  std::size_t cover_form(std::string_view text, std::size_t at, std::string& out);
  std::size_t cover_host(std::string_view text, std::size_t from, std::string& out);
  std::uint64_t count(const std::string& kind) { return ++counts_[kind]; }

  std::function<bool(std::string_view)> is_common_;
  std::map<std::string, std::string, std::less<>> stand_ins_;  // by kind and text
  std::map<std::string, std::uint64_t, std::less<>> counts_;   // by kind
  // By their first four bytes, the longest first.
  std::unordered_map<std::uint32_t, std::vector<Learned>> learned_;
  std::bitset<65536> may_begin_;  // by a hash of these, so that most places are passed quickly
};

}  // namespace understudy::transcript
