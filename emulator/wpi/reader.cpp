#include "wpi/reader.h"

#include <algorithm>
#include <optional>
#include <xercesc/util/PlatformUtils.hpp>

#include "wpi/http.h"
#include "wpi/sax.h"
#include "wpi/source.h"
#include "wpi/understanding.h"
#include "wpi/utf8.h"

namespace understudy::wpi {

namespace data {
extern const std::string_view phone_message_xsd;
extern const std::string_view service_message_xsd;
}  // namespace data

namespace {

constexpr std::size_t none = std::string_view::npos;
// Offsets are kept in 32 bits.
constexpr std::size_t most_bytes = 1u << 30;

bool starts_doctype(std::string_view text) {
  constexpr std::string_view keyword = "<!DOCTYPE";
  return same_ignoring_case(text.substr(0, keyword.size()), keyword);
}

// Offset of a document type declaration before the root, in any letter case; npos if there is none.
std::size_t find_doctype(std::string_view text, std::size_t at) {
  for (;;) {
    at = text.find_first_not_of(" \t\r\n", at);
    if (at == none) return none;
    const std::string_view rest = text.substr(at);
    if (starts_doctype(rest)) return at;
    std::size_t end = none;
    if (rest.starts_with("<?"))
      end = text.find("?>", at);
    else if (rest.starts_with("<!--"))
      end = text.find("-->", at);
    if (end == none) return none;
    at = end + 2;
    if (at < text.size() && text[at] == '>') ++at;
  }
}

// The same anywhere in a text that is no XML.
std::size_t find_doctype_anywhere(std::string_view text) {
  std::size_t at = text.find("<!");
  while (at != none && !starts_doctype(text.substr(at))) at = text.find("<!", at + 1);
  return at;
}

// These say why a schema objects, or that it must not be asked.
bool explains_schema(Oddity oddity) {
  switch (oddity) {
    case Oddity::leading_white_space:
    case Oddity::before_declaration:
    case Oddity::comment:
    case Oddity::processing_instruction:
    case Oddity::declared_encoding:
    case Oddity::not_utf8:
    case Oddity::schema:
      return false;
    default:
      return true;
  }
}

std::string hexadecimal(char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  return {'0', 'x', digits[value >> 4], digits[value & 15]};
}

}  // namespace

XmlRuntime::XmlRuntime() {
  xercesc::XMLPlatformUtils::Initialize();
}
XmlRuntime::~XmlRuntime() {
  xercesc::XMLPlatformUtils::Terminate();
}

struct Reader::Impl {
  Sax plain;
  std::unique_ptr<Sax> phone_schema, service_schema;  // made when first wanted

  Sax& validating(Sender sender) {
    std::unique_ptr<Sax>& sax = sender == Sender::phone ? phone_schema : service_schema;
    if (!sax)
      sax = std::make_unique<Sax>(sender == Sender::phone ? data::phone_message_xsd
                                                          : data::service_message_xsd);
    return *sax;
  }
};

namespace {

// One message on its way through the parser.
class Reading {
 public:
  Reading(std::string_view bytes, Sender sender, const ReadOptions& options)
      : size_(bytes.size()),
        limit_(std::min(options.limits.bytes, most_bytes)),
        bytes_(bytes.substr(0, limit_)),
        source_(bytes_),
        text_(source_.text()),
        sender_(sender),
        limits_(options.limits) {}

  bool is_empty() const { return text_.find_first_not_of(" \t\r\n", source_.start()) == none; }
  Document empty() const;
  // With a validating parser as well, if there is one.
  Document read(Sax& plain, Sax* validating);

 private:
  struct Start {
    std::size_t from = 0;
    Range before;                                // what stood there and may not
    Oddity oddity = Oddity::before_declaration;  // ... if it is more than nothing
  };
  Understanding understanding(const Start& start) const;
  Start start() const;
  std::optional<Start> start_behind_garbage(const Start& failed) const;
  Understanding attempt(const Start& start, Sax& plain, Sax* validating);
  void add_schema_problems(Understanding& understanding, const Sax& validating) const;

