// Defects of a message as an XML document: well-formed or not, its encoding, its root, its namespace, its
// size.
#include <string>
#include <utility>

#include "reference/fault.h"
#include "reference/signature.h"
#include "reference/xml_edit.h"

namespace understudy::reference {

using wpi::Action;

namespace {

// What a phone cannot read ends the interaction by its own clean-up (guide p.13): only this one order is
// broken, so that the rest can still be seen to be right.
bool writes(const Turn& turn) {
  return turn.says(Action::write_items);
}

Faults form_faults() {
  return {
      {.defect = {"xml.well-formed/unclosed", "does not close Message in WriteItems"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) replace_first(xml, "</Message>", "");
           }},
      {.defect = {"xml.well-formed/line-before-declaration",
                  "sends a line break before the XML declaration of WriteItems"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (!writes(turn)) return;
             declare(xml, "utf-8");
             xml.insert(0, "\n");
           }},
      {.defect = {"xml.well-formed/warning", "prints a warning before the message in WriteItems"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (!writes(turn)) return;
             declare(xml, "utf-8");
             xml.insert(0, "Warning: Undefined variable $profile in /srv/login.php on line 41\n");
           }},
      {.defect = {"xml.well-formed/raw-ampersand", "does not escape the & of a value in WriteItems"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) append_to_first_value(xml, " & sons");
           }},
      {.defect = {"xml.well-formed/text-after", "sends text after the root in WriteItems"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) xml += "</body></html>\n";
           }},
      {.defect = {"xml.well-formed/truncated", "sends the first half of WriteItems only"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) xml.resize(xml.size() / 2);
           }},
      {.defect = {"xml.utf8/declares-latin1", "declares ISO-8859-1"},
       .message = [](const Turn&, std::string& xml) { declare(xml, "ISO-8859-1"); }},
      {.defect = {"xml.utf8/latin1", "sends a value of WriteItems in ISO-8859-1 and declares it"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (!writes(turn)) return;
             append_to_first_value(xml, "\xE9");
             declare(xml, "ISO-8859-1");
           }},
      {.defect = {"xml.utf8/undeclared-latin1",
                  "sends a value of WriteItems in ISO-8859-1 without declaring it",
                  {"xml.well-formed"}},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) append_to_first_value(xml, "\xE9");
           }},
      {.defect = {"xml.utf8/content-type", "says charset=ISO-8859-1 in Content-Type"},
       .wire =
           [](const Turn&, HttpAnswer& answer) {
             set_header(answer, "Content-Type", "text/xml; charset=ISO-8859-1");
           }},
      {.defect = {"xml.no-doctype/plain", "sends a document type declaration with WriteItems"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) xml.insert(0, "<!DOCTYPE DLSMessage>\n");
           }},
      {.defect = {"xml.no-doctype/external", "refers to a DTD of its own in WriteItems"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) xml.insert(0, "<!DOCTYPE DLSMessage SYSTEM \"http://192.0.2.1/dls.dtd\">\n");
           }},
      {.defect = {"xml.no-doctype/entity", "declares an entity in WriteItems and uses it"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (!writes(turn)) return;
             append_to_first_value(xml, "&domain;");
             xml.insert(0, "<!DOCTYPE DLSMessage [<!ENTITY domain \".example.net\">]>\n");
           }},
      {.defect = {"xml.size/blanks", "blows WriteItems up to 60 kB with blanks"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) insert_before(xml, "</Message>", std::string(60'000, ' '));
           }},
      {.defect = {"xml.size/endless", "blows WriteItems up to 2 MB with blanks"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) insert_before(xml, "</Message>", std::string(2'000'000, ' '));
           }},
      {.defect = {"xml.size/tight",
                  "blows WriteItems up to 51 kB: above 50,000 bytes, though not above 51,200"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) insert_before(xml, "</Message>", std::string(51'000 - xml.size(), ' '));
           }},
  };
}

void spell_root(std::string& xml, std::string_view root) {
  replace_all(xml, "DLSMessage", root);
}

// Around the message, without this element.
void sign_without(std::string& xml, const std::string& element) {
  xml = in_signature(xml, {});
  cut(xml, "<" + element, "</" + element + ">");
}

Faults root_faults() {
  return {
      {.defect = {"xml.root/dls-message", "spells its root DlsMessage"},
       .message = [](const Turn&, std::string& xml) { spell_root(xml, "DlsMessage"); }},
      {.defect = {"xml.root/mixed", "spells its root DlsMessage in ReadAllItems, and rightly elsewhere"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.says(Action::read_all_items)) spell_root(xml, "DlsMessage");
           }},
      {.defect = {"xml.root/lower-case", "spells its root dlsmessage in CleanUp"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.says(Action::clean_up)) spell_root(xml, "dlsmessage");
           }},
      {.defect = {"xml.root/other", "calls its root Response in CleanUp"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.says(Action::clean_up)) spell_root(xml, "Response");
           }},
      {.defect = {"xml.namespace/own", "puts its messages into a namespace of its own"},
       .message =
           [](const Turn&, std::string& xml) {
             replace_all(xml, wpi::dls_namespace, "http://example.net/provisioning");
           }},
      {.defect = {"xml.namespace/case", "writes the namespace in lower case"},
       .message =
           [](const Turn&, std::string& xml) {
             replace_all(xml, wpi::dls_namespace, "http://www.siemens.com/dls");
           }},
      {.defect = {"xml.namespace-some/none", "puts its messages into no namespace"},
       .message =
           [](const Turn&, std::string& xml) {
             replace_first(xml, "\nxmlns=\"" + std::string(wpi::dls_namespace) + "\"", "");
           }},
      {.defect = {"xml.namespace-some/bare", "sends a root without any attribute"},
       .message =
           [](const Turn&, std::string& xml) {
             cut(xml, "<DLSMessage", ">");
             xml.insert(0, "<DLSMessage>");
           }},
      {.defect = {"xml.signature/digest", "signs its messages, with the digest of another text"},
       .message = [](const Turn&, std::string& xml) { xml = in_signature(xml, {.right_digest = false}); }},
      {.defect = {"xml.signature/reference",
                  "signs its messages, with a reference to an Id that is not there"},
       .message = [](const Turn&, std::string& xml) { xml = in_signature(xml, {.reference = "#Message"}); }},
      {.defect = {"xml.signature/no-value", "signs its messages without a signature value"},
       .message = [](const Turn&, std::string& xml) { xml = in_signature(xml, {.with_value = false}); }},
      {.defect = {"xml.signature/no-info", "signs its messages without saying what is signed"},
       .message = [](const Turn&, std::string& xml) { sign_without(xml, "SignedInfo"); }},
      {.defect = {"xml.signature/no-reference", "signs its messages without a reference to what is signed"},
       .message = [](const Turn&, std::string& xml) { sign_without(xml, "Reference"); }},
      {.defect = {"xml.signature/no-digest", "signs its messages without a digest"},
       .message = [](const Turn&, std::string& xml) { sign_without(xml, "DigestValue"); }},
  };
}

}  // namespace

Faults xml_faults() {
  Faults all;
  for (Faults (*part)() : {form_faults, root_faults})
    for (Fault& fault : part()) all.push_back(std::move(fault));
  return all;
}

}  // namespace understudy::reference
