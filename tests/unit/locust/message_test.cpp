// What a worker says is to the byte what Locust's own would; what a master says is read, whatever it is. The bytes are of
// locust.rpc.protocol and locust.stats of Locust 2.12.1.
#include "locust/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::locust {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::string bytes(std::string_view hex) {
  std::string out;
  for (std::size_t n = 0; n + 1 < hex.size(); n += 2) out += static_cast<char>(std::stoi(std::string(hex.substr(n, 2)), nullptr, 16));
  return out;
}

std::string hex(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    out += "0123456789abcdef"[c & 15];
  }
  return out;
}

template <typename Which>
Which read_as(std::string_view text) {
  const auto order = read(bytes(text));
  EXPECT_TRUE(order) << order.error();
  EXPECT_TRUE(order && std::holds_alternative<Which>(*order));
  return order && std::holds_alternative<Which>(*order) ? std::get<Which>(*order) : Which();
}

const Speaker speaker("box_1");
const Users users = {{"Poll", 2}, {"StartUp", 300}};

TEST(Worker, SaysWithoutDataWhatItsStateIs) {
  EXPECT_EQ(hex(speaker.client_ready()), "93ac636c69656e745f7265616479ffa5626f785f31");
  EXPECT_EQ(hex(speaker.client_stopped()), "93ae636c69656e745f73746f70706564c0a5626f785f31");
  EXPECT_EQ(hex(speaker.quit()), "93a471756974c0a5626f785f31");
  EXPECT_EQ(hex(speaker.spawning()), "93a8737061776e696e67c0a5626f785f31");
}

TEST(Worker, SaysHowItIsDoingAndWhoIsThere) {
  EXPECT_EQ(hex(speaker.heartbeat(State::running, 12.5, 40'000'000)),
            "93a968656172746265617483a57374617465a772756e6e696e67b163757272656e745f6370755f7573616765cb4029000000000000b4"
            "63757272656e745f6d656d6f72795f7573616765ce02625a00a5626f785f31");
  EXPECT_EQ(hex(speaker.spawning_complete(users)),
            "93b1737061776e696e675f636f6d706c65746582b2757365725f636c61737365735f636f756e7482a4506f6c6c02a753746172745570"
            "cd012caa757365725f636f756e74cd012ea5626f785f31");
  EXPECT_EQ(hex(speaker.exception("no such class")),
            "93a9657863657074696f6e82a36d7367ad6e6f207375636820636c617373a974726163656261636bac28756e646572737475647929a5"
            "626f785f31");
}

