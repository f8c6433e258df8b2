// Defects of reading: a service that was written for the bytes of one phone, and not for XML. Each is given the message
// as it was read well, and takes away what a reader of its kind would not have found.
#include <algorithm>
#include <string>

#include "reference/fault.h"
#include "reference/plan.h"
#include "reference/xml_edit.h"
#include "wpi/utf8.h"

namespace understudy::reference {

using wpi::Action;
using wpi::Document;
using wpi::HttpRequest;
using wpi::Item;
using wpi::Reason;

namespace {

std::string_view bytes_of(const HttpRequest& request, const wpi::Place& place, std::size_t length) {
  return std::string_view(request.body)
      .substr(std::min<std::size_t>(place.offset, request.body.size()), length);
}

std::string_view start_tag(const HttpRequest& request, const Item& item) {
  return bytes_of(request, item.place, item.tag_length);
}

// The text between the tags as it stands; empty for an item of one tag.
std::string_view content(const HttpRequest& request, const Item& item) {
  std::string_view element = bytes_of(request, item.place, item.length);
  element.remove_prefix(std::min<std::size_t>(item.tag_length, element.size()));
  return element.substr(0, element.rfind("</"));
}

// The text of the reason with the white space around it.
std::string_view reason_content(const HttpRequest& request) {
  const std::string_view body = request.body;
  const std::size_t tag = body.find("<ReasonForContact");
  const std::size_t begin = body.find('>', tag);
  const std::size_t end = body.find("</ReasonForContact", begin);
  if (tag == body.npos || begin == body.npos || end == body.npos) return {};
  return body.substr(begin + 1, end - begin - 1);
}

void keep_items(Document& message, const auto& good) {
  std::erase_if(message.items, [&](const Item& item) { return !good(item); });
}

void cannot_be_read(Document& message, std::string why) {
  message.well_formed = false;
  message.error = std::move(why);
}

bool is_reply(const Document& message) {
  return message.reason() == Reason::reply_to;
}

// An item with punctuation that every phone has, and nobody changes.
constexpr std::string_view kept_address = "sntp-addr-backup";

// What a reader finds that looks for text of a certain form.
Faults form_faults() {
  return {
      {.defect = {"reads.attribute-order/nonce-first",
                  "finds a nonce only where it is the first attribute of Message, in double quotes",
                  {"http.status", "flow.clean-up", "flow.every-reason"}},
       .misread =
           [](HttpRequest& request, Document& message) {
             if (!bytes_of(request, message.message_place, message.message_length)
                      .starts_with("<Message nonce=\""))
               message.nonce.reset();
           }},
      {.defect = {"reads.attribute-order/name-first", "finds an item only where name is its first attribute"},
       .misread =
           [](HttpRequest& request, Document& message) {
             keep_items(message, [&](const Item& item) {
               return start_tag(request, item).starts_with("<Item name=\"");
             });
           }},
      {.defect = {"reads.white-space/reason", "compares the reason with the white space around it"},
       .misread =
           [](HttpRequest& request, Document& message) {
             const std::string_view text = reason_content(request);
             if (text != wpi::trimmed(text)) message.reasons.clear();
           }},
      {.defect = {"reads.white-space/items", "takes the text of items with the white space around it"},
       .misread =
           [](HttpRequest& request, Document& message) {
             for (Item& item : message.items) {
               const std::string_view text = content(request, item);
               if (text != wpi::trimmed(text)) item.value = "\n" + item.value + "\n";
             }
           }},
      {.defect = {"reads.nonce-any/upper-case",
                  "takes only nonces of upper-case hexadecimal digits",
                  {"http.status", "flow.clean-up", "flow.every-reason"}},
       .misread =
           [](HttpRequest&, Document& message) {
             if (message.nonce_or_empty().find_first_not_of("0123456789ABCDEF") != std::string_view::npos)
               message.nonce.reset();
           }},
      {.defect = {"reads.nonce-any/unechoed",
                  "echoes only nonces of upper-case hexadecimal digits, and else sends an empty one",
                  {"nonce.present"}},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.nonce.find_first_not_of("0123456789ABCDEF") != std::string::npos) set_nonce(xml, "");
           }},
      {.defect = {"reads.nonce-any/length", "acts only on messages with a nonce of 32 characters"},
       .misread =
           [](HttpRequest&, Document& message) {
             if (message.nonce_or_empty().size() != 32) message.reasons.clear();
           }},
      {.defect = {"reads.empty-forms/unclosed",
                  "pairs start and end tags, and takes an item of one tag for one without an end",
                  {"http.status", "flow.clean-up", "flow.every-reason"}},
       .misread =
           [](HttpRequest& request, Document& message) {
             if (std::any_of(message.items.begin(), message.items.end(),
                             [&](const Item& item) { return start_tag(request, item).ends_with("/>"); }))
               cannot_be_read(message, "an Item has no end tag");
           }},
      {.defect = {"reads.empty-forms/swallowed", "loses all items that stand behind one of one tag"},
       .misread =
           [](HttpRequest& request, Document& message) {
             const auto first = std::find_if(message.items.begin(), message.items.end(), [&](const Item& item) {
               return start_tag(request, item).ends_with("/>");
             });
             message.items.erase(first, message.items.end());
           }},
      {.defect = {"reads.item-order/first-bytes", "looks for mac-addr in the first 1,500 bytes of a message"},
       .misread =
           [](HttpRequest&, Document& message) {
             keep_items(message, [](const Item& item) {
               return item.name != "mac-addr" || item.place.offset < 1'500;
             });
           }},
      {.defect = {"reads.item-order/place",
                  "takes the first item for the device's type, and else knows no phone"},
       .misread =
           [](HttpRequest&, Document& message) {
             if (!message.items.empty() && message.items.front().name != "device-type")
               keep_items(message, [](const Item& item) { return item.name != "mac-addr"; });
           }},
      {.defect = {"reads.entities/none", "takes text as it stands, with its references"},
       .misread =
           [](HttpRequest& request, Document& message) {
             if (reason_content(request).find('&') != std::string_view::npos) message.reasons.clear();
             for (Item& item : message.items) item.value = wpi::trimmed(content(request, item));
           }},
      {.defect = {"reads.entities/undecoded", "writes an address back as it stood in the phone's message, with its references"},
       .misread =
           [](HttpRequest& request, Document& message) {
             for (Item& item : message.items)
               if (item.name == kept_address) item.value = wpi::trimmed(content(request, item));
           },
       .decide =
           [](Turn& turn, Order& order) {
             const std::string* value = turn.phone ? turn.phone->items.find(kept_address) : nullptr;
             if (value) write_too(turn, order, {make_item(std::string(kept_address), *value)});
           }},
  };
}

