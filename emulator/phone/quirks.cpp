#include "phone/quirks.h"

#include <algorithm>

namespace understudy::phone {

namespace {

using enum Quirk;

constexpr NamedQuirk table[] = {
    {"verbatim-cookie",
     "sends a cookie back as it came, with Path, Secure and all that stood behind it",
     "field",
     {verbatim_cookie}},
    {"stale-cookie",
     "comes into every interaction with a cookie that another server gave it",
     "field (inferred)",
     {stale_cookie}},
    {"connection-close",
     "says Connection: close, and takes a new connection for each message",
     "field; guide p.12 asks for one that is kept",
     {connection_close}},
    {"fresh-nonce",
     "takes a new nonce for each message instead of one an interaction",
     "guide p.43-83; field; guide p.34 keeps one",
     {fresh_nonce}},
    {"lower-case-nonce", "writes its nonce in lower case", "field", {lower_case_nonce}},
    {"short-nonce", "uses nonces of 23 hexadecimal digits in lower case", "guide p.33-35", {short_nonce}},
    {"strict-nonce",
     "rejects an answer with another nonce than the one that it just sent",
     "guide p.28; phones in the field act on all",
     {strict_nonce}},
    {"capital-status", "writes the status of a reply with a capital: Accepted", "field", {capital_status}},
    {"reply-before-restart",
     "answers Restart before it restarts",
     "inferred: the guide shows no answer (p.50)",
     {reply_before_restart}},
    {"undecoded-entities",
     "keeps &lt; &gt; &amp; in values as they stand, and decodes quotes and numbers",
     "field: firmware V1",
     {undecoded_entities}},
    {"withheld-user-pwd", "leaves user-pwd out of what it says of itself", "field: V3", {withheld_user_pwd}},
    {"reason-line-before",
     "prints a line end before the reason's text",
     "guide p.46, p.60-83",
     {reason_line_before}},
    {"reason-line-after", "prints a line end behind the reason's text", "guide p.34", {reason_line_after}},
    {"reason-on-own-line",
     "prints the reason's text on a line of its own",
     "guide p.45, p.48, p.64-70",
     {reason_line_before, reason_line_after}},
    {"items-on-lines",
     "prints the text of items on lines of their own",
     "guide p.33, p.38, p.53-55",
     {items_on_lines}},
    {"pretty-printed",
     "indents its message and puts every text on a line of its own",
     "guide p.33-83; field",
     {indented, reason_line_before, reason_line_after, items_on_lines}},
    {"reordered-attributes",
     "prints fragment before maxItems before nonce, and status before all others",
     "guide p.48, p.60, p.78",
     {reordered_attributes}},
    {"index-first", "prints the index of an item before its name", "guide p.27, p.53, p.81", {index_first}},
    {"single-quotes", "puts attributes into single quotes", "XML", {single_quotes}},
    {"empty-as-one-tag",
     "prints empty items as one tag: <Item name=\"...\"/>",
     "guide p.33, p.43",
     {empty_as_one_tag}},
    {"named-references", "writes quotes and apostrophes as &quot; and &apos;", "XML", {named_references}},
    {"numeric-references",
     "writes markup and punctuation as character references: start&#x2D;up",
     "XML",
     {numeric_references}},
    {"no-declaration", "sends no XML declaration", "guide p.33-83", {no_declaration}},
    {"latin-1", "declares ISO-8859-1, and encodes so", "field", {latin_1}},
    {"no-fragment",
     "sends its replies without fragment where they are not split",
     "guide p.34; field",
     {no_fragment}},
    {"small-fragments",
     "splits its replies at 5,000 bytes",
     "guide p.69; field: many services fetch nothing more",
     {small_fragments}},
    {"identity-last", "says at the end of a message who it is", "field", {identity_last}},
    {"items-reversed",
     "lists its items in the opposite order",
     "guide p.27, p.40: the order says nothing",
     {items_reversed}},
    {"busy-when-read",
     "answers busy to the first ReadAllItems after it started up",
     "field",
     {busy_when_read}},
    {"failed-when-written",
     "answers failed to the first WriteItems after it started up",
     "guide p.29",
     {failed_when_written}},
    {"literal-null",
     "keeps the word NULL as it was written, and clears nothing by it",
     "inferred: that it clears is field",
     {literal_null}},
    {"no-status-for-several",
     "sends no status after an order of several files, or of a deletion",
     "guide p.55; phones in the field send one",
     {no_status_for_several}},
    {"reply-instead-of-status",
     "says with a reply, and not with status, what became of the files that it was to fetch",
     "field",
     {reply_instead_of_status}},
    {"reply-and-status",
     "answers an order of files at once, and sends status in an interaction of its own when it has them",
     "field",
     {reply_and_status}},
    {"reply-before-software",
     "replies accepted to an order of firmware before it loads it",
     "inferred: the guide's diagram (p.56) has no reply, services were seen to expect one (field)",
     {reply_before_software}},
    {"bare-clean-up", "gives no cleanup-reason when it ends an interaction itself", "field", {bare_clean_up}},
    {"soft-client", "has another identifier than a MAC address in mac-addr", "field", {soft_client}},
    {"vanishing",
     "goes away without a reply after the first WriteItems, and comes back with start-up",
     "field",
     {vanishing}},
    {"contact-ignored",
     "acknowledges contact-me, and does not call",
     "field: phones were seen to ignore it at times",
     {contact_ignored}},
    {"silent-in-gap",
     "does not answer a contact-me that comes inside the contact gap",
     "inferred: nothing says that it is answered",
     {silent_in_gap}},
    {"fragile-door",
     "answers nobody at its door for a minute after two contact-me within a second",
     "field; the minute is inferred",
     {fragile_door}},
    {"guide",
     "prints its messages as the guide prints them",
     "guide p.48",
     {reordered_attributes, reason_line_before, reason_line_after, no_declaration}},
};

}  // namespace

std::span<const NamedQuirk> named_quirks() {
  return table;
}

const NamedQuirk* find_quirk(std::string_view name) {
  const auto* found = std::find_if(std::begin(table), std::end(table),
                                   [&](const NamedQuirk& quirk) { return quirk.name == name; });
  return found == std::end(table) ? nullptr : found;
}

wpi::Layout layout_of(Quirks quirks) {
  using enum wpi::Layout::Declaration;
  wpi::Layout layout;
  layout.declaration = quirks.has(latin_1) ? latin1 : quirks.has(no_declaration) ? none : usual;
  if (quirks.has(numeric_references))
    layout.references = wpi::Layout::References::numeric;
  else if (quirks.has(named_references))
    layout.references = wpi::Layout::References::named;
  layout.reordered = quirks.has(reordered_attributes);
  layout.index_first = quirks.has(index_first);
  layout.single_quotes = quirks.has(single_quotes);
  layout.line_before_reason = quirks.has(reason_line_before);
  layout.line_after_reason = quirks.has(reason_line_after);
  layout.items_on_lines = quirks.has(items_on_lines);
  layout.indented = quirks.has(indented);
  layout.empty_as_one_tag = quirks.has(empty_as_one_tag);
  layout.capital_status = quirks.has(capital_status);
  return layout;
}

void arrange(std::vector<wpi::Item>& items, std::size_t identity, Quirks quirks) {
  const auto end_of_identity = items.begin() + static_cast<std::ptrdiff_t>(std::min(identity, items.size()));
  if (quirks.has(identity_last)) {
    const auto who = std::rotate(items.begin(), end_of_identity, items.end());
    // And in the block itself what it is, and what no first message lacks (guide p.27).
    std::stable_partition(who, items.end(), [](const wpi::Item& item) {
      return item.name != "device-type" && item.name != "contact-me-uri" && item.name != "mac-addr" &&
             item.name != "e164";
    });
  }
  if (quirks.has(items_reversed)) std::reverse(items.begin(), items.end());
}

std::string soft_client_name(const std::string& e164) {
  return "softclient-" + e164;
}

}  // namespace understudy::phone
