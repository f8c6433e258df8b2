// xml.*: the document as a whole: that it can be read, its encoding, root, namespace and size.
#include <string>

#include "rules/area.h"
#include "wpi/http.h"
#include "wpi/vocabulary.h"

namespace understudy::conformance {

namespace {

using wpi::Oddity;

Spot root_tag(const wpi::Document& answer) {
  return {Spot::In::body, answer.root_place.offset, answer.root_length};
}

// A root was read that is to hold a message: an HTML page is xml.root's alone.
bool holds_message(const wpi::Document& answer) {
  return answer.messages > 0 || wpi::same_ignoring_case(answer.root, "DLSMessage");
}

// What a service printed before its message.
const wpi::OddText* before_message(const wpi::Document& answer) {
  if (const auto* odd = answer.odd(Oddity::before_declaration)) return odd;
  const auto* text = answer.odd(Oddity::text_around);
  return text && !answer.root.empty() && text->place.offset < answer.root_place.offset ? text : nullptr;
}

void well_formed(const Heard& heard, Ruling& ruling) {
  const wpi::Document& answer = heard.answer();
  if (answer.well_formed) {
    ruling.held();
    return;
  }
  // Refused for a reason that is another rule's, or our reader's.
  for (const Oddity other : {Oddity::doctype, Oddity::declared_encoding, Oddity::too_large,
                             Oddity::too_many_items, Oddity::too_deep})
    if (answer.odd(other)) return;
  // A body that its Content-Length cut off is broken by that.
  for (const wpi::HttpProblem& problem : heard.response().problems)
    if (problem.flaw == wpi::HttpFlaw::body_excess || problem.flaw == wpi::HttpFlaw::bad_chunk) return;
  if (const auto* before = before_message(answer)) {
    const bool blank = before->detail.empty();
    ruling.deviates({std::string(blank ? "white space" : "text") + " stands before the prolog",
                     "nothing before the message",
                     counted(before->length, "byte") + " before it",
                     spot_at(*before),
                     blank ? "blank" : "before",
                     {}});
    return;
  }
  ruling.deviates({"the XML is not well-formed",
                   "well-formed XML",
                   quoted(answer.error, 120),
                   {Spot::In::body, answer.error_place.offset, 1},
                   "",
                   {}});
}

// The charset parameter of the Content-Type; empty if there is none.
std::string_view charset(const wpi::HttpResponse& response) {
  const std::string* type = wpi::find_header(response.headers, "Content-Type");
  if (!type) return {};
  std::string_view rest = *type;
  while (true) {
    const std::size_t semicolon = rest.find(';');
    if (semicolon == std::string_view::npos) return {};
    rest.remove_prefix(semicolon + 1);
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos || !wpi::same_ignoring_case(rest.substr(0, equals), "charset"))
      continue;
    std::string_view value = rest.substr(equals + 1);
    value = value.substr(0, value.find(';'));
    while (value.ends_with(' ')) value.remove_suffix(1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    return value;
  }
}

void utf8(const Heard& heard, Ruling& ruling) {
  const wpi::Document& answer = heard.answer();
  bool right = true;
  if (const auto* odd = answer.odd(Oddity::declared_encoding)) {
    ruling.deviates(
        {"the XML declares another encoding", "UTF-8", quoted(odd->detail), spot_at(*odd), "declared", {}});
    right = false;
  }
  // In another declared encoding the bytes are what they were said to be.
  if (const auto* odd = answer.odd(Oddity::not_utf8); odd && right) {
    ruling.deviates(
        {"the bytes are no UTF-8", "UTF-8", "bytes of another encoding", spot_at(*odd), "bytes", {}});
    right = false;
  }
  const std::string_view header = charset(heard.response());
  if (!header.empty() && !wpi::same_ignoring_case(header, "utf-8") &&
      !wpi::same_ignoring_case(header, "utf8")) {
    ruling.deviates({"the Content-Type declares another encoding",
                     "UTF-8",
                     quoted(header),
                     header_spot(heard.response().head, "Content-Type"),
                     "header",
                     {}});
    right = false;
  }
  if (right && ruling.sound()) ruling.held();
}

void root(const Heard& heard, Ruling& ruling) {
  const wpi::Document& answer = heard.answer();
  if (answer.root.empty()) return;  // xml.well-formed
  if (answer.root == "DLSMessage") {
    ruling.held();
    return;
  }
  const bool near = wpi::same_ignoring_case(answer.root, "DLSMessage");
  ruling.deviates({near ? "the root is spelled otherwise" : "the root is another element",
                   "DLSMessage",
                   quoted(answer.root),
                   root_tag(answer),
                   near ? "spelling" : "other",
                   {}});
}

void own_namespace(const Heard& heard, Ruling& ruling) {
  const wpi::Document& answer = heard.answer();
  if (!holds_message(answer) || answer.root_namespace.empty()) return;
  const auto* odd = answer.odd(Oddity::other_namespace);
  if (!odd) {
    ruling.held();
    return;
  }
  ruling.deviates({"the message is in another namespace",
                   std::string(wpi::dls_namespace),
                   quoted(odd->detail, 80),
                   spot_at(*odd),
                   "",
                   {}});
}

void some_namespace(const Heard& heard, Ruling& ruling) {
  const wpi::Document& answer = heard.answer();
  if (!holds_message(answer)) return;
  const auto* odd = answer.odd(Oddity::no_namespace);
  if (!odd) {
    ruling.held();
    return;
  }
  ruling.deviates(
      {"the message is in no namespace", std::string(wpi::dls_namespace), "none", spot_at(*odd), "", {}});
}

void one_message(const Heard& heard, Ruling& ruling) {
  const wpi::Document& answer = heard.answer();
  if (!holds_message(answer)) return;
  if (answer.messages == 1) {
    ruling.held();
  } else if (answer.messages > 1) {
    const auto* odd = answer.odd(Oddity::several_messages);
    ruling.deviates({"the root holds several Messages",
                     "one Message",
                     counted(static_cast<std::uint64_t>(answer.messages), "Message"),
                     odd ? spot_at(*odd) : root_tag(answer),
                     "several",
                     {}});
  } else if (ruling.sound()) {
    ruling.deviates({"the root holds no Message", "one Message", "none", root_tag(answer), "none", {}});
  }
}

void no_doctype(const Heard& heard, Ruling& ruling) {
  if (const auto* odd = heard.answer().odd(Oddity::doctype)) {
    ruling.deviates({"a document type declaration was sent", "none", "a DOCTYPE", spot_at(*odd), "", {}});
  } else if (ruling.sound()) {
    ruling.held();
  }
}

void size(const Heard& heard, Ruling& ruling) {
  if (!heard.success()) return;
  const wpi::HttpResponse& response = heard.response();
  const std::size_t bytes = response.body.size();
  bool cut = false;
  for (const wpi::HttpProblem& problem : response.problems)
    cut = cut || problem.flaw == wpi::HttpFlaw::body_too_large;
  if (!cut && (bytes == 0 || !response.complete)) return;
  const std::string came = (cut ? "more than " : "") + counted(bytes, "byte");
  if (cut || bytes > wpi::message_limit) {
    ruling.deviates({"the message is larger than 50 kB", "at most 51200 bytes", came, {}, "over", {}});
  } else if (bytes > wpi::message_limit_strict) {
    ruling.deviates({"the message is larger than 50 kB, if a kB has 1000 bytes",
                     "at most 50000 bytes",
                     came,
                     {},
                     "near",
                     Level::note});
  } else {
    ruling.held();
  }
}

constexpr Binding bindings[] = {
    {.id = "xml.well-formed", .message = well_formed},
    {.id = "xml.utf8", .message = utf8, .rests_on = {transcript::Fact::bytes}},
    {.id = "xml.root", .message = root},
    {.id = "xml.namespace", .message = own_namespace},
    {.id = "xml.namespace-some", .message = some_namespace},
    {.id = "xml.one-message", .message = one_message},
    {.id = "xml.no-doctype", .message = no_doctype},
    {.id = "xml.size", .exchange = size},
};

}  // namespace

std::span<const Binding> xml_rules() {
  return bindings;
}

}  // namespace understudy::conformance
