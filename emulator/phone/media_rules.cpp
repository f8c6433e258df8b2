// What models take, by the table.
#include <algorithm>
#include <array>
#include <utility>

#include "phone/media.h"

namespace understudy::phone {

namespace data {
extern const std::string_view media_tsv;
}  // namespace data

namespace {

using items::TableError;
using items::TableRow;

enum Column { file, formats, width, height, bits, most_bytes, source, columns };
constexpr std::array<std::string_view, columns> names_of_columns = {"file", "formats",    "width", "height",
                                                                    "bits", "most_bytes", "source"};
constexpr std::array<std::string_view, 8> names_of_formats = {"PNG", "JPEG", "BMP",  "MIDI",
                                                              "MP3", "WAV",  "text", "unknown"};

tl::expected<MediaRule, TableError> rule_of(const TableRow& row) {
  MediaRule rule;
  const std::string_view name = row[file];
  const std::size_t slash = name.find('/');
  rule.type = name.substr(0, slash);
  if (slash != std::string_view::npos) rule.device_type = name.substr(slash + 1);
  const bool any = row[formats] == "any";
  for (const std::string& word : any ? std::vector<std::string>() : items::words_of(row[formats])) {
    const auto found = std::find(names_of_formats.begin(), names_of_formats.end(), word);
    if (found == names_of_formats.end() || word == "unknown")
      return row.wrong(formats, "has a format that is none");
    rule.formats.push_back(static_cast<Format>(found - names_of_formats.begin()));
  }
  if (rule.formats.empty() && !any) return row.wrong(formats, "names no format");
  for (const auto& [column, into] :
       {std::pair(width, &rule.width), std::pair(height, &rule.height), std::pair(bits, &rule.bits)}) {
    if (row[column].empty()) continue;
    *into = items::whole_number(row[column]);
    if (!*into) return row.wrong(column, "is no number");
  }
  const auto bytes = items::whole_number(row[most_bytes]);
  if (!bytes || *bytes == 0) return row.wrong(most_bytes, "is no number of bytes");
  rule.most_bytes = static_cast<std::size_t>(*bytes);
  rule.source = row[source];
  if (rule.source.empty()) return row.wrong(source, "does not say where it is known from");
  return rule;
}

const std::vector<MediaRule>& media_rules() {
  static const std::vector<MediaRule> all =
      *parse_media(data::media_tsv);  // the build's own table: a test holds that it parses
  return all;
}

std::string either(const std::vector<Format>& formats) {
  std::string out;
  for (std::size_t i = 0; i < formats.size(); ++i) {
    if (i > 0) out += i + 1 == formats.size() ? " or " : ", ";
    out += name_of(formats[i]);
  }
  return out;
}

std::string by(std::uint64_t width, std::uint64_t height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

std::uint64_t bound(const std::optional<int>& most) {
  return most ? static_cast<std::uint64_t>(*most) : UINT32_MAX;
}

}  // namespace

std::string_view name_of(Format format) {
  return names_of_formats[static_cast<std::size_t>(format)];
}

tl::expected<std::vector<MediaRule>, TableError> parse_media(std::string_view table) {
  const auto rows = items::rows_of(table, names_of_columns);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<MediaRule> rules;
  for (const TableRow& row : *rows) {
    auto rule = rule_of(row);
    if (!rule) return tl::unexpected(rule.error());
    rules.push_back(std::move(*rule));
  }
  return rules;
}

const std::vector<std::string>& stored_types() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> out;
    for (const MediaRule& rule : media_rules()) out.push_back(rule.type);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }();
  return all;
}

const MediaRule* media_rule(const items::Model& model, std::string_view type) {
  const MediaRule* found = nullptr;
  for (const MediaRule& rule : media_rules())
    if (rule.type == type && (rule.device_type == model.device_type || (rule.device_type.empty() && !found)))
      found = &rule;
  return found;
}

std::string unfit(std::string_view bytes, const MediaRule& rule) {
  if (bytes.empty()) return "the file is empty";
  if (bytes.size() > rule.most_bytes)
    return "it is larger than " + std::to_string(rule.most_bytes) + " bytes";
  if (rule.formats.empty()) return {};
  const Media media = look_at(bytes);
  if (std::find(rule.formats.begin(), rule.formats.end(), media.format) == rule.formats.end())
    return "it is no " + either(rule.formats) +
           (media.format == Format::unknown ? std::string(", nor anything else that is known")
                                            : ", but " + std::string(name_of(media.format)));
  const std::string what = "it is a " + std::string(name_of(media.format)) + " that cannot be used: ";
  if (!media.wrong.empty()) return what + media.wrong;
  if (media.width > bound(rule.width) || media.height > bound(rule.height))
    return what + "its " + by(media.width, media.height) + " pixels are more than " +
           by(bound(rule.width), bound(rule.height));
  if (rule.bits && media.bits != *rule.bits)
    return what + "it has " + std::to_string(media.bits) + " bits a pixel, not " + std::to_string(*rule.bits);
  return {};
}

}  // namespace understudy::phone
