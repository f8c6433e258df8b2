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

// What was read a moment ago. A service says the same to thousands of phones, with another nonce: such a message need not be
// parsed again.
class Memory {
 public:
  // The message as it was read before, with its own nonce; nullopt where none like it is remembered.
  std::optional<Document> recall(std::string_view bytes, Sender sender) const {
    for (const Known& known : known_) {
      if (known.sender != sender || known.bytes.size() != bytes.size()) continue;
      const std::size_t begin = known.document.nonce->place.offset, length = known.document.nonce->length;
      const std::string_view nonce = bytes.substr(begin, length);
      if (!is_plain(nonce) || bytes.substr(0, begin) != std::string_view(known.bytes).substr(0, begin) ||
          bytes.substr(begin + length) != std::string_view(known.bytes).substr(begin + length))
        continue;
      Document document = known.document;
      document.nonce->text = nonce;
      return document;
    }
    return std::nullopt;
  }

  // Only what is short, and whose nonce stands for itself: another in its place changes nothing else.
  void remember(std::string_view bytes, Sender sender, const Document& document) {
    if (!document.well_formed || !document.nonce || bytes.size() > longest) return;
    const std::string_view nonce = document.nonce->text;
    if (!is_plain(nonce) || bytes.substr(document.nonce->place.offset, document.nonce->length) != nonce) return;
    Known known{sender, std::string(bytes), document};
    if (known_.size() < most) return known_.push_back(std::move(known));
    known_[next_] = std::move(known);
    next_ = (next_ + 1) % most;
  }

 private:
  static constexpr std::size_t most = 4, longest = 1'000;  // bytes

  struct Known {
    Sender sender;
    std::string bytes;
    Document document;
  };
  static bool is_plain(std::string_view nonce) {
    return !nonce.empty() && std::all_of(nonce.begin(), nonce.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    });
  }
  std::vector<Known> known_;
  std::size_t next_ = 0;  // whose place the next one takes
};

struct Reader::Impl {
  Sax plain;
  Memory memory;
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
  const bool usual = !options.validate && options.limits == ReadLimits{};
  if (usual)
    if (std::optional<Document> known = impl_->memory.recall(bytes, sender)) return std::move(*known);
  Reading reading(bytes, sender, options);
  if (reading.is_empty()) return reading.empty();
  Document document = reading.read(impl_->plain, options.validate ? &impl_->validating(sender) : nullptr);
  if (usual) impl_->memory.remember(bytes, sender, document);
  return document;
}

}  // namespace understudy::wpi