// Who belongs to which interaction, and what became of an order.
Faults session_reading_faults() {
  return {
      {.defect = {"reads.nonce-fresh/lost",
                  "knows an interaction by its first nonce, and ends it when another comes"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.reason == Reason::reply_to && turn.phone && turn.phone->open &&
                 turn.phone->open->nonce != turn.nonce)
               order = Order{};
           }},
      {.defect = {"reads.no-fragment/asks",
                  "asks for the rest of a reply without fragment",
                  {"fragment.not-unasked"}},
       .misread =
           [](HttpRequest&, Document& message) {
             if (is_reply(message) && !message.fragment) message.fragment = wpi::Text{"next", {}, 0};
           }},
      {.defect = {"reads.no-fragment/writes-again",
                  "gives its WriteItems again until the reply says fragment final",
                  {"flow.bounded"}},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.reason != Reason::reply_to || turn.says_final || !turn.phone || !turn.phone->open)
               return;
             const auto& asked = turn.phone->open->asked;
             if (asked && asked->action == Action::write_items) order = *asked;
           }},
      {.defect = {"reads.cookie-verbatim/exact", "knows its cookie only where it comes without attributes"},
       .misread =
           [](HttpRequest& request, Document&) {
             const std::string* cookie = wpi::find_header(request.headers, "Cookie");
             if (cookie && cookie->find(';') != std::string::npos)
               std::erase_if(request.headers, [](const wpi::Header& header) {
                 return wpi::same_ignoring_case(header.name, "Cookie");
               });
           }},
      {.defect = {"reads.statuses/busy", "takes busy for accepted", {"busy.clean-up"}},
       .misread =
           [](HttpRequest&, Document& message) {
             if (is_reply(message) && message.reasons.front().status &&
                 message.reasons.front().status->text == "busy")
               message.reasons.front().status->text = "accepted";
           }},
      {.defect = {"reads.statuses/silent", "answers failed with an empty body", {"http.not-empty", "flow.clean-up"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.failed) set_body(answer, "");
           }},
      {.defect = {"reads.statuses/failed", "takes failed for accepted"},
       .misread =
           [](HttpRequest&, Document& message) {
             if (is_reply(message) && message.reasons.front().status &&
                 message.reasons.front().status->text == "failed")
               message.reasons.front().status->text = "accepted";
           }},
  };
}

}  // namespace

Faults reads_faults() {
  Faults all = form_faults();
  for (Fault& fault : session_reading_faults()) all.push_back(std::move(fault));
  return all;
}

}  // namespace understudy::reference
