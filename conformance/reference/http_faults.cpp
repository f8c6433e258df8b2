// Defects in what an HTTP answer says: status, version, type, time, connection. Its form is in
// framing_faults.cpp.
#include <string>
#include <utility>

#include "reference/fault.h"

namespace understudy::reference {

using wpi::Action;
using wpi::Reason;

namespace {

// An answer that is no message but a page for people.
void answer_page(HttpAnswer& answer, int status, std::string_view reason, std::string_view html) {
  answer.status = status;
  answer.reason = reason;
  set_header(answer, "Content-Type", "text/html; charset=utf-8");
  set_body(answer, std::string(html));
}

void redirect(HttpAnswer& answer, int status, std::string_view reason, std::string location) {
  answer_page(answer, status, reason, "<html><body>This has moved.</body></html>\n");
  set_header(answer, "Location", std::move(location));
}

void close_connection(HttpAnswer& answer) {
  drop_header(answer, "Keep-Alive");
  set_header(answer, "Connection", "close");
  answer.close = true;
}

Faults status_faults() {
  return {
      {.defect = {"http.status/500",
                  "answers the last reply of an interaction with 500 instead of CleanUp",
                  {"flow.clean-up"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.last_reply())
               answer_page(answer, 500, "Internal Server Error", "<html><body>Oops.</body></html>\n");
           }},
      {.defect = {"http.status/202", "answers CleanUp with status 202"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (!turn.says(Action::clean_up)) return;
             answer.status = 202;
             answer.reason = "Accepted";
           }},
      {.defect = {"http.status/204",
                  "answers inventory-changes with 204",
                  {"http.not-empty", "flow.clean-up", "flow.every-reason"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (!turn.opens_with(Reason::inventory_changes)) return;
             answer.status = 204;
             answer.reason = "No Content";
             answer.body.clear();
             drop_header(answer, "Content-Type");
             drop_header(answer, "Content-Length");
           }},
      {.defect = {"http.status/404",
                  "answers inventory-changes with 404, as if it did not know phones that say so",
                  {"flow.clean-up", "flow.every-reason"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.opens_with(Reason::inventory_changes))
               answer_page(answer, 404, "Not Found", "<html><body>Cannot POST this.</body></html>\n");
           }},
      {.defect = {"http.status/error-page",
                  "answers local-changes with 500 and a page that shows its insides",
                  {"flow.clean-up", "flow.every-reason"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.opens_with(Reason::local_changes))
               answer_page(
                   answer, 500, "Internal Server Error",
                   "<!DOCTYPE html>\n<html><body><pre>TypeError: Cannot read property 'items' of undefined\n"
                   "    at LoginService (app.js:212:17)</pre></body></html>\n");
           }},
      {.defect = {"http.status/closes", "closes the connection instead of answering inventory-changes", {"flow.clean-up"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.opens_with(Reason::inventory_changes)) answer.silent = true;
           }},
      {.defect = {"http.version/1.0", "answers with HTTP/1.0, though it keeps the connection open"},
       .wire =
           [](const Turn&, HttpAnswer& answer) {
             answer.version = "HTTP/1.0";
             if (!answer.close) set_header(answer, "Connection", "keep-alive");
           }},
      {.defect = {"http.version/1.2", "answers with HTTP/1.2"},
       .wire = [](const Turn&, HttpAnswer& answer) { answer.version = "HTTP/1.2"; }},
      {.defect = {"http.version/1.0-closing",
                  "answers with HTTP/1.0 and closes after each answer",
                  {"http.keep-alive"}},
       .wire =
           [](const Turn&, HttpAnswer& answer) {
             answer.version = "HTTP/1.0";
             drop_header(answer, "Keep-Alive");
             answer.close = true;
           }},
  };
}

Faults type_faults() {
  return {
      {.defect = {"http.content-type/html", "labels its messages text/html"},
       .wire = [](const Turn&,
                  HttpAnswer& answer) { set_header(answer, "Content-Type", "text/html; charset=UTF-8"); }},
      {.defect = {"http.content-type/plain", "labels its messages text/plain"},
       .wire = [](const Turn&, HttpAnswer& answer) { set_header(answer, "Content-Type", "text/plain"); }},
      {.defect = {"http.content-type/application", "labels its messages application/xml"},
       .wire = [](const Turn&, HttpAnswer& answer) { set_header(answer, "Content-Type", "application/xml; charset=utf-8"); }},
      {.defect = {"http.content-type/none", "does not label its messages"},
       .wire = [](const Turn&, HttpAnswer& answer) { drop_header(answer, "Content-Type"); }},
      {.defect = {"http.content-type/clean-up", "labels CleanUp application/octet-stream"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.says(Action::clean_up)) set_header(answer, "Content-Type", "application/octet-stream");
           }},
  };
}

Faults time_faults() {
  return {
      {.defect = {"http.timely/31s", "takes 31 s for WriteItems", {"flow.clean-up"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.says(Action::write_items)) answer.after = std::chrono::seconds(31);
           }},
      {.defect = {"http.timely/10min",
                  "takes ten minutes for WriteItems, as one in the field can",
                  {"flow.clean-up"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.says(Action::write_items)) answer.after = std::chrono::minutes(10);
           }},
      {.defect = {"http.timely/byte-by-byte",
                  "sends WriteItems byte by byte, so that it takes longer than 30 s",
                  {"flow.clean-up"}},
       .bytes =
           [](const Turn& turn, net::Served& served) {
             if (!turn.says(Action::write_items)) return;
             served.piece = 1;
             served.every =
                 microseconds(std::chrono::seconds(31)) / static_cast<std::int64_t>(served.bytes.size());
           }},
  };
}

Faults connection_faults() {
  return {
      {.defect = {"http.keep-alive/close", "says Connection: close and closes after each answer"},
       .wire = [](const Turn&, HttpAnswer& answer) { close_connection(answer); }},
      {.defect = {"http.keep-alive/silent", "closes after each answer without saying so"},
       .wire =
           [](const Turn&, HttpAnswer& answer) {
             drop_header(answer, "Keep-Alive");
             answer.close = true;
           }},
      {.defect = {"http.keep-alive/after-write", "closes after WriteItems"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.says(Action::write_items)) close_connection(answer);
           }},
      {.defect = {"http.no-redirect/302",
                  "redirects the last reply of an interaction to another page",
                  {"http.status", "flow.clean-up"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.last_reply()) redirect(answer, 302, "Found", "/login");
           }},
      {.defect = {"http.no-redirect/308",
                  "redirects inventory-changes to the same path with a slash",
                  {"http.status", "flow.clean-up", "flow.every-reason"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.opens_with(Reason::inventory_changes))
               redirect(answer, 308, "Permanent Redirect", std::string(wpi::default_path) + "/");
           }},
      {.defect = {"http.not-empty/clean-up",
                  "ends interactions with an empty 200 instead of CleanUp",
                  {"flow.clean-up"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.last_reply()) set_body(answer, "");
           }},
      {.defect = {"http.not-empty/local-changes",
                  "answers local-changes with an empty 200",
                  {"flow.clean-up", "flow.every-reason"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.opens_with(Reason::local_changes)) set_body(answer, "");
           }},
      {.defect = {"http.get-refused/500", "answers a GET with 500"},
       .get =
           [](HttpAnswer& answer) {
             answer_page(answer, 500, "Internal Server Error", "<html><body>Oops.</body></html>\n");
           }},
      {.defect = {"http.get-refused/200", "answers a GET with an empty 200"},
       .get =
           [](HttpAnswer& answer) {
             answer.status = 200;
             answer.reason = "OK";
             drop_header(answer, "Allow");
             set_body(answer, "");
           }},
      {.defect = {"http.get-refused/closes", "closes the connection on a GET"},
       .get = [](HttpAnswer& answer) { answer.silent = true; }},
      {.defect = {"http.get-refused/302", "redirects a GET to a login page"},
       .get = [](HttpAnswer& answer) { redirect(answer, 302, "Found", "/login"); }},
  };
}

}  // namespace

Faults http_faults() {
  Faults all;
  for (Faults (*part)() : {status_faults, type_faults, time_faults, connection_faults})
    for (Fault& fault : part()) all.push_back(std::move(fault));
  return all;
}

}  // namespace understudy::reference
