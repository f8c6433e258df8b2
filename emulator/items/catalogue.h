// The catalogue: every item that is known of these phones, from a table (catalogue.tsv).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "items/table.h"

namespace understudy::items {

enum class Type { boolean, integer, enumeration, string, password, hostname, uri, mac, date, base64 };
enum class Access { read_write, read_only, write_only, not_applicable };
std::string_view name_of(Type type);      // as the table spells it: "enum"
std::string_view name_of(Access access);  // "rw"

struct Entry {
  std::string name;
  std::string index;      // "no", or the range of indexes as text
  Type type = Type::string;
  std::string values;     // domain in words: "0=active; 1=suspended", "1-300"
  bool closed = false;    // the domain is complete
  std::optional<int> max_length;  // characters
  std::string default_value;      // as the sources have it; "" where unknown
  Access access = Access::read_write;
  bool access_certain = false;    // read in the guide, not guessed ("rw?")
  bool secret = false;            // masked in every output: marked secret or personal
  std::string topic, evidence, note;
};

// Sorted by name.
std::span<const Entry> catalogue();
const Entry* find(std::string_view name);
// Masked in every output: an item marked secret or personal, or one that is not in the catalogue and whose name says
// that it is a password, a PIN, a key or a certificate.
bool is_secret(std::string_view name);

// The table, strictly: the header, then twelve columns a row, each name once. Sorted by name.
tl::expected<std::vector<Entry>, TableError> parse_catalogue(std::string_view table);

}  // namespace understudy::items
