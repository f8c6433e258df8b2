#include "wpi/sax.h"

#include <algorithm>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/framework/XMLErrorCodes.hpp>
#include <xercesc/framework/XMLGrammarPoolImpl.hpp>
#include <xercesc/parsers/SAX2XMLReaderImpl.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/sax2/Attributes.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/XMLUni.hpp>

#include "wpi/utf8.h"

namespace understudy::wpi {

namespace {

using xercesc::XMLUni;

struct Stop {};  // thrown through the parser where a limit is passed

std::u16string_view view(const XMLCh* text) {
  return text ? std::u16string_view(text) : std::u16string_view();
}

// One line of it: the parser's own words may quote what stood in the message.
std::string one_line(const XMLCh* text) {
  std::string out;
  append_utf8(out, view(text));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return out;
}

// Both sides of WPI name a single URI in schemaLocation (guide p.33, p.34). To Xerces that is fatal.
class Parser : public xercesc::SAX2XMLReaderImpl {
 public:
  using SAX2XMLReaderImpl::SAX2XMLReaderImpl;
  void error(unsigned int code, const XMLCh* domain, ErrTypes type, const XMLCh* text, const XMLCh* system_id,
             const XMLCh* public_id, XMLFileLoc line, XMLFileLoc column) override {
    const bool in_xml = view(domain) == view(XMLUni::fgXMLErrDomain);
    if (in_xml && code == xercesc::XMLErrs::BadSchemaLocation) return;
    SAX2XMLReaderImpl::error(code, domain, type, text, system_id, public_id, line, column);
  }
};

class Handler : public xercesc::DefaultHandler {
 public:
  void begin(xercesc::SAX2XMLReader& parser, std::size_t from, std::string_view text,
             Understanding& understanding) {
    parser_ = &parser;
    from_ = from;
    text_ = text;
    understanding_ = &understanding;
    problems_.clear();
    failed_ = false;
  }
  bool failed() const { return failed_; }
  const std::vector<SchemaProblem>& problems() const { return problems_; }

  void fail(std::string message) {
    failed_ = true;
    if (understanding_) understanding_->fail(std::move(message), offset());
  }

  void startElement(const XMLCh*, const XMLCh*, const XMLCh* name,
                    const xercesc::Attributes& attributes) override {
    attributes_.clear();
    for (XMLSize_t i = 0; i < attributes.getLength(); ++i)
      attributes_.push_back({view(attributes.getQName(i)), view(attributes.getValue(i))});
    if (understanding_->start(view(name), attributes_, offset())) return;
    failed_ = true;
    throw Stop{};
  }
  void endElement(const XMLCh*, const XMLCh*, const XMLCh*) override { understanding_->end(offset()); }
  void characters(const XMLCh* text, XMLSize_t length) override {
    understanding_->characters({text, length});
  }
  void ignorableWhitespace(const XMLCh* text, XMLSize_t length) override {
    understanding_->characters({text, length});
  }
  void comment(const XMLCh*, XMLSize_t) override { understanding_->comment(offset()); }
  void processingInstruction(const XMLCh* target, const XMLCh*) override {
    understanding_->instruction(view(target), offset());
  }
  // The reader refuses a document type before it parses: this is the second wall.
  void startDTD(const XMLCh*, const XMLCh*, const XMLCh*) override {
    fail("a document type declaration is refused");
    throw Stop{};
  }
  xercesc::InputSource* resolveEntity(const XMLCh*, const XMLCh*) override {
    static constexpr XMLByte nothing = 0;
    return new xercesc::MemBufInputSource(&nothing, 0, "nothing");
  }

  void warning(const xercesc::SAXParseException&) override {}
  void error(const xercesc::SAXParseException& error) override {
    std::string message = one_line(error.getMessage());
    const bool told =
        std::any_of(problems_.begin(), problems_.end(), [&](const auto& p) { return p.message == message; });
    if (!told && problems_.size() < 100) problems_.push_back({std::move(message), offset()});
  }
  void fatalError(const xercesc::SAXParseException& problem) override {
    error(problem);
    failed_ = true;
    if (understanding_) understanding_->fail(one_line(problem.getMessage()), fault());
    throw Stop{};
  }
  void resetErrors() override {}

