// The door in a crowd: thousands of phones behind it, thousands of callers before it.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <sys/resource.h>

#include "net/door.h"
#include "net/words.h"
#include "unit/net/net_support.h"

namespace understudy::net {
namespace {

constexpr std::string_view post = "POST /contact_dls.html/ContactDLS HTTP/1.1\r\n";
const std::string contact_me = std::string(post) + "Content-Length: 14\r\n\r\nContactMe=true";

std::size_t descriptors() {
  const std::filesystem::directory_iterator open("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(open), end(open)));
}

// How many more this process may open, after asking for as many as it can get.
std::size_t descriptors_left() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(limit.rlim_cur) - descriptors();
}

class DoorInACrowd : public Carried {
 protected:
  DoorInACrowd() { settings_.port = 0; }
  void open() {
    door_.emplace(Door::open(loop_, settings_,
                             [this](const std::string& address, const auto&, const auto& call, const auto&) {
                               ++calls_[address];
                               wishes_ += call.wants_call_back() ? 1 : 0;
                               return DoorAnswer::acknowledged;
                             })
                      .value());
  }

  DoorSettings settings_;
  std::optional<Door> door_;
  std::map<std::string, int> calls_;  // by the address that was called
  std::size_t wishes_ = 0;
};

TEST_F(DoorInACrowd, AnswersAGoodCallThoughThousandsHangOn) {
  constexpr std::size_t room = 100;
  const std::size_t before = descriptors();
  const std::size_t crowd = std::min<std::size_t>(3000, descriptors_left() - room - 50);
  ASSERT_GT(crowd, 5 * room);
  std::size_t came = 0;
  settings_.max_connections = room;
  settings_.is_phone = [&](const std::string&) { return ++came > 0; };
  open();
  // None of them ever ends its request.
  const std::array<std::string, 4> nuisances = {
      "", std::string(post) + "Content-Len", std::string(post) + "Content-Length: 14\r\n\r\nContactMe=",
      std::string(post) + "Content-Length: 16000\r\n\r\n" + std::string(15'000, 'x')};
  std::list<RawClient> clients;
  while (clients.size() < crowd) {
    // No more at once than any system lets wait.
    for (int i = 0; i < 50; ++i) {
      clients.emplace_back(loop_, door_->port(), "127.0.0.11")
          .send(nuisances[clients.size() % nuisances.size()]);
    }
    ASSERT_TRUE(loop_.run([&] { return came >= clients.size(); }, seconds(20)));
  }
  const auto hang_on = [&] {
    return static_cast<std::size_t>(
        std::count_if(clients.begin(), clients.end(), [](const RawClient& c) { return !c.closed(); }));
  };
  const microseconds begun = loop_.now();
  RawClient good(loop_, door_->port(), "127.0.0.12");
  good.send(contact_me);
  ASSERT_TRUE(good.until(door_bytes(Asked::contact_me).size()));
  std::cout << "a good call was answered after " << in_words(loop_.now() - begun) << ", " << clients.size()
            << " others had come, with room for " << room << "\n";
  EXPECT_EQ(good.heard(), door_bytes(Asked::contact_me));
  EXPECT_EQ(calls_.size(), 1U);
  EXPECT_TRUE(loop_.run([&] { return hang_on() < room; }, seconds(20)));
  // Its descriptors are the good one's and those of fewer than `room` others, here at both ends.
  EXPECT_LE(descriptors(), before + clients.size() + 1 + room + 1);
  clients.clear();
  good.leave();
  door_.reset();
  loop_.run([] { return false; }, milliseconds(1));  // what was closed is forgotten from the loop
  EXPECT_LE(descriptors(), before);
}

TEST_F(DoorInACrowd, GivesDescriptorsBackAsCallersLeave) {
  open();
  const auto call_and_leave = [&](std::string_view bytes) {
    for (int i = 0; i < 300; ++i) {
      RawClient client(loop_, door_->port(), "127.0.0.11");
      client.send(bytes);
      if (bytes == contact_me) {
        ASSERT_TRUE(client.until(door_bytes(Asked::contact_me).size()));
      }
      client.leave();
    }
  };
  const std::size_t before = descriptors();
  call_and_leave(contact_me);
  call_and_leave("");
  call_and_leave(post);
  call_and_leave("no HTTP\r\n");
  EXPECT_TRUE(loop_.run([&] { return descriptors() <= before; }, seconds(20)));
  EXPECT_EQ(calls_["127.0.0.11"], 300);
}

// Each phone has an address of its own, all have one socket: 127.1.0.1 to 127.1.19.250.
TEST_F(DoorInACrowd, ReachesEachOfFiveThousandPhonesOnce) {
  constexpr int phones = 5000, at_once = 200;
  open();
  int next = 0, answered = 0;
  const std::function<void(const std::string&)> call_next = [&](const std::string& caller) {
    if (next == phones) return;
    Order what;
    what.phone = caller;
    what.target = {false, "127.1." + std::to_string(next / 250) + "." + std::to_string(next % 250 + 1),
                   door_->port(), std::string(contact_path)};
    what.request = {"POST",
                    what.target.path,
                    {{"Content-type", "application/x-www-form-urlencoded; charset=utf-8"},
                     {"Host", what.target.host_header()},
                     {"Content-Length", "14"}},
                    "ContactMe=true"};
    ++next;
    carrier_.carry(std::move(what), [&, caller](const transcript::Exchange& x) {
      EXPECT_EQ(x.outcome, transcript::Outcome::answered) << x.failure;
      EXPECT_EQ(x.response ? x.response->head : "", door_bytes(Asked::contact_me));
      ++answered;
      call_next(caller);
    });
  };
  const microseconds begun = loop_.now();
  for (int i = 0; i < at_once; ++i) call_next("caller-" + std::to_string(i));
  ASSERT_TRUE(loop_.run([&] { return answered == phones; }, seconds(120))) << answered;
  std::cout << phones << " phones were reached within " << in_words(loop_.now() - begun) << ", " << at_once
            << " calls at a time\n";
  EXPECT_EQ(calls_.size(), static_cast<std::size_t>(phones));
  EXPECT_TRUE(std::all_of(calls_.begin(), calls_.end(), [](const auto& call) { return call.second == 1; }));
  EXPECT_EQ(calls_.begin()->first, "127.1.0.1");
  EXPECT_EQ(calls_.count("127.1.19.250"), 1U);
  EXPECT_EQ(wishes_, static_cast<std::size_t>(phones));
}

}  // namespace
}  // namespace understudy::net
