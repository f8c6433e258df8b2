#include "pages.h"

#include <Poco/Net/NetworkInterface.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "certs/authority.h"
#include "items/catalogue.h"
#include "net/keys.h"
#include "net/target.h"
#include "reports/console.h"
#include "rules/rule.h"
#include "transcript/mask.h"
#include "wbm/server.h"
#include "wbm/site.h"

namespace understudy::tools {

namespace {

constexpr auto looks_every = std::chrono::milliseconds(100);

class StageHouse : public wbm::House {
 public:
  StageHouse(fleet::Stage& stage, const fleet::FileStore& files, const net::Clock& clock, std::vector<std::string> phones)
      : stage_(stage), files_(files), clock_(clock), phones_(std::move(phones)) {}
  const std::vector<std::string>& phones() const override { return phones_; }
  const phone::Phone& phone(const std::string& id) const override { return stage_.phone(id); }
  void post(const std::string& id, const phone::Event& event) override { stage_.post(id, event); }
  wbm::microseconds now() const override { return clock_.now(); }
  std::shared_ptr<const std::string> file(const std::string& id, const std::string& type, const std::string& name) const override {
    return files_.find(stage_.phone(id).identity().mac, type, name);
  }
  std::string rule(std::string_view id) const override {
    const auto found = std::find_if(conformance::rules().begin(), conformance::rules().end(), [&](const auto& rule) { return rule.id == id; });
    return found == conformance::rules().end() ? "" : conformance::explain(*found);
  }

 private:
  fleet::Stage& stage_;
  const fleet::FileStore& files_;
  const net::Clock& clock_;
  std::vector<std::string> phones_;
};

std::string with_port(const std::string& host, std::uint16_t port) {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == 443 ? name : name + ":" + std::to_string(port);
}

bool is_any(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

// What a browser on this machine, or one that goes to the address, calls the pages.
std::vector<std::string> names_of(const std::string& address) {
  std::vector<std::string> names;
  if (!is_any(address)) names.push_back(address);
  if (is_any(address) || net::is_loopback(address)) names.insert(names.end(), {"localhost", "127.0.0.1", "::1"});
  if (is_any(address))
    for (const auto& interface : Poco::Net::NetworkInterface::list()) names.push_back(interface.address().toString());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

struct Pages::Impl {
  Impl(const Settings& settings, net::EventLoop& on, fleet::Stage& stage, const fleet::FileStore& files, std::vector<std::string> phones)
      : place(settings.place), loop(on), masker(items::is_secret), house(stage, files, on, std::move(phones)) {}

  void look_again() {
    timer = loop.after(looks_every, [this] {
      site->tick();
      follow_certificate();
      look_again();
    });
  }

  // What a service wrote to the first phone is shown by the pages of all: there is one server.
  void follow_certificate() {
    const phone::Phone& first = house.phone(house.phones().front());
    const std::string* written = first.store().find("wbm-server-certificate");
    if (!written || *written == certificate) return;
    certificate = *written;
    if (certificate.empty()) {
      server->use_certificate(own.certificate, own.key);
    } else if (const auto read = first.keys()->read(certificate); read && !read->key.empty()) {
      server->use_certificate(read->pem, read->key);
    }
  }

  ListeningPlace place;
  certs::Pem own;           // shown until a service gives another
  std::string certificate;  // the item that was looked at last
  net::EventLoop& loop;
  transcript::Masker masker;  // of its own: what is masked in the record too has other stand-ins there
  StageHouse house;
  std::unique_ptr<wbm::Site> site;
  std::unique_ptr<wbm::Server> server;
  std::uint64_t timer = 0;
};

Pages::Pages() = default;

Pages::~Pages() {
  if (!impl_ || !impl_->site) return;
  impl_->loop.cancel(impl_->timer);
  impl_->site->close();
  impl_->server.reset();
}

std::string Pages::url() const {
  const std::string& address = impl_->place.address;
  return "https://" + with_port(is_any(address) ? "localhost" : address, impl_->server->port()) + "/";
}

tl::expected<std::unique_ptr<Pages>, std::string> Pages::open(Settings settings, net::EventLoop& loop, fleet::Stage& stage,
                                                              const fleet::FileStore& files, look::Ladders& ladders, std::vector<std::string> phones) {
  const std::vector<std::string> names = names_of(settings.place.address);
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  if (!authority) return tl::unexpected(authority.error());
  const auto pem = authority->issue(certs::profile_of(certs::Ready::valid, names));
  if (!pem) return tl::unexpected(pem.error());

  std::unique_ptr<Pages> pages(new Pages);
  pages->impl_ = std::make_unique<Impl>(settings, loop, stage, files, std::move(phones));
  Impl& impl = *pages->impl_;
  wbm::ServerSettings served;
  served.address = settings.place.address;
  served.port = settings.place.port;
  impl.own = *pem;
  served.certificate_pem = pem->certificate;
  served.key_pem = pem->key;
  auto server = wbm::Server::open(
      std::move(served), [&loop](std::function<void()> work) { loop.post(std::move(work)); },
      [&impl](const wbm::Asked& asked) { return impl.site->answer(asked); });
  if (!server) return tl::unexpected(server.error());
  impl.server = std::move(*server);
  std::vector<std::string> hosts;
  for (const std::string& name : names) hosts.push_back(with_port(name, impl.server->port()));
  // Nobody is answered before the loop turns.
  impl.site = std::make_unique<wbm::Site>(impl.house, ladders, std::move(settings.about), std::move(hosts), settings.mask ? &impl.masker : nullptr);
  impl.look_again();
  return pages;
}

}  // namespace understudy::tools
