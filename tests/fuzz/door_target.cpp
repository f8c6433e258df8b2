// The contact-me door: whatever a caller sends, what is read from it keeps its promises, and the answer is
// HTTP that our own strict reader finds nothing wrong with.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/door.h"
#include "net/http_reader.h"
#include "net/target.h"

namespace {

using namespace understudy;
using net::Asked;
using net::ContactCall;

constexpr std::size_t longest_problem = 400;  // a value is quoted up to 64 bytes, each as at most four

void expect(bool holds) {
  if (!holds) std::abort();
}

void check(const ContactCall& call) {
  expect(!call.dls_ip_port || (call.dls_ip_addr && *call.dls_ip_port != 0));
  expect(!call.dls_ip_addr || net::is_host(*call.dls_ip_addr));
  for (const std::string& problem : call.problems) {
    expect(problem.size() < longest_problem);
    expect(std::all_of(problem.begin(), problem.end(), [](char c) { return c >= ' ' && c <= '~'; }));
  }
  if (call.asked == Asked::contact_me) return;
  expect(!call.wants_call_back() && !call.contact_me && !call.dls_ip_addr && call.problems.empty());
}

void answer(const wpi::HttpRequest& request) {
  net::Caller caller;
  caller.local = "[::ffff:127.0.0.11]:8085";
  int status = 0;
  const auto handler = [&](const std::string& address, const auto&, const ContactCall& call, const auto&) {
    expect(address == "127.0.0.11");
    check(call);
    status = net::status_of(call.asked);
    return net::DoorAnswer::acknowledged;
  };
  const net::Served served = net::answer_at_door(handler, request, caller);
  net::HttpReader reader;
  expect(reader.take(served.bytes) && reader.response().problems.empty());
  expect(reader.response().status == status && reader.response().body.empty());
}

// The same parameters say the same in a form and in a query.
void check_parameters(const std::string& text) {
  const std::string path(net::contact_path);
  const ContactCall form = net::read_contact({"POST", path, {}, text});
  const ContactCall query = net::read_contact({"GET", path + "?" + text, {}, ""});
  check(form);
  expect(form.asked == Asked::contact_me && query.asked == Asked::contact_me);
  expect(form.contact_me == query.contact_me && form.dls_ip_addr == query.dls_ip_addr &&
         form.dls_ip_port == query.dls_ip_port && form.problems == query.problems);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  net::RequestReader reader(16 * 1024);
  reader.take(bytes);
  wpi::HttpRequest request;
  while (reader.next(request) == net::RequestReader::State::request) answer(request);
  answer({"GET", bytes, {{"Connection", bytes}}, ""});
  check_parameters(bytes);
  check_parameters("dls_ip_port=1&dls_ip_addr=" + bytes);
  return 0;
}
