#include "discover.h"

#include <variant>

#include "interrupt.h"

namespace understudy::tools {

namespace {

constexpr std::string_view host_name = "OptiIpPhone";  // what a phone calls itself (inferred)

std::string in_words(const net::dhcp::Lease& lease) {
  std::string out = "DHCP gives " + net::in_words(lease.address) + ", mask " + net::in_words(lease.mask);
  if (!lease.routers.empty()) out += ", router " + net::in_words(lease.routers.front());
  if (lease.vlan) out += ", VLAN " + std::to_string(*lease.vlan);
  return out + (lease.service ? ", service " + lease.service->url() : ", and no service");
}

}  // namespace

tl::expected<std::unique_ptr<Discovery>, Refusal> Discovery::ask(net::EventLoop& loop, const std::string& interface,
                                                                 const std::string& mac, std::uint64_t seed, Say say) {
  const auto refused = [&](int status, std::string text) { return tl::unexpected(Refusal{status, std::move(text)}); };
  const auto hardware = net::mac_of(mac);
  if (!hardware) return refused(exit_wrong_command_line, "--discover needs a MAC address: " + hardware.error());
  net::DhcpSettings settings;
  settings.interface = interface;
  settings.client.mac = *hardware;
  settings.client.host_name = host_name;
  settings.seed = seed;
  std::unique_ptr<Discovery> discovery(new Discovery(std::move(say)));
  auto client = net::DhcpClient::start(loop, settings, [it = discovery.get()](const auto& report) { it->hear(report); });
  if (!client) return refused(exit_could_not_run, client.error());
  discovery->client_ = std::move(*client);
  const auto over = [&] { return discovery->bound_ || !discovery->failure_.empty() || interrupted(); };
  while (!over()) loop.run(over, std::chrono::hours(1));
  if (!discovery->failure_.empty()) return refused(exit_could_not_run, interface + ": " + discovery->failure_);
  if (!discovery->bound_) return refused(exit_interrupted, "interrupted");
  return discovery;
}

Discovery::~Discovery() {
  if (client_) client_->release();
}

void Discovery::hear(const net::DhcpClient::Report& report) {
  if (const auto* bound = std::get_if<net::dhcp::Bound>(&report)) {
    const bool again = bound_ && bound->lease.address == lease_.address;
    lease_ = bound->lease;
    bound_ = true;
    if (!again) say_(in_words(lease_));
    if (changed) changed(lease_);
  } else if (const auto* lost = std::get_if<net::dhcp::Lost>(&report)) {
    say_("DHCP takes the address back: " + lost->why);
  } else if (const auto* failed = std::get_if<net::dhcp::Failed>(&report)) {
    failure_ = failed->why;
    if (bound_) say_("there is no address any more: " + failed->why);
  } else if (const auto* note = std::get_if<net::dhcp::Note>(&report)) {
    say_("DHCP: " + note->text);
  }
}

}  // namespace understudy::tools
