#include "scenarios/xml_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <utility>

#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/framework/XMLGrammarPoolImpl.hpp>
#include <xercesc/parsers/SAX2XMLReaderImpl.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/sax2/Attributes.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/XMLUni.hpp>

#include "scenarios/xml_vocabulary.h"
#include "wpi/utf8.h"

namespace understudy::scenarios {

using xercesc::XMLUni;

namespace {

struct Stop {};  // thrown through the parser at the first error

constexpr std::string_view text_is_refused = "no character data is allowed by content model";  // says Xerces

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

xercesc::MemBufInputSource memory(std::string_view text) {
  return {reinterpret_cast<const XMLByte*>(text.data()), text.size(), "file"};
}

// The text ends with an & or with what could be the name of an entity.
bool behind_ampersand(std::string_view text) {
  const std::size_t at = text.rfind('&');
  return at != std::string_view::npos && text.find_first_of(" \t\r\n<>\"'", at) == std::string_view::npos;
}

// A start tag is well-formed here: NAME, =, quote, value, quote, again and again.
void place_attributes(std::string_view text, XmlElement& element, const std::vector<std::string>& as_written) {
  const std::size_t close = text.find_first_of(" \t\r\n/>", element.begin);
  for (std::size_t at = close; at < text.size();) {
    at = text.find_first_not_of(" \t\r\n", at);
    if (at >= text.size() || text[at] == '>' || text[at] == '/') return;
    const std::size_t name_end = text.find_first_of("= \t\r\n", at);
    const std::size_t open = text.find_first_of("'\"", name_end);
    if (open >= text.size()) return;
    const std::size_t end = std::min(text.find(text[open], open + 1), text.size());
    for (std::size_t i = 0; i < element.attributes.size(); ++i)
      if (as_written[i] == text.substr(at, name_end - at)) element.attributes[i].begin = open + 1, element.attributes[i].end = end;
    at = end + 1;
  }
}

class Handler : public xercesc::DefaultHandler {
 public:
  Handler(xercesc::SAX2XMLReader& parser, std::string_view text, std::size_t from, xercesc::XSModel& model)
      : parser_(parser), text_(text), from_(from), model_(model) {}

  struct Problem {
    std::size_t place = 0;
    std::string text;
    std::optional<std::size_t> length = std::nullopt;  // bytes; none: as XmlFile::length_at() has it
  };
  std::optional<Problem> problem;  // the first one
  XmlElement root;

  [[noreturn]] void fail(std::size_t place, std::string text) {
    problem = Problem{place, std::move(text)};
    throw Stop{};
  }

  void startElement(const XMLCh* uri, const XMLCh* local, const XMLCh*, const xercesc::Attributes& attributes) override {
    XmlElement element;
    element.name = utf8(local);
    element.end = offset();
    element.begin = text_.substr(0, element.end).rfind('<');  // nowhere in a tag but at its start
    if (open_.size() == XmlFile::most_deep)
      fail(element.begin, "more than " + std::to_string(XmlFile::most_deep) + " elements in each other");
    const std::string space = utf8(uri);
    xercesc::XSElementDeclaration* declared = declared_.empty() ? declared_root(model_, space, element.name)
                                                                : declared_in(*declared_.back(), space, element.name);
    if (!declared)
      fail(element.begin, declared_.empty() ? unknown_root(model_, element.name) : unknown_in(*declared_.back(), element.name));
    std::vector<Given> given;
    std::vector<std::string> as_written;
    for (XMLSize_t i = 0; i < attributes.getLength(); ++i) {
      if (*attributes.getURI(i) != 0) continue;
      given.push_back({utf8(attributes.getLocalName(i)), utf8(attributes.getValue(i))});
      as_written.push_back(utf8(attributes.getQName(i)));
      element.attributes.push_back({given.back().name, given.back().value, element.begin, element.begin});
    }
    place_attributes(text_, element, as_written);
    if (const auto wrong = wrong_attribute(*declared, given)) {
      const auto at = std::find_if(element.attributes.begin(), element.attributes.end(),
                                   [&](const XmlAttribute& one) { return one.name == wrong->attribute; });
      if (at != element.attributes.end() && wrong->by_name) {
        const std::string& name = as_written[static_cast<std::size_t>(at - element.attributes.begin())];
        problem = Problem{text_.substr(0, at->begin).rfind(name), wrong->text, name.size()};
        throw Stop{};
      }
      fail(at == element.attributes.end() ? element.begin : at->begin, wrong->text);
    }
    if (!pending_.empty()) fail(element.begin, std::move(pending_));
    declared_.push_back(declared);
    open_.push_back(std::move(element));
  }
  void endElement(const XMLCh*, const XMLCh*, const XMLCh*) override {
    XmlElement element = std::move(open_.back());
    if (!pending_.empty()) {
      std::string has;
      for (const XmlElement& child : element.children) has += (has.empty() ? "<" : ", <") + child.name + ">";
      fail(element.begin, takes(*declared_.back()) + ", and has " + (has.empty() ? "nothing" : has));
    }
    open_.pop_back();
    declared_.pop_back();
    element.end = offset();
    (open_.empty() ? root : open_.back().children.emplace_back()) = std::move(element);
  }
  void characters(const XMLCh* text, XMLSize_t length) override {
    wpi::append_utf8(open_.back().text, {text, length});
  }
  void startDTD(const XMLCh*, const XMLCh*, const XMLCh*) override {
    const std::size_t at = text_.find("<!DOCTYPE", from_);
    fail(std::min(at, text_.size()), "a document type declaration is refused");
  }
  xercesc::InputSource* resolveEntity(const XMLCh*, const XMLCh*) override {
    return new xercesc::MemBufInputSource(reinterpret_cast<const XMLByte*>(""), 0, "nothing");
  }

