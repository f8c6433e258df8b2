// Defects that only what no phone should say brings out.
#include <algorithm>
#include <string>
#include <string_view>

#include "reference/fault.h"
#include "reference/xml_edit.h"

namespace understudy::reference {

namespace {

using namespace std::chrono_literals;
using wpi::Document;

constexpr microseconds a_minute = 60s;

bool has(const Blow& blow, std::string_view text) { return blow.request.body.find(text) != std::string::npos; }

bool brings_cookie(const Blow& blow) { return wpi::find_header(blow.request.headers, "Cookie") != nullptr; }

std::string_view value_of(const Document& message, std::string_view name) {
  const wpi::Item* item = message.find(name);
  return item ? std::string_view(item->value) : std::string_view();
}

Pain dies(const Blow& blow, Wound& wound) {
  wound.dead_until = blow.now + a_minute;
  return Pain::silent;
}

bool is_large(const Blow& blow) { return blow.request.body.size() > 900'000; }

// The first URL that the document would have a parser fetch; empty: none.
std::string fetched_url(const std::string& body) {
  const std::size_t type = body.find("<!DOCTYPE");
  const std::size_t at = type == std::string::npos ? type : body.find("\"http://", type);
  if (at == std::string::npos) return {};
  return body.substr(at + 1, body.find('"', at + 1) - at - 1);
}

bool looks_like_mac(std::string_view text) {
  return text.size() == 17 && std::all_of(text.begin(), text.end(), [](char c) {
    return c == ':' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
  });
}

// In each value of a write.
void edit_values(const Turn& turn, std::string& xml, void (*edit)(std::string& value)) {
  if (!turn.says(wpi::Action::write_items)) return;
  std::string out;
  for (std::size_t at = 0; at < xml.size();) {
    const std::size_t item = xml.find("<Item ", at), begin = xml.find('>', item);
    const std::size_t end = xml.find("</Item>", begin);
    if (item == std::string::npos || begin == std::string::npos || end == std::string::npos || xml[begin - 1] == '/') {
      const std::size_t next = begin == std::string::npos || item == std::string::npos ? xml.size() : begin + 1;
      out += xml.substr(at, next - at);
      at = next;
      continue;
    }
    out += xml.substr(at, begin + 1 - at);
    std::string value = xml.substr(begin + 1, end - begin - 1);
    edit(value);
    out += value;
    at = end;
  }
  xml = std::move(out);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

void strip_markup(std::string& value) {
  for (std::size_t at = value.find("&lt;"); at != std::string::npos; at = value.find("&lt;", at)) {
    const std::size_t end = value.find("&gt;", at);
    value.erase(at, end == std::string::npos ? 4 : end + 4 - at);
  }
}

Faults message_faults() {
  return {
      {.defect = {"robust.malformed/acts", "takes what came before the mistake for the whole message"},
       .misread =
           [](wpi::HttpRequest&, Document& message) {
             if (!message.reasons.empty()) message.well_formed = true;
           }},
      {.defect = {"robust.malformed/dies", "serves nobody for a minute after an empty message", {"robust.recovers"}},
       .hurt = [](const Blow& blow, Wound& wound) { return blow.message.empty ? dies(blow, wound) : Pain::none; }},
      {.defect = {"robust.malformed/closes", "closes the connection where a body is no XML"},
       .hurt =
           [](const Blow& blow, Wound&) {
             return !blow.message.empty && !has(blow, "<") ? Pain::silent : Pain::none;
           }},
      {.defect = {"robust.unknown/closes", "closes the connection where it does not know the reason"},
       .hurt =
           [](const Blow& blow, Wound&) {
             const auto& reasons = blow.message.reasons;
             return !reasons.empty() && !blow.message.reason() ? Pain::silent : Pain::none;
           }},
      {.defect = {"robust.unknown/dies", "serves nobody for a minute after a root that it does not know", {"robust.recovers"}},
       .hurt =
           [](const Blow& blow, Wound& wound) { return blow.message.root == "Teapot" ? dies(blow, wound) : Pain::none; }},
      {.defect = {"robust.oversize/hangs", "takes a minute for a message of 1 MB"},
       .hurt =
           [](const Blow& blow, Wound& wound) {
             if (is_large(blow)) wound.takes = a_minute;
             return Pain::none;
           }},
      {.defect = {"robust.oversize/dies", "serves nobody for a minute after a message of 1 MB", {"robust.recovers"}},
       .hurt = [](const Blow& blow, Wound& wound) { return is_large(blow) ? dies(blow, wound) : Pain::none; }},
      {.defect = {"robust.entities/fetches", "fetches the external entities of a document"},
       .hurt =
           [](const Blow& blow, Wound& wound) {
             wound.fetches = fetched_url(blow.request.body);
             return Pain::none;
           }},
      {.defect = {"robust.entities/expands", "is busy for a minute with an entity bomb", {"robust.recovers"}},
       .hurt =
           [](const Blow& blow, Wound& wound) {
             if (has(blow, "<!ENTITY a9")) wound.busy_until = blow.now + a_minute;
             return Pain::none;
           }},
      {.defect = {"robust.encoding/closes", "closes the connection where a message begins with the byte order mark of UTF-16"},
       .hurt =
           [](const Blow& blow, Wound&) { return blow.request.body.starts_with("\xFF\xFE") ? Pain::silent : Pain::none; }},
      {.defect = {"robust.encoding/dies", "serves nobody for a minute after a NUL byte", {"robust.recovers"}},
       .hurt =
           [](const Blow& blow, Wound& wound) {
             return blow.request.body.find('\0') != std::string::npos ? dies(blow, wound) : Pain::none;
           }},
  };
}

Faults conversation_faults() {
  return {
      {.defect = {"robust.order/closes", "closes the connection on a fragment that belongs to no interaction"},
       .hurt =
           [](const Blow& blow, Wound&) {
             return blow.message.reason() == wpi::Reason::reply_to && blow.message.fragment && !brings_cookie(blow) ? Pain::silent
                                                                                                                 : Pain::none;
           }},
      {.defect = {"robust.order/dies", "serves nobody for a minute after a clean-up without an interaction", {"robust.recovers"}},
       .hurt =
           [](const Blow& blow, Wound& wound) {
             return blow.message.reason() == wpi::Reason::clean_up && !brings_cookie(blow) ? dies(blow, wound) : Pain::none;
           }},
      {.defect = {"robust.disconnect/leaks", "serves nobody for a minute when 15 phones in a row began and went away", {"robust.recovers"}},
       .hurt =
           [](const Blow& blow, Wound& wound) {
             if (blow.message.reason() != wpi::Reason::start_up) return Pain::none;
             if (++wound.begun_in_a_row <= 15) return Pain::none;
             wound.begun_in_a_row = 0;
             return dies(blow, wound);
           }},
      {.defect = {"robust.slow/single", "serves one phone at a time, also one that takes its time", {"robust.recovers"}},
       .hurt =
           [](const Blow& blow, Wound& wound) {
             if (blow.took > 5s) wound.busy_until = std::max(wound.busy_until, blow.now);
             return Pain::none;
           }},
      {.defect = {"robust.markup/strips", "gives texts back without what looks like markup"},
       .message = [](const Turn& turn, std::string& xml) { edit_values(turn, xml, strip_markup); }},
      {.defect = {"robust.markup/doubles", "gives texts back escaped twice"},
       .message = [](const Turn& turn, std::string& xml) { edit_values(turn, xml, [](std::string& value) { replace_all(value, "&", "&amp;"); }); }},
      {.defect = {"robust.markup/sql", "gives texts back with each apostrophe doubled"},
       .message =
           [](const Turn& turn, std::string& xml) {
             edit_values(turn, xml, [](std::string& value) {
               replace_all(value, "&apos;", "'");
               replace_all(value, "'", "''");
             });
           }},
      {.defect = {"robust.recovers/restarts",
                  "is away for 20 s after a message that it could not read",
                  {"robust.malformed", "robust.encoding", "robust.entities", "robust.oversize"}},
       .hurt =
           [](const Blow& blow, Wound& wound) {
             if (!blow.message.well_formed && !blow.message.empty) wound.dead_from_next = blow.now + 20s;
             return Pain::none;
           }},
      {.defect = {"robust.identity/500", "answers a phone whose MAC is none with 500"},
       .hurt =
           [](const Blow& blow, Wound&) {
             const std::string_view mac = value_of(blow.message, "mac-addr");
             return !mac.empty() && !looks_like_mac(mac) ? Pain::server_error : Pain::none;
           }},
      {.defect = {"robust.identity/closes", "closes the connection on a model that it does not know"},
       .hurt =
           [](const Blow& blow, Wound&) {
             const std::string_view type = value_of(blow.message, "device-type");
             return type.ends_with(" 4711") ? Pain::silent : Pain::none;
           }},
  };
}

}  // namespace

Faults robust_faults() {
  Faults all = message_faults();
  for (Fault& fault : conversation_faults()) all.push_back(std::move(fault));
  return all;
}

}  // namespace understudy::reference
