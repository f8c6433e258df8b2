#include "phone/firmware.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

namespace understudy::phone {

namespace data {
extern const std::string_view firmware_tsv;
}  // namespace data

namespace {

using items::TableError;
using items::TableRow;

enum Column { version, attached, solicited, chunked, entities, basic_items, unsupported, unknown, note, columns };
constexpr std::array<std::string_view, columns> names_of_columns = {
    "version",     "attached_changes",  "send_solicited", "reads_chunked", "decodes_entities",
    "basic_items", "unsupported_items", "unknown_items",  "note"};

std::string letters_and_digits(std::string_view text) {
  std::string out;
  for (char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '.')
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Numbers with dots between them.
std::optional<std::vector<int>> numbers_in(std::string_view text) {
  std::vector<int> numbers;
  while (true) {
    const std::string_view part = text.substr(0, text.find('.'));
    const auto number = items::whole_number(part);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
    if (part.size() == text.size()) return numbers;
    text.remove_prefix(part.size() + 1);
  }
}

std::string dotted(const std::vector<int>& numbers) {
  std::string out;
  for (int number : numbers) out += (out.empty() ? "" : ".") + std::to_string(number);
  return out;
}

// A version as people write it: "V3 R5.12.0", "v3r5", "V3.1 R2.0"; in files 3.5.12.0 (guide p.57, field).
struct Version {
  std::vector<int> major, release;  // newer ones compare greater
  auto operator<=>(const Version&) const = default;
  std::string text() const { return "V" + dotted(major) + " R" + dotted(release); }
};

std::optional<Version> version_in(std::string_view text) {
  const std::string plain = letters_and_digits(text);
  const std::size_t r = plain.find('r');
  if (plain.starts_with('v') && r != std::string::npos) {
    const auto major = numbers_in(std::string_view(plain).substr(1, r - 1));
    const auto release = numbers_in(std::string_view(plain).substr(r + 1));
    return major && release ? std::optional(Version{*major, *release}) : std::nullopt;
  }
  const auto numbers = numbers_in(plain);
  if (!numbers || numbers->size() < 2) return std::nullopt;
  return Version{{numbers->front()}, {numbers->begin() + 1, numbers->end()}};
}

tl::expected<Firmware, TableError> firmware_of(const TableRow& row) {
  const auto numbers = version_in(row[version]);
  if (!numbers || numbers->text() != row[version]) return row.wrong(version, "is no version as phones write it: V3 R5.12.0");
  Firmware firmware;
  firmware.version = row[version];
  firmware.major = numbers->major.front();
  firmware.release = numbers->release.front();
  for (const auto& [column, feature] : {std::pair(attached, &firmware.attached_changes), std::pair(solicited, &firmware.send_solicited),
                                        std::pair(chunked, &firmware.reads_chunked), std::pair(entities, &firmware.decodes_entities)}) {
    const auto has_it = items::yes_or_no(row[column]);
    if (!has_it) return row.wrong(column, "is neither yes nor no");
    *feature = *has_it;
  }
  firmware.basic_items = items::words_of(row[basic_items]);
  firmware.unsupported_items = items::words_of(row[unsupported]);
  firmware.unknown_items = items::words_of(row[unknown]);
  firmware.note = row[note];
  // The least that a first message has (guide p.27).
  for (const char* needed : {"contact-me-uri", "mac-addr", "e164"})
    if (std::find(firmware.basic_items.begin(), firmware.basic_items.end(), needed) == firmware.basic_items.end())
      return row.wrong(basic_items, std::string("lacks ") + needed);
  return firmware;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

tl::expected<std::vector<Firmware>, TableError> parse_firmwares(std::string_view table) {
  const auto rows = items::rows_of(table, names_of_columns);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<Firmware> all;
  for (const TableRow& row : *rows) {
    auto firmware = firmware_of(row);
    if (!firmware) return tl::unexpected(std::move(firmware.error()));
    if (!all.empty() && version_in(firmware->version) < version_in(all.back().version))
      return row.wrong(version, "is older than the one above it");
    all.push_back(std::move(*firmware));
  }
  return all;
}

const std::vector<Firmware>& firmwares() {
  static const std::vector<Firmware> table = parse_firmwares(data::firmware_tsv).value();
  return table;
}

tl::expected<const Firmware*, std::string> firmware_named(std::string_view name) {
  const std::string wanted = letters_and_digits(name);
  const auto& all = firmwares();
  const auto found = std::find_if(all.rbegin(), all.rend(), [&](const Firmware& firmware) {
    const std::string full = letters_and_digits(firmware.version);
    // "v3r5" is the beginning of "v3r5.12.0", up to a dot.
    return full == wanted || (wanted.size() >= 4 && full.starts_with(wanted) && full[wanted.size()] == '.');
  });
  if (found != all.rend()) return &*found;
  std::string known;
  for (const Firmware& firmware : all) known += (known.empty() ? "\"" : ", \"") + firmware.version + "\"";
  return tl::unexpected("there is no firmware \"" + std::string(name) + "\"; there is " + known);
}

tl::expected<Firmware, std::string> firmware_for(std::string_view name) {
  const auto named = firmware_named(name);
  if (named) return **named;
  const auto wanted = version_in(name);
  if (!wanted) return tl::unexpected(named.error() + ", and any other version written like them");
  const auto& all = firmwares();
  const auto base = std::find_if(all.rbegin(), all.rend(), [&](const Firmware& f) { return *version_in(f.version) <= *wanted; });
  if (base == all.rend())
    return tl::unexpected("firmware " + wanted->text() + " is older than all that is known: \"" + all.front().version + "\" is the first");
  Firmware firmware = *base;
  firmware.version = wanted->text();
  firmware.major = wanted->major.front();
  firmware.release = wanted->release.front();
  firmware.note = "Features of " + base->version + ", the newest known that is not newer. " + base->note;
  return firmware;
}

std::optional<wpi::ItemStatus> missing_item(const Model& model, const Firmware& firmware, std::string_view name,
                                            std::optional<int> index) {
  if (has(firmware.unknown_items, name)) return wpi::ItemStatus::unknown_item;
  if (has(firmware.unsupported_items, name) || !items::has_item(model, name, index)) return wpi::ItemStatus::not_supported;
  return std::nullopt;
}

}  // namespace understudy::phone
