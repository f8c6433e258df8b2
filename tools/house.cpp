#include "house.h"

#include <optional>
#include <utility>

#include "fleet/fetcher.h"
#include "fleet/load/storms.h"
#include "interrupt.h"
#include "live_service.h"
#include "net/https_carrier.h"
#include "net/local_address.h"
#include "reach.h"
#include "scenarios/run/canary.h"
#include "scenarios/trigger_runner.h"

namespace understudy::tools {

namespace {

class OutThere : public House {
 public:
  OutThere(const PlayOptions& options, const net::Target& target, const net::Waits& waits,
           const scenarios::Triggers& triggers, std::function<void()> done, net::Sample validates, DoorShare share)
      : triggers_(triggers), done_(std::move(done)), loop_(share.begun), carrier_(loop_, {.validate = validates}) {
    stay_awake(loop_);
    carrier_.may_connect = reach(options.phones.allow_target);
    if (options.wait.count() > 0 && share.opens) wait_for_service(options.wait, target, options.bind, waits, carrier_, loop_);
    door_address_ = !options.bind.empty() ? options.bind : is_on_loopback(target) ? "127.0.0.1" : "0.0.0.0";
    const net::DoorHandler knocked = [this](const auto&... knock) { return stage ? stage->knock(knock...) : net::DoorAnswer::nobody; };
    net::DoorSettings at_door = door_settings({door_address_});
    at_door.branch_of = [this](const std::string& address) -> const net::Door* {
      const House* other = whose_ ? whose_(address) : nullptr;
      return other && other != this ? other->branch() : nullptr;
    };
    door_ = share.opens ? open_door(options.door_port, std::move(at_door), loop_, knocked)
                        : std::optional(net::Door::branch(loop_, at_door, knocked));
    door = share.opens && door_ ? door_->port() : options.door_port;
    fleet::Fetcher::Times times;
    times.stall = options.phones.download_timeout;
    fetcher_.emplace(loop_, reach(options.phones.allow_target), files_, times);
    runner_.emplace(loop_, carrier_);
    // The address that the service sees of us, unless it was said: where it could call, if it wanted.
    canary_address_ = !options.bind.empty() ? options.bind : is_on_loopback(target) ? "127.0.0.1" : net::local_address_towards(target);
    seed_ = options.phones.seed;
  }
  net::Carrier& carrier() override { return carrier_; }
  net::Clock& clock() override { return loop_; }
  net::EventLoop* loop() override { return &loop_; }
  fleet::Downloads* downloads() override { return &*fetcher_; }
  void share_door(std::function<House*(const std::string&)> of) override { whose_ = std::move(of); }
  const net::Door* branch() const override { return door_ ? &*door_ : nullptr; }
  void end_jobs() override { runner_.reset(); }
  std::uint64_t validated() const override { return carrier_.validated(); }

  tl::expected<std::vector<std::uint16_t>, std::string> open_own_doors(
      const std::vector<std::pair<std::string, std::uint16_t>>& wanted) override {
    door_.reset();
    std::vector<std::uint16_t> ports;
    for (const auto& [phone, port] : wanted) {
      net::DoorSettings settings = door_settings({door_address_});
      settings.port = port;
      settings.max_connections = 64;  // of one phone
      auto open = net::Door::open(loop_, std::move(settings), [this, id = phone](const auto&, const auto&... knock) {
        return stage ? stage->knock_at(id, knock...) : net::DoorAnswer::nobody;
      });
      if (!open) return tl::unexpected(open.error() + " (--door-port takes other ports, 0 free ones)");
      ports.push_back(open->port());
      own_doors_.push_back(std::move(*open));
    }
    return ports;
  }
  std::chrono::microseconds longest_download_wait() const override { return fetcher_->longest_wait(); }

  void restart_service(std::function<void(tl::expected<void, std::string>)> restarted) override {
    const scenarios::Trigger* trigger = triggers_.find(fleet::load::restart_service);
    if (!trigger)
    return restarted(tl::unexpected(std::string("no trigger of the kind restart-service says how: restart it yourself")));
    const phone::Identity nobody;
    runner_->start(*trigger, {nobody, ""}, [this, restarted](const scenarios::TriggerResult& result) {
      if (result) return restarted({});
      tell(result.error());
      restarted(tl::unexpected(result.error().why));
    });
  }

  void give_jobs(scenarios::Means& means) override {
    means.canary = [this](std::function<void(const std::string&)> fetched) -> tl::expected<std::string, std::string> {
      if (!canary_) {
        auto canary = scenarios::Canary::listen(loop_, canary_address_, seed_);
        if (!canary) return tl::unexpected(canary.error());
        canary_ = std::move(*canary);
      }
      return canary_->url(std::move(fetched));
    };
    means.can_start = [this](const std::string& kind) { return triggers_.find(kind) != nullptr; };
    means.start_job = [this](const phone::Identity& who, const std::string& kind, const std::string& pin,
                             const std::function<void(scenarios::Means::Started)>& started) {
      runner_->start(*triggers_.find(kind), {who, pin}, [this, started](const scenarios::TriggerResult& result) {
        if (result) return started(*result);
        done_();
        tell(result.error());
        started(tl::unexpected(result.error().why));
      });
    };
  }

 private:
  const scenarios::Triggers& triggers_;
  std::function<void()> done_;
  net::EventLoop loop_;
  net::HttpsCarrier carrier_;
  std::optional<net::Door> door_;
  std::string door_address_;
  std::function<House*(const std::string&)> whose_;
  std::vector<net::Door> own_doors_;  // of phones that call from one address
  fleet::FilesInMemory files_;
  std::optional<fleet::Fetcher> fetcher_;
  std::optional<scenarios::TriggerRunner> runner_;
  std::string canary_address_;
  std::uint64_t seed_ = 1;
  std::unique_ptr<scenarios::Canary> canary_;  // made when it is first wanted
};

}  // namespace

tl::expected<std::vector<std::uint16_t>, std::string> House::open_own_doors(const std::vector<std::pair<std::string, std::uint16_t>>&) {
  return tl::unexpected(std::string("phones have no sockets in simulated time"));
}

std::unique_ptr<House> house_out_there(const PlayOptions& options, const net::Target& target, const net::Waits& waits,
                                       const scenarios::Triggers& triggers, std::function<void()> done, net::Sample validates, DoorShare share) {
  return std::make_unique<OutThere>(options, target, waits, triggers, std::move(done), validates, share);
}

}  // namespace understudy::tools
