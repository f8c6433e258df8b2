// Defects in how a phone is asked to call: contact-me, polls.
#include <utility>

#include "reference/asking.h"
#include "reference/fault.h"

namespace understudy::reference {

namespace {

using namespace std::chrono_literals;

void set_body(wpi::HttpRequest& request, std::string body) {
  request.body = std::move(body);
  for (wpi::Header& header : request.headers)
    if (header.name == "Content-Length") header.value = std::to_string(request.body.size());
}

// Asks once more so long after it has asked, though nothing waits any more.
void again_after(microseconds wait, PhoneBook& book, Phone& phone, std::optional<ContactRequest>& contact, microseconds now) {
  if (contact) return book.ask(phone, now + wait);
  const std::string* uri = phone.items.find("contact-me-uri");
  if (!uri || !phone.asked || now - *phone.asked > wait + 5s) return;
  if (now - *phone.asked < wait) return book.ask(phone, *phone.asked + wait);  // another job came meanwhile
  phone.asked = now;
  contact = contact_request(phone, *uri, {});
}

// Some job of an operator's has been there, done or not.
bool ever_wanted(const Phone& phone) {
  for (const Job& job : phone.jobs)
    if (!job.profile) return true;
  return false;
}

}  // namespace

Faults contact_faults() {
  return {
      {.defect = {"contact.form/get", "asks by GET, with the parameter in the query"},
       .contact =
           [](PhoneBook&, Phone&, std::optional<ContactRequest>& contact, microseconds) {
             if (!contact) return;
             contact->request = {"GET", contact->request.target + "?" + contact->request.body, {}, ""};
           }},
      {.defect = {"contact.form/no-parameter", "asks by a POST without a body"},
       .contact =
           [](PhoneBook&, Phone&, std::optional<ContactRequest>& contact, microseconds) {
             if (contact) set_body(contact->request, "");
           }},
      {.defect = {"contact.form/type", "labels the form text/plain"},
       .contact =
           [](PhoneBook&, Phone&, std::optional<ContactRequest>& contact, microseconds) {
             if (contact) contact->request.headers.front().value = "text/plain";
           }},
      {.defect = {"contact.form/path", "asks at a path that it has written down itself"},
       .contact =
           [](PhoneBook&, Phone&, std::optional<ContactRequest>& contact, microseconds) {
             if (contact) contact->request.target = "/contact_dls.html/ContactMe";
           }},
      {.defect = {"contact.address/port", "names a port at which nobody listens"},
       .contact =
           [](PhoneBook&, Phone&, std::optional<ContactRequest>& contact, microseconds) {
             if (contact) set_body(contact->request, "ContactMe=true&dls_ip_addr=127.0.0.1&dls_ip_port=1");
           }},
      {.defect = {"contact.address/unusable", "names 0 for a port"},
       .contact =
           [](PhoneBook&, Phone&, std::optional<ContactRequest>& contact, microseconds) {
             if (contact) set_body(contact->request, "ContactMe=true&dls_ip_addr=127.0.0.1&dls_ip_port=0");
           }},
      {.defect = {"contact.paced/two-minutes", "asks once more two minutes later"},
       .contact = [](PhoneBook& book, Phone& phone, std::optional<ContactRequest>& contact,
                     microseconds now) { again_after(120s, book, phone, contact, now); }},
      {.defect = {"contact.not-repeated/again", "asks once more ten seconds later"},
       .contact = [](PhoneBook& book, Phone& phone, std::optional<ContactRequest>& contact,
                     microseconds now) { again_after(10s, book, phone, contact, now); }},
      {.defect = {"poll.status/not-found", "answers polls with 404 as long as nothing waits"},
       .poll =
           [](const Phone*, HttpAnswer& answer) {
             if (answer.status == 200) answer.status = 404, answer.reason = "Not Found";
           }},
      {.defect = {"poll.status/redirect", "sends pollers somewhere else"},
       .poll =
           [](const Phone*, HttpAnswer& answer) {
             answer.status = 302, answer.reason = "Found";
             set_header(answer, "Location", "/elsewhere/");
           }},
      {.defect = {"poll.target/https", "has phones poll over HTTPS"},
       .decide =
           [](Turn& turn, Order& order) {
             for (wpi::Item& item : order.items)
               if (item.name == "dcmp-url" && order.action == wpi::Action::write_items) item.value = turn.own_url + "/dcmp/";
           }},
      {.defect = {"poll.job-announced/never", "tells every poll that there is nothing"},
       .poll =
           [](const Phone*, HttpAnswer& answer) {
             if (answer.status == 202) answer.status = 200, answer.reason = "OK";
           }},
      {.defect = {"poll.job-cleared/still", "goes on telling polls to call when the job is done"},
       .poll =
           [](const Phone* phone, HttpAnswer& answer) {
             if (phone && ever_wanted(*phone)) answer.status = 202, answer.reason = "Accepted";
           }},
      {.defect = {"poll.unknown-device/error", "fails when it does not know who polls"},
       .poll =
           [](const Phone* phone, HttpAnswer& answer) {
             if (!phone) answer.status = 500, answer.reason = "Internal Server Error";
           }},
  };
}

}  // namespace understudy::reference
