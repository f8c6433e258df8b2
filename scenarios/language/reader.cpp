#include "scenarios/language/reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "scenarios/language/reading.h"
#include "scenarios/language/walk.h"
#include "wpi/utf8.h"

namespace understudy::scenarios {

namespace data {
extern const std::string_view scenario_xsd;
}

namespace language {

namespace {

using std::filesystem::path;

// Leads out of the folder that it starts in.
bool leads_out(const path& relative) {
  return relative.is_absolute() || relative.empty() || *relative.begin() == "..";
}

void count_meetings(const Steps& steps, std::set<std::string>& out) {
  for (const Step& step : steps) {
    if (const auto* meet = std::get_if<Meet>(&step.what)) out.insert(meet->name);
    if (std::holds_alternative<Together>(step.what)) continue;  // that has meetings of its own
    for (const Steps* part : parts_of(step)) count_meetings(*part, out);
  }
}

void set_meetings(Steps& steps, const std::map<std::string, std::uint32_t>& strands) {
  for (Step& step : steps) {
    if (auto* meet = std::get_if<Meet>(&step.what)) meet->strands = strands.at(meet->name);
    if (std::holds_alternative<Together>(step.what)) continue;
    for (Steps* part : parts_of(step)) set_meetings(*part, strands);
  }
}

tl::expected<SharedScenario, FileError> understood(tl::expected<XmlFile, FileError> file,
                                                   const XmlSchema& schema,
                                                   const std::vector<std::string_view>& rules,
                                                   const OtherFile& other) {
  if (!file) return tl::unexpected(std::move(file.error()));
  auto out = std::make_shared<Scenario>();
  Reading reading(schema, rules, other, *out);
  reading.scenario(std::make_shared<const XmlFile>(std::move(*file)));
  if (reading.error()) return tl::unexpected(*reading.error());
  return out;
}

}  // namespace

std::string Reading::one_line(std::string_view text) {
  std::string out;
  for (const char c : wpi::trimmed(text)) {
    const bool blank = wpi::is_xml_space(c);
    if (!blank || !out.ends_with(' ')) out += blank ? ' ' : c;
  }
  return out;
}

void Reading::scenario(std::shared_ptr<const XmlFile> file) {
  const path own = file->path();
  out_.name = own.stem().string();
  out_.sources.push_back({file->path(), file->bytes()});
  files_.push_back({std::move(file), 0, own.filename().string()});
  read_.emplace(files_.back().path, files_.back());
  const XmlElement& root = files_.back().xml->root();
  const auto child = [&](std::string_view name) {
    const auto at = std::find_if(root.children.begin(), root.children.end(),
                                 [&](const XmlElement& one) { return one.name == name; });
    return at == root.children.end() ? nullptr : &*at;
  };
  const XmlAttribute& summary = root.attribute("summary");
  out_.summary = one_line(summary.value);
  if (out_.summary.empty()) fail(summary, "the summary is empty");
  if (const XmlAttribute* suite = root.find("suite")) out_.suite = suite->value == "quick" ? Suite::quick : suite->value == "hostile" ? Suite::hostile : Suite::full;
  if (const XmlAttribute* guide = root.find("guide")) out_.guide = one_line(guide->value);
  if (const XmlElement* about = child("about")) out_.about = one_line(about->text);
  if (const XmlElement* claimed = child("claims")) claims(*claimed);
  phones(child("phones"));
  if (error_) return;
  out_.steps = steps(child("steps")->children);
  if (out_.steps.empty()) fail(child("steps")->begin, "<steps> has no steps");
  if (!error_) variables_are_known();
}

void Reading::claims(const XmlElement& element) {
  const XmlAttribute& rules = element.attribute("rules");
  for (const auto& [rule, place] : words(rules.value, place_of(rules))) {
    if (!rules_.empty() && std::find(rules_.begin(), rules_.end(), rule) == rules_.end())
      fail(place,
           "there is no rule " + in_quotes(rule) + or_near(rule, rules_, "`understudy rules list` has them"));
    out_.claims.push_back({std::string(rule), place});
  }
  if (out_.claims.empty()) fail(rules, "no rule is claimed");
}

// A variable may be given its value by any step, so all of them must have been read.
void Reading::variables_are_known() {
  const std::vector<std::string_view> given(given_.begin(), given_.end());
  std::vector<std::string_view> names = given;
  names.insert(names.end(), facts().begin(), facts().end());
  for (const Used& used : used_)
    if (!given_.contains(used.name))
      fail(used.place, "nothing stands for {" + used.name + "}" + or_near(used.name, names));
}

std::string Reading::path_in(const XmlAttribute& attribute) {
  const path named(attribute.value);
  const path whole =
      named.is_absolute() ? named : (path(files_.back().path).parent_path() / named).lexically_normal();
  if (attribute.value.find('\0') == std::string::npos && !leads_out(whole) && !attribute.value.empty())
    return whole.string();
  fail(attribute, in_quotes(attribute.value) + " is no file below the scenario's folder");
  return {};
}

std::string Reading::shown_path(const std::string& path_below) const {
  return (path(out_.sources.front().path).parent_path() / path_below).string();
}

Include Reading::include(const XmlElement& element) {
  const XmlAttribute& named = element.attribute("file");
  const std::string path = path_in(named);
  if (error_) return {};
  if (std::any_of(files_.begin(), files_.end(), [&](const File& open) { return open.path == path; })) {
    fail(named, in_quotes(named.value) + " includes itself");
    return {};
  }
  if (files_.size() > most_included) {
    fail(named, "more than " + std::to_string(most_included) + " scenarios in each other");
    return {};
  }
  auto known = read_.find(path);
  if (known == read_.end()) {
    auto bytes = other_(path);
    if (!bytes) {
      fail(named, in_quotes(named.value) + " cannot be read: " + bytes.error());
      return {};
    }
    auto file = XmlFile::parse(shown_path(path), std::move(*bytes), schema_);
    if (!file) {
      error_ = std::move(file.error());
      return {};
    }
    out_.sources.push_back({file->path(), file->bytes()});
    const auto source = static_cast<std::uint32_t>(out_.sources.size() - 1);
    known = read_.emplace(path, File{std::make_shared<const XmlFile>(std::move(*file)), source, path}).first;
  }
  files_.push_back(known->second);
  const XmlElement& root = files_.back().xml->root();
  Include out{steps(root.children.back().children)};  // <steps> is the last one
  out.has_phones = std::any_of(root.children.begin(), root.children.end(), [](const XmlElement& one) { return one.name == "phones"; });
  files_.pop_back();
  return out;
}

// Each <meet> learns how many strands come there.
void Reading::check_meetings(Steps& branches) {
  std::map<std::string, std::uint32_t> strands;
  for (const Step& branch : branches) {
    if (std::holds_alternative<Together>(branch.what)) continue;
    std::set<std::string> here;
    if (const auto* meet = std::get_if<Meet>(&branch.what)) here.insert(meet->name);
    for (const Steps* part : parts_of(branch)) count_meetings(*part, here);
    for (const std::string& name : here) strands[name] += branch.phones ? branch.phones->count : 1;
  }
  for (Step& branch : branches) {
    if (auto* meet = std::get_if<Meet>(&branch.what)) meet->strands = strands.at(meet->name);
    if (std::holds_alternative<Together>(branch.what)) continue;
    for (Steps* part : parts_of(branch)) set_meetings(*part, strands);
  }
}

OtherFile files_below(const std::string& folder) {
  return [root = folder.empty() ? path(".") : path(folder)](
             const std::string& below) -> tl::expected<std::string, std::string> {
    std::error_code error;
    const path real_root = std::filesystem::canonical(root, error);
    const path real = error ? path() : std::filesystem::canonical(root / below, error);
    if (error) return tl::unexpected(error.message());
    if (leads_out(real.lexically_relative(real_root)))
      return tl::unexpected(std::string("it leads out of the scenario's folder"));
    if (!std::filesystem::is_regular_file(real, error)) return tl::unexpected(std::string("it is no file"));
    errno = 0;
    std::ifstream file(real, std::ios::binary);
    std::string bytes(XmlFile::most_bytes + 1, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.is_open() || file.bad()) return tl::unexpected(std::string(std::strerror(errno)));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    if (bytes.size() > XmlFile::most_bytes)
      return tl::unexpected("it is larger than " + std::to_string(XmlFile::most_bytes) + " bytes");
    return bytes;
  };
}

Reader::Reader(std::vector<std::string_view> rules) : rules_(std::move(rules)), schema_(data::scenario_xsd) {}

tl::expected<SharedScenario, FileError> Reader::read(const std::string& file) const {
  return understood(XmlFile::read(file, schema_), schema_, rules_,
                    files_below(path(file).parent_path().string()));
}

tl::expected<SharedScenario, FileError> Reader::parse(std::string file, std::string bytes,
                                                      const OtherFile& other) const {
  return understood(XmlFile::parse(std::move(file), std::move(bytes), schema_), schema_, rules_, other);
}

}  // namespace language

}  // namespace understudy::scenarios