  // What breaks the schema is said with the element that it is about, unless that can be said better.
  void error(const xercesc::SAXParseException& thrown) override {
    if (!pending_.empty()) return;
    pending_ = utf8(thrown.getMessage());
    if (pending_ != text_is_refused || open_.empty()) return;
    // It stands behind a tag or a comment, and the parser is behind it.
    const std::string_view before = text_.substr(0, offset());
    const std::size_t begin = before.find_first_not_of(" \t\r\n", before.rfind('>') + 1);
    if (begin == std::string_view::npos) return;
    problem = Problem{begin, "<" + open_.back().name + "> takes no text", wpi::trimmed(before.substr(begin)).size()};
    throw Stop{};
  }
  void fatalError(const xercesc::SAXParseException& thrown) override {
    fail(offset(), utf8(thrown.getMessage()) + (behind_ampersand(text_.substr(0, offset())) ? "; a & of your own is written &amp;" : ""));
  }
  void warning(const xercesc::SAXParseException&) override {}
  void resetErrors() override {}

  // Behind what was read last. At the end of the text the parser may have let go of its source.
  std::size_t offset() const { return std::min(from_ + static_cast<std::size_t>(parser_.getSrcOffset()), text_.size()); }

 private:
  xercesc::SAX2XMLReader& parser_;
  std::string_view text_;  // all of the file; the parser reads it from from_ on
  std::size_t from_;
  xercesc::XSModel& model_;
  std::vector<XmlElement> open_;
  std::vector<xercesc::XSElementDeclaration*> declared_;  // of those that are open
  std::string pending_;
};

}  // namespace

const XmlAttribute* XmlElement::find(std::string_view wanted) const {
  const auto at = std::find_if(attributes.begin(), attributes.end(), [&](const XmlAttribute& one) { return one.name == wanted; });
  return at == attributes.end() ? nullptr : &*at;
}

const XmlAttribute& XmlElement::attribute(std::string_view wanted) const {
  if (const XmlAttribute* found = find(wanted)) return *found;
  throw std::logic_error("the schema has no attribute " + std::string(wanted) + " in <" + name + ">");
}

struct XmlSchema::Impl {
  xercesc::XMLGrammarPoolImpl pool{xercesc::XMLPlatformUtils::fgMemoryManager};
  xercesc::XSModel* model = nullptr;  // the pool's

