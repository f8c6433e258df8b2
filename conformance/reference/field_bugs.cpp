#include "reference/field_bugs.h"

#include <algorithm>

namespace understudy::reference {

std::span<const FieldBug> field_bugs() {
  static const std::vector<FieldBug> bugs = {
      {"F01", "an empty nonce in CleanUp", {"nonce.present/empty-in-clean-up", "nonce.present/empty"}},
      {"F02", "the nonce of another message", {"nonce.echo/previous", "nonce.crosstalk/last-seen"}},
      {"F03",
       "a root that is spelled DlsMessage, in some messages or in all",
       {"xml.root/dls-message", "xml.root/mixed"}},
      {"F04", "no namespaces", {"xml.namespace-some/none", "xml.namespace-some/bare"}},
      {"F05", "the ItemList beside Message", {"xml.item-list-place/beside"}},
      {"F06", "an ItemList for each item", {"xml.item-list-place/list-per-item"}},
      {"F07", "a ReasonForContact in a DLSMessage", {"xml.nothing-else/reason"}},
      {"F08", "no Action", {"action.one/none", "flow.clean-up/no-action"}},
      {"F09",
       "an interaction that never ends with CleanUp",
       {"flow.clean-up/empty", "http.not-empty/clean-up"}},
      {"F10",
       "204 or 404 to a phone's message",
       {"http.status/204", "http.status/404", "flow.clean-up/not-found"}},
      {"F11", "an HTML error page as an answer", {"http.status/error-page"}},
      {"F12", "white space before the XML declaration", {"xml.well-formed/line-before-declaration"}},
      {"F13", "the type text/html", {"http.content-type/html"}},
      {"F14",
       "answers in chunks to firmware V2",
       {"http.no-chunked/large", "http.no-chunked/always", "http.no-chunked/clean-up"}},
      {"F15",
       "WriteItems without end where a reply lacks fragment, and a phone that is blanked when it says "
       "clean-up",
       {"reads.no-fragment/writes-again", "flow.phone-clean-up/blanks", "flow.bounded/endless"}},
      {"F16", "FileDeployment without end where a reply-to comes", {"file.not-again/each-time"}},
      {"F17",
       "firmware again at each contact, older one too",
       {"software.not-again/loop", "software.no-downgrade/older"}},
      {"F18",
       "settings that wait for files for ever",
       {"file.not-again/each-time"},
       "files that are ordered at each contact are what settings waited for"},
      {"F19",
       "an item twice in a message, with different values",
       {"item.unique/ringer", "item.unique/feature"}},
      {"F20", "items that want an index, without one", {"item.index/none", "item.index/feature"}},
      {"F21",
       "items that cannot be written, and such as there are not",
       {"item.writable/device-type", "item.writable/expiry", "item.known/own", "item.known/misspelled"}},
      {"F22", "an & that is not escaped", {"xml.well-formed/raw-ampersand"}},
      {"F23",
       "file-priority as a number, firmware without its type and version",
       {"software.complete/number", "software.complete/no-version"}},
      {"F24", "files at a port where nobody listens", {"file.fetchable/missing", "contact.address/port"}},
      {"F25", "busy that is not heard: work goes on", {"busy.clean-up/writes-again", "busy.clean-up/reads"}},
      {"F26", "a plain CleanUp to busy, without send-solicited", {"busy.send-solicited/plain"}},
      {"F27",
       "no answer to status and inventory-changes",
       {"flow.every-reason/status", "flow.every-reason/inventory-changes"}},
      {"F28",
       "phones behind one address that are mixed up",
       {"session.isolated/by-address", "session.address-independent/ends", "nonce.crosstalk/by-address"}},
      {"F29", "404 where the cookie does not come back to the letter", {"reads.cookie-verbatim/exact"}},
      {"F30", "CleanUp for overload", {}, "a service may be overloaded and say so: phones call again"},
      {"F31",
       "a signed envelope, verifiable or not",
       {"xml.signature/digest", "xml.signature/reference", "xml.signature/no-value"}},
      {"F32", "an answer after ten minutes", {"http.timely/10min"}},
      {"F33", "no notice of fragment next", {"fragment.next-requested/goes-on", "fragment.all-taken/leaves"}},
      {"F34",
       "messages above 50 kB or maxItems",
       {"fragment.max-items/ignored", "fragment.max-items/one-more", "xml.size/tight", "xml.size/blanks"}},
      {"F35",
       "CleanUp with an empty nonce to a message above 1 MB",
       {"nonce.present/empty-in-clean-up"},
       "no healthy phone says so much at once (guide p.69); the answer is the same"},
      {"F36",
       "contact-me twice within a second, or once a minute",
       {"contact.not-repeated/again", "contact.paced/two-minutes"}},
      {"F37", "contact-me as a GET", {"contact.form/get", "contact.form/no-parameter"}},
      {"F38", "a comment in Message", {"xml.nothing-else/comment"}},
      {"F39", "500 to an identity that is not expected", {"robust.identity/500", "http.status/error-page"}},
  };
  return bugs;
}

std::string field_bugs_of(std::string_view defect) {
  std::string out;
  for (const FieldBug& bug : field_bugs())
    if (std::find(bug.defects.begin(), bug.defects.end(), defect) != bug.defects.end())
      out.append(out.empty() ? "" : ", ").append(bug.number);
  return out;
}

}  // namespace understudy::reference