  std::size_t size_, limit_;
  std::string_view bytes_;
  Source source_;
  std::string_view text_;
  Sender sender_;
  ReadLimits limits_;
};

Document Reading::empty() const {
  Document document;
  document.empty = true;
  document.error = "empty";
  return document;
}

Reading::Start Reading::start() const {
  const std::size_t first = text_.find_first_not_of(" \t\r\n", source_.start());
  if (first == source_.start()) return {first, {}};
  const bool declared = find_declaration(text_) == first;
  return {
      first, {source_.start(), first}, declared ? Oddity::before_declaration : Oddity::leading_white_space};
}

// A service that prints a warning first (field) has its message read from where that seems to begin.
std::optional<Reading::Start> Reading::start_behind_garbage(const Start& failed) const {
  const std::size_t declaration = find_declaration(text_);
  const bool declared = declaration != none && declaration > failed.from;
  const std::size_t from = declared ? declaration : find_root_tag(text_);
  if (from == none || from <= failed.from) return std::nullopt;
  if (find_doctype_anywhere(text_.substr(0, from)) != none) return std::nullopt;
  return Start{from, {source_.start(), from}, declared ? Oddity::before_declaration : Oddity::text_around};
}

Understanding Reading::understanding(const Start& start) const {
  Understanding understanding(source_, sender_, limits_);
  if (size_ > limit_) {
    understanding.add(Oddity::too_large, std::to_string(size_), {text_.size(), text_.size()});
    understanding.fail("more than " + std::to_string(limit_) + " bytes", text_.size());
  }
  if (start.before.end > start.before.begin) {
    const std::string_view before = text_.substr(start.before.begin, start.before.end - start.before.begin);
    understanding.add(start.oddity, trimmed(before), start.before);
    if (start.oddity == Oddity::before_declaration)
      understanding.fail(trimmed(before).empty() ? "white space before the XML declaration"
                                                 : "text before the XML declaration",
                         start.before.begin);
    else if (start.oddity == Oddity::text_around)
      understanding.fail("text before the message", start.before.begin);
  }
  if (!source_.other_encoding().empty())
    understanding.add(Oddity::declared_encoding, source_.other_encoding(), source_.encoding_range());
  if (source_.broken()) {
    const Place place = source_.place(*source_.broken());
    const std::string byte = place.offset < bytes_.size() ? hexadecimal(bytes_[place.offset]) : "";
    const std::size_t length = decode_utf8(text_, *source_.broken()).length;
    understanding.add(Oddity::not_utf8, byte, {*source_.broken(), *source_.broken() + length});
    if (!source_.decodable())
      understanding.fail("the byte " + byte + " is no part of a character", *source_.broken());
  }
  return understanding;
}

Understanding Reading::attempt(const Start& start, Sax& plain, Sax* validating) {
  if (const std::size_t doctype = find_doctype(text_, start.from); doctype != none) {
    Understanding refused = understanding(start);
    const Range range{doctype, std::min(text_.find_first_of(">[", doctype), text_.size())};
    refused.add(Oddity::doctype, text_.substr(range.begin, range.end - range.begin), range);
    refused.fail("a document type declaration is refused", doctype);
    return refused;
  }
  if (validating) {
    Understanding checked = understanding(start);
    if (validating->parse(source_, start.from, checked)) {
      add_schema_problems(checked, *validating);
      return checked;
    }
  }
  // What a validating parser cannot go on with, namespaces that were never declared, is no matter to the
  // other.
  Understanding read = understanding(start);
  const bool well_formed = plain.parse(source_, start.from, read);
  if (well_formed && validating) add_schema_problems(read, *validating);
  return read;
}

void Reading::add_schema_problems(Understanding& understanding, const Sax& validating) const {
  const std::vector<OddText>& oddities = understanding.oddities();
  if (std::any_of(oddities.begin(), oddities.end(),
                  [](const OddText& o) { return explains_schema(o.oddity); }))
    return;
  for (const SchemaProblem& problem : validating.problems())
    understanding.add(Oddity::schema, problem.message, {problem.offset, problem.offset});
}

Document Reading::read(Sax& plain, Sax* validating) {
  const Start first = start();
  Understanding understanding = attempt(first, plain, validating);
  if (understanding.failed() && understanding.nothing_found())
    if (const std::optional<Start> second = start_behind_garbage(first))
      understanding = attempt(*second, plain, validating);
  return understanding.finish();
}

}  // namespace

Reader::Reader() : impl_(std::make_unique<Impl>()) {}
Reader::~Reader() = default;

Document Reader::read(std::string_view bytes, Sender sender, const ReadOptions& options) {
  Reading reading(bytes, sender, options);
  if (reading.is_empty()) return reading.empty();
  return reading.read(impl_->plain, options.validate ? &impl_->validating(sender) : nullptr);
}

}  // namespace understudy::wpi
