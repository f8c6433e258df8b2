// Kills and power cuts at any moment: what was acknowledged is there, and nothing is torn.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "child_support.h"
#include "disk_support.h"
#include "fleet/simulated.h"
#include "fleet/stage.h"
#include "fleet_support.h"
#include "support/folder.h"
#include "support/messages.h"

namespace understudy::fleet {
namespace {

unsigned number_in_environment(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : otherwise;
}

// ---- A phone that is written to over and over

// The n-th write: what belongs together, over several pages of the file.
std::string certificate(unsigned n) {
  std::string text;
  while (text.size() < 10'000) text += std::to_string(n) + " ";
  text.pop_back();
  return text;
}
constexpr unsigned keys = 8;
unsigned key_of(unsigned n) { return n % keys + 1; }

std::string nth_write(unsigned n) {
  const std::string number = std::to_string(n);
  return "<Action>WriteItems</Action><ItemList><Item name=\"realm\">" + number + "</Item><Item name=\"dls-server-ca\" index=\"0\">" +
         certificate(n) + "</Item><Item name=\"key-label\" index=\"" + std::to_string(key_of(n)) + "\">" + number + "</Item></ItemList>";
}

// The last write that the phone holds; a failure where it is not whole, or one before it is not there.
unsigned last_write_in(const phone::Phone& phone) {
  const auto last = static_cast<unsigned>(std::strtoul(realm_of(phone).c_str(), nullptr, 10));
  if (last == 0) return 0;
  EXPECT_EQ(*phone.store().find("dls-server-ca", 0), certificate(last));
  for (unsigned n = last; n > 0 && n + keys > last; --n)
    EXPECT_EQ(*phone.store().find("key-label", static_cast<int>(key_of(n))), std::to_string(n)) << "of the writes up to " << last;
  return last;
}

struct Nobody : transcript::Sink {
  void take(const transcript::Entry&) override {}
};

Who without_end() {
  Who who;
  who.limits.actions = phone::without_end;
  return who;
}

// Plays the phone of that file, whose service writes item after item, and tells of each write once its reply came: a byte each.
void is_written_to(const std::string& path, int out) {
  auto file = StateFile::open(path);
  phone::Phone phone = made(without_end());
  if (!file || !(*file)->recall(phone)) return;
  unsigned n = last_write_in(phone);
  wpi::Reader reader;
  SimulatedClock clock;
  Nobody nobody;
  const auto service = [&](const wpi::HttpRequest& request, const net::Caller&, microseconds) {
    const wpi::Document said = reader.read(request.body, wpi::Sender::phone);
    if (said.reason() == wpi::Reason::reply_to) tell(out, said.reasons.front().status->text == "accepted" ? "." : "!");
    const std::string body = service_message(nth_write(++n), said.nonce_or_empty());
    return net::Served{.bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body};
  };
  InProcessCarrier carrier(clock, service, {});
  Stage stage(carrier, clock, nobody, file->get());
  stage.add("phone-1", std::move(phone), Place{});
  stage.post("phone-1", phone::PowerOn{});
  clock.run([&] { return !stage.memory_failure().empty(); }, std::chrono::hours(1'000));
}

TEST(KilledPhone, HoldsEveryWriteThatItAcknowledged) {
  const unsigned kills = number_in_environment("UNDERSTUDY_KILLS", 30);
  const unsigned seed = number_in_environment("UNDERSTUDY_KILL_SEED", 1);
  Folder folder;
  const std::string path = folder / "phones.state";
  std::minstd_rand chance(seed);
  unsigned before = 0;
  for (unsigned kill = 0; kill < kills; ++kill) {
    SCOPED_TRACE("kill " + std::to_string(kill) + " of UNDERSTUDY_KILL_SEED=" + std::to_string(seed));
    Child child([&](int out) { is_written_to(path, out); });
    const std::size_t wanted = 1 + chance() % 10;
    std::string acknowledged = child.read(wanted);
    child.kill();
    acknowledged += child.rest();
    ASSERT_GE(acknowledged.size(), wanted) << "it ended by itself";
    EXPECT_EQ(acknowledged.find_first_not_of('.'), std::string::npos) << "a write was refused";

    auto file = StateFile::open(path);
    ASSERT_TRUE(file) << file.error().text;
    phone::Phone phone = made();
    const auto recalled = (*file)->recall(phone);
    ASSERT_TRUE(recalled) << recalled.error().text;
    const unsigned last = last_write_in(phone);
    const auto told = before + static_cast<unsigned>(acknowledged.size());
    EXPECT_GE(last, told);
    EXPECT_LE(last, told + 1) << "the one that was under way";
    before = last;
    if (HasFailure()) return;
  }
}

// ---- Every single moment of a write

std::string long_value(char digit) { return std::string(5'000, digit); }  // over two pages

// "0" where nothing is.
std::string what_is_kept(const std::string& path) {
  const FailingDisk quick(Failure::killed, 0, 0);
  auto file = StateFile::open(path);
  if (!file) return file.error().text;
  phone::Phone phone = made();
  const auto recalled = (*file)->recall(phone);
  if (!recalled) return recalled.error().text;
  const std::string realm = realm_of(phone);
  if (!recalled->known) return "0";
  return realm == long_value(realm[0]) ? realm.substr(0, 1) : "torn: " + realm;
}

struct Moment {
  const char* name;
  Failure failure;
  bool new_file;
  unsigned chances;  // tried at each step
};
std::ostream& operator<<(std::ostream& out, const Moment& moment) { return out << moment.name; }

class AtEveryMoment : public ::testing::TestWithParam<Moment> {
 protected:
  Folder folder;

  void SetUp() override {
    const auto before = StateFile::open(folder / "before");
    ASSERT_TRUE(before && (*before)->keep(with_realm(long_value('9'))));
  }
  // Opens the file, keeps a 1 and then a 2, until the disk stops: what was kept, and how many steps that was.
  std::pair<std::string, int> kept_until(int step, unsigned chance, const std::string& path) {
    FailingDisk disk(GetParam().failure, step, chance);
    std::string kept;
    if (const auto file = StateFile::open(path))
      for (const char digit : {'1', '2'})
        if ((*file)->keep(with_realm(long_value(digit)))) kept += digit;
    return {kept, disk.steps()};
  }
};

TEST_P(AtEveryMoment, TheOldOrTheNewIsThereAndWhatWasAcknowledged) {
  const std::string before = GetParam().new_file ? "0" : "9";
  bool to_the_end = false;
  int step = 0;
  while (!to_the_end && !HasFailure()) {
    ++step;
    for (unsigned chance = 1; chance <= GetParam().chances; ++chance) {
      SCOPED_TRACE("step " + std::to_string(step) + ", chance " + std::to_string(chance));
      const std::string path = folder / (std::to_string(step) + "-" + std::to_string(chance));
      if (!GetParam().new_file) std::filesystem::copy_file(folder / "before", path);
      const auto [kept, steps] = kept_until(step, chance, path);
      const std::string after = what_is_kept(path);
      EXPECT_THAT(kept == "" ? before + "1" : kept == "1" ? "12" : "2", ::testing::HasSubstr(after)) << "kept: " << kept;
      EXPECT_EQ(after.size(), 1u);
      to_the_end = steps < step;
    }
  }
  EXPECT_GT(step, 40) << "else the disk was not asked";
}

INSTANTIATE_TEST_SUITE_P(Files, AtEveryMoment,
                         ::testing::Values(Moment{"Killed", Failure::killed, false, 1}, Moment{"KilledWhenNew", Failure::killed, true, 1},
                                           Moment{"Torn", Failure::torn, false, 1}, Moment{"TornWhenNew", Failure::torn, true, 1},
                                           Moment{"PowerCut", Failure::power_cut, false, 3},
                                           Moment{"PowerCutWhenNew", Failure::power_cut, true, 3}),
                         [](const auto& moment) { return std::string(moment.param.name); });

}  // namespace
}  // namespace understudy::fleet