  std::unique_ptr<xercesc::SAX2XMLReaderImpl> parser() {
    auto out = std::make_unique<xercesc::SAX2XMLReaderImpl>(xercesc::XMLPlatformUtils::fgMemoryManager, &pool);
    out->setFeature(XMLUni::fgSAX2CoreNameSpaces, true);
    out->setFeature(XMLUni::fgSAX2CoreNameSpacePrefixes, false);
    out->setFeature(XMLUni::fgSAX2CoreValidation, true);
    out->setFeature(XMLUni::fgXercesDynamic, false);
    out->setFeature(XMLUni::fgXercesSchema, true);
    out->setFeature(XMLUni::fgXercesLoadSchema, false);
    out->setFeature(XMLUni::fgXercesLoadExternalDTD, false);
    out->setFeature(XMLUni::fgXercesDisableDefaultEntityResolution, true);
    out->setFeature(XMLUni::fgXercesCalculateSrcOfs, true);
    return out;
  }
};

XmlSchema::XmlSchema(std::string_view xsd) : impl_(std::make_unique<Impl>()) {
  const auto parser = impl_->parser();
  if (!parser->loadGrammar(memory(xsd), xercesc::Grammar::SchemaGrammarType, true)) throw std::logic_error("a schema of ours is none");
  impl_->pool.lockPool();
  bool changed = false;
  impl_->model = impl_->pool.getXSModel(changed);
}
XmlSchema::~XmlSchema() = default;

tl::expected<XmlFile, FileError> XmlFile::read(const std::string& path, const XmlSchema& schema) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return tl::unexpected(FileError{path, 0, 0, "is a folder"});
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string bytes(most_bytes + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.is_open() || file.bad())
    return tl::unexpected(FileError{path, 0, 0, std::string("cannot be read: ") + std::strerror(errno)});
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return parse(path, std::move(bytes), schema);
}

tl::expected<XmlFile, FileError> XmlFile::parse(std::string path, std::string bytes, const XmlSchema& schema) {
  XmlFile file(std::move(path), std::move(bytes));
  const std::string_view text = file.bytes_;
  if (text.size() > most_bytes)
    return tl::unexpected(FileError{file.path_, 0, 0, "is larger than " + std::to_string(most_bytes) + " bytes"});
  if (const std::size_t broken = wpi::find_broken_utf8(text); broken != std::string_view::npos) {
    std::array<char, 8> byte{};
    std::snprintf(byte.data(), byte.size(), "0x%02X", static_cast<unsigned char>(text[broken]));
    return tl::unexpected(file.error(broken, std::string("the byte ") + byte.data() + " is no UTF-8"));
  }
  const std::size_t from = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  if (wpi::trimmed(text.substr(from)).empty()) return tl::unexpected(FileError{file.path_, 0, 0, "is empty"});
  const auto parser = schema.impl_->parser();
  parser->setFeature(XMLUni::fgXercesUseCachedGrammarInParse, true);
  Handler handler(*parser, text, from, *schema.impl_->model);
  parser->setContentHandler(&handler);
  parser->setLexicalHandler(&handler);
  parser->setErrorHandler(&handler);
  parser->setEntityResolver(&handler);
  try {
    auto input = memory(text.substr(from));
    input.setEncoding(XMLUni::fgUTF8EncodingString);  // whatever the declaration says
    parser->parse(input);
  } catch (const Stop&) {
    const auto& [place, text_of_it, length] = *handler.problem;
    return tl::unexpected(error_in(file.path_, file.bytes_, place, length ? *length : file.length_at(place), text_of_it));
  } catch (const xercesc::SAXException& error) {
    return tl::unexpected(file.error(handler.offset(), utf8(error.getMessage())));
  } catch (const xercesc::XMLException& error) {
    return tl::unexpected(file.error(handler.offset(), utf8(error.getMessage())));
  } catch (const xercesc::OutOfMemoryException&) {
    return tl::unexpected(file.error(handler.offset(), "out of memory"));
  }
  file.root_ = std::move(handler.root);
  return file;
}

std::size_t XmlFile::length_at(std::size_t place) const {
  const std::string_view rest = std::string_view(bytes_).substr(std::min(place, bytes_.size()));
  if (rest.starts_with('<')) return std::min(rest.find_first_of(" \t\r\n/>", 1), rest.size());
  const char before = place > 0 && place <= bytes_.size() ? bytes_[place - 1] : ' ';
  if (before == '"' || before == '\'') return std::min(rest.find_first_of(std::string("\r\n") + before), rest.size());
  return 0;
}

std::size_t XmlFile::place_of(std::string_view part, std::size_t begin, std::size_t end) const {
  const std::size_t at = std::string_view(bytes_).substr(0, end).find(part, begin);
  return at == std::string_view::npos ? begin : at;
}

}  // namespace understudy::scenarios
