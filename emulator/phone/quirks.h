// Quirks: ways in which real phones differ on the wire, each a switch with a name, a text and a source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wpi/layout.h"
#include "wpi/message.h"

namespace understudy::phone {

enum class Quirk : std::uint8_t {
  verbatim_cookie,
  stale_cookie,
  connection_close,
  fresh_nonce,
  lower_case_nonce,
  short_nonce,
  strict_nonce,
  capital_status,
  reply_before_restart,
  undecoded_entities,
  withheld_user_pwd,
  reason_line_before,
  reason_line_after,
  items_on_lines,
  indented,
  reordered_attributes,
  index_first,
  single_quotes,
  empty_as_one_tag,
  named_references,
  numeric_references,
  no_declaration,
  latin_1,
  no_fragment,
  small_fragments,
  identity_last,
  items_reversed,
  busy_when_read,
  failed_when_written,
  literal_null,
  no_status_for_several,
  reply_instead_of_status,
  reply_and_status,
  bare_clean_up,
  soft_client,
  vanishing,
  contact_ignored,
  silent_in_gap,
  fragile_door,
  reply_before_software,
};

// Some quirks; none of them by default.
class Quirks {
 public:
  constexpr Quirks() = default;
  constexpr Quirks(std::initializer_list<Quirk> quirks) {
    for (const Quirk quirk : quirks) bits_ |= bit(quirk);
  }
  constexpr bool has(Quirk quirk) const { return (bits_ & bit(quirk)) != 0; }
  constexpr bool none() const { return bits_ == 0; }
  constexpr Quirks& operator|=(Quirks more) {
    bits_ |= more.bits_;
    return *this;
  }
  friend constexpr Quirks operator|(Quirks a, Quirks b) { return a |= b; }
  bool operator==(const Quirks&) const = default;

 private:
  static constexpr std::uint64_t bit(Quirk quirk) { return std::uint64_t{1} << static_cast<unsigned>(quirk); }
  std::uint64_t bits_ = 0;
};

// What a name means.
struct NamedQuirk {
  std::string_view name;  // "fresh-nonce"
  std::string_view text;  // continues "A phone ..."
  std::string_view source;
  Quirks quirks;  // one, or where the name is that of a set several
};
std::span<const NamedQuirk> named_quirks();
const NamedQuirk* find_quirk(std::string_view name);  // nullptr if there is none of that name

wpi::Layout layout_of(Quirks quirks);

// Puts the items of a message into the order that a phone with these quirks has them in. The first `identity` of them
// say who it is.
void arrange(std::vector<wpi::Item>& items, std::size_t identity, Quirks quirks);

// What a soft client has for a MAC address (field).
std::string soft_client_name(const std::string& e164);

}  // namespace understudy::phone