TEST(Worker, SaysItsStatisticsInLocustsForm) {
  Statistics statistics(1'700'000'000.5);
  using namespace std::chrono_literals;
  statistics.request("start-up", 12'250us, "", 1'700'000'000.5);
  statistics.request("start-up", 147ms, "", 1'700'000'001.5);
  statistics.request("start-up", 3432ms, "timed out", 1'700'000'002.5);
  statistics.request("start-up", 58'760ms, "", 1'700'000'003.5);
  EXPECT_EQ(hex(speaker.stats(statistics.take(1'700'000'004), users)),
            "93a5737461747385a57374617473918ea46e616d65a873746172742d7570a66d6574686f64a570686f6e65b66c6173745f726571756573745f7469"
            "6d657374616d70cb41d954fc40e00000aa73746172745f74696d65cb41d954fc40200000ac6e756d5f726571756573747304b16e756d5f6e6f6e65"
            "5f726571756573747300ac6e756d5f6661696c7572657301b3746f74616c5f726573706f6e73655f74696d65cb40ee71e800000000b16d61785f72"
            "6573706f6e73655f74696d65cde588b16d696e5f726573706f6e73655f74696d65cb4028800000000000b4746f74616c5f636f6e74656e745f6c65"
            "6e67746800ae726573706f6e73655f74696d6573840c01cc9601cd0d4801cde67801b06e756d5f726571735f7065725f73656384ce6553f10001ce"
            "6553f10101ce6553f10201ce6553f10301b06e756d5f6661696c5f7065725f73656381ce6553f10201ab73746174735f746f74616c8ea46e616d65"
            "aa41676772656761746564a66d6574686f64a0b66c6173745f726571756573745f74696d657374616d70cb41d954fc40e00000aa73746172745f74"
            "696d65cb41d954fc40200000ac6e756d5f726571756573747304b16e756d5f6e6f6e655f726571756573747300ac6e756d5f6661696c7572657301"
            "b3746f74616c5f726573706f6e73655f74696d65cb40ee71e800000000b16d61785f726573706f6e73655f74696d65cde588b16d696e5f72657370"
            "6f6e73655f74696d65cb4028800000000000b4746f74616c5f636f6e74656e745f6c656e67746800ae726573706f6e73655f74696d6573840c01cc"
            "9601cd0d4801cde67801b06e756d5f726571735f7065725f73656384ce6553f10001ce6553f10101ce6553f10201ce6553f10301b06e756d5f6661"
            "696c5f7065725f73656381ce6553f10201a66572726f727381d9403433393336646136643533316462386234366132313539366131396439656563"
            "386365663932373962646332313030383730313532386365653138326233633684a46e616d65a873746172742d7570a66d6574686f64a570686f6e"
            "65a56572726f72a974696d6564206f7574ab6f6363757272656e63657301b2757365725f636c61737365735f636f756e7482a4506f6c6c02a75374"
            "6172745570cd012caa757365725f636f756e74cd012ea5626f785f31");
}

TEST(Order, ToSpawnSaysHowManyUsersOfEachClassThereAre) {
  const auto spawn = read_as<Spawn>(
      "93a5737061776e85a974696d657374616d70cb41d954fc40100000b2757365725f636c61737365735f636f756e7482a753746172745570"
      "07a4506f6c6c3fa4686f7374b668747470733a2f2f31302e302e302e353a3138343433ac73746f705f74696d656f7574cb40040000000000"
      "00ae7061727365645f6f7074696f6e7384a8686561646c657373c3a474616773c0ae6578706563745f776f726b65727304a66e6573746564"
      "81a161920102a5626f785f31");
  EXPECT_EQ(spawn.timestamp, 1'700'000'000.25);
  EXPECT_THAT(spawn.users, ElementsAre(Pair("Poll", 63), Pair("StartUp", 7)));
  EXPECT_EQ(spawn.host, "https://10.0.0.5:18443");
  EXPECT_EQ(spawn.stop_timeout, std::chrono::milliseconds(2500));
}

TEST(Order, ToSpawnNeedsNeitherHostNorTimeout) {
  const auto spawn = read_as<Spawn>(
      "93a5737061776e85a974696d657374616d70ce6553f100b2757365725f636c61737365735f636f756e7480a4686f7374c0ac73746f705f74"
      "696d656f7574c0ae7061727365645f6f7074696f6e7380a5626f785f31");
  EXPECT_EQ(spawn.timestamp, 1'700'000'000.0);
  EXPECT_TRUE(spawn.users.empty());
  EXPECT_EQ(spawn.host, "");
  EXPECT_EQ(spawn.stop_timeout, std::chrono::milliseconds(0));
}

TEST(Order, TellsTheNumberOfTheWorkerWhereTheMasterGivesOne) {
  EXPECT_EQ(read_as<Ack>("93a361636b81a5696e64657803a5626f785f31").index, 3u);
  EXPECT_EQ(read_as<Ack>("93a361636bc0a5626f785f31").index, std::nullopt);
}

TEST(Order, MayBeAWordAlone) {
  read_as<Stop>("93a473746f70c0a5626f785f31");
  read_as<Reconnect>("93a97265636f6e6e656374c0a5626f785f31");
  read_as<Quit>(hex(speaker.quit()));
  EXPECT_EQ(read_as<Unknown>(hex(speaker.client_ready())).type, "client_ready");
}

TEST(Order, ThatIsNoneIsRefusedInOneLine) {
  for (const char* wrong : {"", "93", "c1", "93a473746f70c0a5626f785f3100", "80", "920102", "9301c0c0",
                            "93a5737061776ec0a5626f785f31",  // spawn without data
                            "93a5737061776e82a974696d657374616d7001b2757365725f636c61737365735f636f756e7481a141ffc0"}) {  // -1 users
    const auto order = read(bytes(wrong));
    ASSERT_FALSE(order) << wrong;
    EXPECT_FALSE(order.error().empty());
    EXPECT_EQ(order.error().find('\n'), std::string::npos);
  }
  EXPECT_THAT(read(bytes("93a5737061776e82a974696d657374616d7001b2757365725f636c61737365735f636f756e7481a141ffc0")).error(),
              HasSubstr("user_classes_count"));
}

TEST(Order, MayNotBeDeeperThanAnyMasterWrites) {
  EXPECT_FALSE(read(bytes("93a473746f70" + std::string(200, '9') + "c0a161")));
}

}  // namespace
}  // namespace understudy::locust
