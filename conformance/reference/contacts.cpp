#include "reference/contacts.h"

#include <algorithm>
#include <utility>

#include "net/target.h"

namespace understudy::reference {

namespace {

constexpr std::chrono::seconds patience{10};  // for a phone's acknowledgement

}  // namespace

Contacts::~Contacts() {
  if (timer_) clock_.cancel(*timer_);
}

void Contacts::look_after(microseconds wait) {
  if (timer_) clock_.cancel(*timer_);
  timer_ = clock_.after(wait, [this] {
    timer_.reset();
    look();
  });
}

void Contacts::look() {
  while (under_way_ < most_at_once) {
    auto contact = service_.next_contact(clock_.now());
    if (!contact) break;
    ask(std::move(*contact));
  }
  const auto next = service_.contact_due();
  if (next && under_way_ < most_at_once) look_after(std::max(*next - clock_.now(), microseconds{}));
}

void Contacts::ask(ContactRequest contact) {
  auto target = net::poll_target_of(contact.uri);  // plain http, as a poll's is
  if (!target) return;                             // what a phone says of itself: nobody can be asked there
  target->path = contact.request.target;
  net::Order order;
  order.phone = contact.mac;
  order.fresh_connection = true;
  order.waits.connect = order.waits.answer = patience;
  order.request = std::move(contact.request);
  order.request.headers.insert(order.request.headers.begin(), {"Host", target->host_header()});
  order.target = std::move(*target);
  ++under_way_;
  carrier_.carry(std::move(order), [this](const transcript::Exchange& exchange) {
    carrier_.close(exchange.phone);
    --under_way_;
    wake();
  });
}

}  // namespace understudy::reference