 private:
  // Behind what was read last. At the end of the text the parser may have let go of its source.
  std::size_t offset() const {
    if (!parser_) return 0;  // a schema is being read
    const auto inside = static_cast<std::size_t>(parser_->getSrcOffset());
    return std::min(from_ + inside, text_.size());
  }
  // The same, but where a character that XML cannot hold was read last: there it stands.
  std::size_t fault() const {
    const std::size_t behind = offset();
    std::size_t at = behind;
    while (at > from_ && behind - at < 4) {
      if ((static_cast<unsigned char>(text_[--at]) & 0xC0) == 0x80) continue;
      const CodePoint last = decode_utf8(text_, at);
      return last.valid && at + last.length == behind && !is_xml_character(last.value) ? at : behind;
    }
    return behind;
  }

  xercesc::SAX2XMLReader* parser_ = nullptr;
  std::size_t from_ = 0;
  std::string_view text_;  // all of the source; the parser reads it from from_ on
  Understanding* understanding_ = nullptr;
  bool failed_ = false;
  std::vector<XmlAttribute> attributes_;
  std::vector<SchemaProblem> problems_;
};

}  // namespace

struct Sax::Impl {
  std::unique_ptr<xercesc::XMLGrammarPoolImpl> grammars;
  Handler handler;
  std::unique_ptr<Parser> parser;

  Impl() : parser(std::make_unique<Parser>()) {
    // This scanner knows no document types and so no entities but the five of XML.
    set_up(XMLUni::fgWFXMLScanner, false);
  }

  explicit Impl(std::string_view schema)
      : grammars(std::make_unique<xercesc::XMLGrammarPoolImpl>(xercesc::XMLPlatformUtils::fgMemoryManager)),
        parser(std::make_unique<Parser>(xercesc::XMLPlatformUtils::fgMemoryManager, grammars.get())) {
    set_up(XMLUni::fgSGXMLScanner, true);
    const xercesc::MemBufInputSource input(reinterpret_cast<const XMLByte*>(schema.data()), schema.size(),
                                           "schema");
    parser->loadGrammar(input, xercesc::Grammar::SchemaGrammarType, true);
    grammars->lockPool();
    parser->setFeature(XMLUni::fgXercesUseCachedGrammarInParse, true);
  }

  void set_up(const XMLCh* scanner, bool schema) {
    parser->setProperty(XMLUni::fgXercesScannerName, const_cast<XMLCh*>(scanner));
    parser->setFeature(XMLUni::fgSAX2CoreNameSpaces, schema);
    parser->setFeature(XMLUni::fgSAX2CoreNameSpacePrefixes, true);
    parser->setFeature(XMLUni::fgSAX2CoreValidation, schema);
    parser->setFeature(XMLUni::fgXercesDynamic, false);
    parser->setFeature(XMLUni::fgXercesSchema, schema);
    parser->setFeature(XMLUni::fgXercesLoadSchema, false);
    parser->setFeature(XMLUni::fgXercesContinueAfterFatalError, true);  // the handler stops at all but one
    parser->setFeature(XMLUni::fgXercesLoadExternalDTD, false);
    parser->setFeature(XMLUni::fgXercesDisableDefaultEntityResolution, true);
    parser->setFeature(XMLUni::fgXercesCalculateSrcOfs, true);
    parser->setContentHandler(&handler);
    parser->setLexicalHandler(&handler);
    parser->setErrorHandler(&handler);
    parser->setEntityResolver(&handler);
  }
};

Sax::Sax() : impl_(std::make_unique<Impl>()) {}
Sax::Sax(std::string_view schema) : impl_(std::make_unique<Impl>(schema)) {}
Sax::~Sax() = default;

const std::vector<SchemaProblem>& Sax::problems() const {
  return impl_->handler.problems();
}

bool Sax::parse(const Source& source, std::size_t from, Understanding& understanding) {
  Handler& handler = impl_->handler;
  const std::string_view text = source.text().substr(from);
  handler.begin(*impl_->parser, from, source.text(), understanding);
  try {
    // Named in UTF-16: any other name is converted, which takes longer than to parse a short message.
    xercesc::MemBufInputSource input(reinterpret_cast<const XMLByte*>(text.data()), text.size(), u"message");
    input.setEncoding(
        XMLUni::fgUTF8EncodingString);  // whatever the declaration says: the source has seen to it
    impl_->parser->parse(input);
  } catch (const Stop&) {
    // What there is to say was said.
  } catch (const xercesc::SAXException& error) {
    handler.fail(one_line(error.getMessage()));
  } catch (const xercesc::XMLException& error) {
    handler.fail(one_line(error.getMessage()));
  } catch (const xercesc::OutOfMemoryException&) {
    handler.fail("out of memory");
  } catch (const std::exception& error) {
    handler.fail(error.what());
  }
  return !handler.failed();
}

}  // namespace understudy::wpi
