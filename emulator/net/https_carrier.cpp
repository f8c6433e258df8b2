#include "net/https_carrier.h"

#include <unordered_map>
#include <utility>

#include "net/errand.h"

namespace understudy::net {

struct HttpsCarrier::Impl {
  std::shared_ptr<Exchanger> exchanger;
  std::unordered_map<std::string, std::shared_ptr<Errand>> under_way;  // by phone
  std::unordered_map<std::string, Kept> kept;                          // by phone
  bool inside = false;                                                 // carry() or close()

  std::optional<Kept> take_kept(const Order& order);
  void interrupt(const std::string& phone);
};

// The phone's connection, if it is there and serves the order; one that does not is closed.
std::optional<Kept> HttpsCarrier::Impl::take_kept(const Order& order) {
  const auto at = kept.find(order.phone);
  if (at == kept.end()) return std::nullopt;
  std::optional<Kept> found = std::move(at->second);
  kept.erase(at);
  const bool anew = order.fresh_connection || wants_connection(order.fault.kind);
  if (!anew && found->reaches == reaches(order)) return found;
  found->connection->close();
  return std::nullopt;
}

void HttpsCarrier::Impl::interrupt(const std::string& phone) {
  const auto at = under_way.find(phone);
  if (at == under_way.end()) return;
  const std::shared_ptr<Errand> errand = at->second;
  under_way.erase(at);
  const bool nested = std::exchange(inside, true);
  errand->interrupt();
  inside = nested;
}

HttpsCarrier::HttpsCarrier(EventLoop& loop, CarrierSettings settings) : impl_(std::make_shared<Impl>()) {
  const auto allowed = [this](const std::string& host, const std::string& address) {
    return !may_connect || may_connect(host, address);
  };
  impl_->exchanger = std::make_shared<Exchanger>(loop, settings, allowed);
}

HttpsCarrier::~HttpsCarrier() {
  for (const auto& [phone, errand] : impl_->under_way) errand->abandon();
}

void HttpsCarrier::carry(Order order, std::function<void(transcript::Exchange)> done) {
  impl_->interrupt(order.phone);
  EventLoop& loop = impl_->exchanger->loop;
  const std::weak_ptr<Impl> weak = impl_;
  const std::string phone = order.phone;
  auto over = [weak, &loop, done = std::move(done)](Errand& errand) {
    const std::shared_ptr<Impl> impl = weak.lock();
    if (!impl) return;
    const std::string& name = errand.order().phone;
    const auto at = impl->under_way.find(name);
    if (at != impl->under_way.end() && at->second.get() == &errand) impl->under_way.erase(at);
    if (errand.kept) impl->kept.insert_or_assign(name, std::move(*errand.kept));
    // From the loop, never from inside carry() or close().
    if (!impl->inside) return done(std::move(errand.record));
    loop.post([weak, done, record = std::make_shared<transcript::Exchange>(std::move(errand.record))] {
      if (!weak.expired()) done(std::move(*record));
    });
  };
  auto errand = std::make_shared<Errand>(impl_->exchanger, std::move(order), std::move(over));
  impl_->under_way[phone] = errand;
  impl_->inside = true;
  errand->start(impl_->take_kept(errand->order()));
  impl_->inside = false;
}

std::uint64_t HttpsCarrier::validated() const { return impl_->exchanger->validated; }

void HttpsCarrier::close(const std::string& phone) {
  impl_->interrupt(phone);
  const auto at = impl_->kept.find(phone);
  if (at == impl_->kept.end()) return;
  at->second.connection->close();
  impl_->kept.erase(at);
}

}  // namespace understudy::net
