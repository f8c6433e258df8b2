// Five thousand phones behind one door: each is reached at its own address, and calls from there.
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <chrono>
#include <iostream>
#include <map>
#include <set>

#include "fleet/stage.h"
#include "net/door.h"
#include "net/https_carrier.h"
#include "net/local_address.h"
#include "net/server.h"
#include "support/messages.h"
#include "wpi/reader.h"

namespace understudy::fleet {
namespace {

using namespace std::chrono_literals;

struct Ear : transcript::Sink {
  void take(const transcript::Entry& entry) override {
    if (const auto* contact = std::get_if<transcript::Contact>(&entry))
      ++contacts[contact->phone];
    else if (const auto* exchange = std::get_if<transcript::Exchange>(&entry))
      if (exchange->outcome != transcript::Outcome::answered) failures.push_back(exchange->phone + ": " + exchange->failure);
  }
  std::map<std::string, int> contacts;  // by phone
  std::vector<std::string> failures;
};

std::string address_of(int k) { return "127.1." + std::to_string(k / 250) + "." + std::to_string(1 + k % 250); }

TEST(FiveThousandPhones, AreEachReachedByContactMeAndCallFromTheirOwnAddress) {
  constexpr int phones = 5'000, at_once = 200;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);

  net::EventLoop loop;
  wpi::Reader reader;
  std::map<std::string, std::string> callers;  // mac-addr by the address that it called from
  // A service that knows nothing of phones but to end what they begin.
  const auto service = net::Server::listen(loop, {}, [&](const wpi::HttpRequest& request, const net::Caller& caller) {
    const wpi::Document said = reader.read(request.body, wpi::Sender::phone);
    if (said.reason() == wpi::Reason::solicited) callers[net::address_in(caller.remote)] = said.find("mac-addr")->value;
    const std::string body = service_message("<Action>CleanUp</Action>", said.nonce_or_empty());
    return net::Served{.bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: " + std::to_string(body.size()) +
                                "\r\n\r\n" + body};
  });
  ASSERT_TRUE(service) << service.error();

  Ear ear;
  net::HttpsCarrier carrier(loop);
  Stage stage(carrier, loop, ear);
  net::DoorSettings settings;
  settings.port = 0;
  const auto door = net::Door::open(loop, settings, [&](const auto&... knock) { return stage.knock(knock...); });
  ASSERT_TRUE(door) << door.error();

  Place place;
  place.target.tls = false;  // what is shown here is who calls whom; a handshake each would take a minute
  place.target.host = "127.0.0.1";
  place.target.port = (*service)->port();
  place.target.path = wpi::default_path;
  const auto shared = std::make_shared<const phone::Service>(phone::Service{place.target.host_header(), place.target.path});
  const auto mac_of = [](int k) {
    char text[32];
    std::snprintf(text, sizeof text, "00:1A:E8:FF:%02X:%02X", k >> 8 & 0xFF, k & 0xFF);
    return std::string(text);
  };
  for (int k = 0; k < phones; ++k) {
    place.source_address = address_of(k);
    stage.add("phone-" + std::to_string(k),
              phone::Phone({mac_of(k), std::to_string(40'000 + k), address_of(k), door->port()}, **phone::model_named("OpenStage 60"),
                           **phone::firmware_named("V3 R5"), shared, static_cast<std::uint64_t>(k), {}, {}),
              place);
  }

  net::HttpsCarrier asks(loop);
  int asked = 0, acknowledged = 0, under_way = 0;
  std::function<void()> ask_next = [&] {
    while (under_way < at_once && asked < phones) {
      const std::string name = "ask " + std::to_string(asked);
      net::Order order;
      order.phone = name;
      order.fresh_connection = true;
      order.target.tls = false;
      order.target.host = address_of(asked++);
      order.target.port = door->port();
      order.request = {"POST", std::string(net::contact_path), {{"Content-Type", "application/x-www-form-urlencoded"}, {"Content-Length", "14"}},
                       "ContactMe=true"};
      ++under_way;
      asks.carry(order, [&, name](const transcript::Exchange& x) {
        acknowledged += x.response && x.response->status == 204;
        --under_way;
        asks.close(name);
        ask_next();
      });
    }
  };
  const auto begun = std::chrono::steady_clock::now();
  ask_next();
  const auto rests = [&] {
    for (int k = 0; k < phones; ++k)
      if (!stage.rests("phone-" + std::to_string(k))) return false;
    return true;
  };
  EXPECT_TRUE(loop.run([&] { return acknowledged == phones && callers.size() == phones && rests(); }, 5min));
  const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);

  EXPECT_EQ(acknowledged, phones);
  EXPECT_TRUE(ear.failures.empty()) << ear.failures.size() << " failed, first " << ear.failures.front();
  EXPECT_EQ(callers.size(), static_cast<std::size_t>(phones));
  for (int k = 0; k < phones; ++k) {
    EXPECT_EQ(callers[address_of(k)], mac_of(k)) << address_of(k);
    EXPECT_EQ(ear.contacts["phone-" + std::to_string(k)], 1);
  }
  std::cout << "5,000 phones asked to call, and heard: " << taken.count() << " ms, " << at_once << " asked at a time\n";
}

TEST(PhonesAtOneAddress, AreEachCalledAtADoorOfTheirOwn) {
  net::EventLoop loop;
  wpi::Reader reader;
  std::vector<std::string> solicited;  // mac-addr
  const auto service = net::Server::listen(loop, {}, [&](const wpi::HttpRequest& request, const net::Caller&) {
    const wpi::Document said = reader.read(request.body, wpi::Sender::phone);
    if (said.reason() == wpi::Reason::solicited) solicited.push_back(said.find("mac-addr")->value);
    const std::string body = service_message("<Action>CleanUp</Action>", said.nonce_or_empty());
    return net::Served{.bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: " + std::to_string(body.size()) +
                                "\r\n\r\n" + body};
  });
  ASSERT_TRUE(service) << service.error();

  Ear ear;
  net::HttpsCarrier carrier(loop), asks(loop);
  Stage stage(carrier, loop, ear);
  Place place;
  place.target.tls = false;
  place.target.host = place.source_address = "127.0.0.1";
  place.target.port = (*service)->port();
  place.target.path = wpi::default_path;
  std::vector<net::Door> doors;
  for (const std::string id : {"phone-1", "phone-2"}) {
    net::DoorSettings settings;
    settings.port = 0;
    auto door = net::Door::open(loop, settings,
                                [&stage, id](const auto&, const auto&... knock) { return stage.knock_at(id, knock...); });
    ASSERT_TRUE(door) << door.error();
    stage.add(id, phone::Phone({"00:1A:E8:FF:00:0" + id.substr(6), "4000" + id.substr(6), "127.0.0.1", door->port()},
                               **phone::model_named("OpenStage 60"), **phone::firmware_named("V3 R5"), place.target.host_header(),
                               place.target.path, 1, {}, {}),
              place);
    doors.push_back(std::move(*door));
  }
  for (const std::size_t called : {1U, 0U}) {
    net::Order order;
    order.phone = "ask";
    order.fresh_connection = true;
    order.target.tls = false;
    order.target.host = "127.0.0.1";
    order.target.port = doors[called].port();
    order.request = {"POST", std::string(net::contact_path),
                     {{"Content-Type", "application/x-www-form-urlencoded"}, {"Content-Length", "14"}}, "ContactMe=true"};
    int status = 0;
    asks.carry(order, [&](const transcript::Exchange& x) { status = x.response ? x.response->status : -1; });
    const std::size_t before = solicited.size();
    EXPECT_TRUE(loop.run([&] { return status != 0 && solicited.size() > before; }, 10s));
    EXPECT_EQ(status, 204);
  }
  EXPECT_EQ(solicited, (std::vector<std::string>{"00:1A:E8:FF:00:02", "00:1A:E8:FF:00:01"}));
  EXPECT_EQ(ear.contacts["phone-1"], 1);
  EXPECT_EQ(ear.contacts["phone-2"], 1);
}

}  // namespace
}  // namespace understudy::fleet
