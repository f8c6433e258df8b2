// understudy load --locust: workers of a real master of Locust (Debian's python3-locust), as a user runs them.
#include <arpa/inet.h>
#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <regex>
#include <sys/socket.h>
#include <unistd.h>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;

// Free a moment ago.
std::string free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool is_free = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(socket);
  EXPECT_TRUE(is_free);
  return std::to_string(ntohs(address.sin_port));
}

// The sum of all numbers that `pattern` has as its group.
std::uint64_t sum_in(const std::string& text, const std::string& pattern) {
  std::uint64_t out = 0;
  const std::regex regex(pattern);
  for (std::sregex_iterator each(text.begin(), text.end(), regex), end; each != end; ++each) out += std::stoull((*each)[1]);
  return out;
}

class Locust : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(folder / "plan.xml") << R"(<plan xmlns="urn:understudy:plan:1" phones="20">
      <do behaviour="start-up" weight="1" wait="500ms"/>
      <do behaviour="local-change" weight="3" wait="1s"/>
      <steady rate="1/s" for="1s"/>
    </plan>)";
    const Ran ran = run({"load", "--plan", folder / "plan.xml", "--locustfile"});
    EXPECT_EQ(ran.status, 0) << ran.all();
    std::ofstream(folder / "locustfile.py") << ran.out;
  }
  // What it says on either output comes from wait_for() and finish().
  static std::unique_ptr<Running> both_outputs(std::vector<std::string> words) {
    std::vector<std::string> all = {"/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"};
    all.insert(all.end(), words.begin(), words.end());
    return std::make_unique<Running>(all, Running::Program::any);
  }
  std::unique_ptr<Running> master(std::vector<std::string> words) const {
    std::vector<std::string> all = {"/usr/bin/locust", "-f", folder / "locustfile.py", "--master", "--master-bind-host", "127.0.0.1",
                                    "--master-bind-port", port, "--headless", "--csv", folder / "locust"};
    all.insert(all.end(), words.begin(), words.end());
    return both_outputs(all);
  }
  // At another port where `at` says so.
  std::unique_ptr<Running> worker(const std::string& url, const std::string& name, const std::string& at = "") const {
    std::vector<std::string> all = {UNDERSTUDY_PROGRAM, "load", "--locust", "127.0.0.1:" + (at.empty() ? port : at), "--plan", folder / "plan.xml",
                                    "--door-port", "0", "--json", folder / (name + ".json")};
    if (!url.empty()) all.insert(all.begin() + 2, url);
    return both_outputs(all);
  }
  std::string result(const std::string& name) const { return contents(folder / (name + ".json")); }

  Folder folder;
  const std::string port = free_port();
};

TEST_F(Locust, AddsUpExactlyWhatItsWorkersDidAndShowsTheRuleThatAServiceBreaks) {
  const OurService service({"--defect", "nonce.echo"});
  std::vector<std::unique_ptr<Running>> workers;
  for (const char* name : {"a", "b", "c", "d"}) workers.push_back(worker(service.url(), name));
  const Ran master = this->master({"--expect-workers", "4", "-u", "16", "-r", "16", "-t", "5s"})->finish();
  EXPECT_EQ(master.status, 1) << master.all();  // as Locust ends with failures
  std::string results;
  for (std::size_t n = 0; n < workers.size(); ++n) {
    const Ran ran = workers[n]->finish();
    EXPECT_EQ(ran.status, 1) << ran.all();  // a rule is broken
    results += result(std::string(1, static_cast<char>('a' + n)));
  }
  const std::uint64_t done = sum_in(results, R"("planned": \d+,\s+"done": (\d+),\s+"failed")");
  const std::uint64_t failed = sum_in(results, R"("done": \d+,\s+"failed": (\d+),\s+"dropped": 0\s)");
  EXPECT_GE(done, 16u);
  const std::string table = contents(folder / "locust_stats.csv");
  EXPECT_EQ(sum_in(table, R"(,Aggregated,(\d+),)"), done + failed) << table;
  EXPECT_EQ(sum_in(table, R"(,Aggregated,\d+,(\d+),)"), failed) << table;
  EXPECT_EQ(sum_in(table, R"(phone,start-up,(\d+),)") + sum_in(table, R"(phone,local-change,(\d+),)"), done + failed) << table;
  const std::string failures = contents(folder / "locust_failures.csv");
  EXPECT_THAT(failures, HasSubstr("rule,nonce.echo,"));
  EXPECT_EQ(sum_in(failures, R"(rule,nonce\.echo,[^\n]*,(\d+)\r?\n)"), sum_in(results, R"("rule": "nonce.echo",\s+"level": "must",\s+"count": (\d+),\s+"first")"));
  // Each has phones of its own.
  for (const char* phone : {"phone-1\"", "phone-2\"", "phone-3\"", "phone-4\""}) EXPECT_THAT(results, HasSubstr(phone));
}

TEST_F(Locust, GoesOnWhenAWorkerDiesAndGivesItsUsersToOneThatComes) {
  const OurService service;
  const auto a = worker(service.url(), "a");
  const auto b = worker("", "b");
  const auto d = worker("", "d"), e = worker("", "e");
  const auto master = this->master({"--host", service.url(), "--expect-workers", "4", "-u", "8", "-r", "8"});
  EXPECT_THAT(master->wait_for("All users spawned"), HasSubstr("(8 total users)"));
  b->signal(SIGKILL);
  EXPECT_THAT(master->wait_for("setting state to missing"), HasSubstr("failed to send heartbeat"));
  const auto c = worker("", "c");  // the master says which service
  EXPECT_THAT(c->wait_for(" planned "), HasSubstr("worker 4 of the Locust master"));
  a->signal(SIGINT);
  EXPECT_THAT(master->wait_for(" quit."), HasSubstr(" quit."));
  const Ran gone = a->finish();
  EXPECT_EQ(gone.status, 130) << gone.all();
  EXPECT_THAT(result("a"), HasSubstr("\"interrupted\""));
  master->signal(SIGTERM);
  EXPECT_EQ(master->finish().status, 0);
  const Ran last = c->finish();
  EXPECT_EQ(last.status, 0) << last.all();
  for (const auto& other : {&d, &e}) EXPECT_EQ((*other)->finish().status, 0);
  EXPECT_THAT(result("c"), HasSubstr("worker\""));
  EXPECT_EQ(result("b"), "");
}

TEST_F(Locust, HasAWorkerBackWhoseConnectionWasCut) {
  const OurService service;
  const auto master = this->master({"--enable-rebalancing", "--expect-workers", "2", "-u", "8", "-r", "8"});
  master->wait_for("0 of 2 connected");
  const std::string between = free_port();
  const auto cable = [&] {
    auto out = both_outputs({"/usr/bin/python3", UNDERSTUDY_SOURCE_DIR "/tests/support/relay.py", between, port});
    EXPECT_THAT(out->wait_for("ready"), HasSubstr("ready"));
    return out;
  };
  auto first = cable();
  const auto a = worker(service.url(), "a");
  const auto b = worker(service.url(), "b", between);
  master->wait_for("All users spawned");
  first->signal(SIGKILL);
  first->finish();
  b->wait_for("the connection to the Locust master is lost");
  const auto second = cable();
  b->wait_for("the Locust master is there again");
  master->signal(SIGTERM);
  const Ran ended = master->finish();
  EXPECT_EQ(ended.status, 0) << ended.all();
  const std::size_t anew = ended.out.find("reported that it has stopped");
  ASSERT_NE(anew, std::string::npos) << ended.out;
  EXPECT_THAT(ended.out.substr(anew), HasSubstr("to 2 ready workers"));
  for (const auto* each : {&a, &b}) {
    const Ran ran = (*each)->finish();
    EXPECT_EQ(ran.status, 0) << ran.all();
  }
  EXPECT_GE(sum_in(result("b"), R"("planned": \d+,\s+"done": (\d+),)"), 4u);
}

TEST_F(Locust, ThatVanishesLeavesWorkersThatStopAndTell) {
  const OurService service;
  const auto a = worker(service.url(), "a");
  const auto master = this->master({"--expect-workers", "1", "-u", "2", "-r", "2"});
  master->wait_for("All users spawned");
  master->signal(SIGKILL);
  const Ran ran = a->finish();
  EXPECT_EQ(ran.status, 4) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("the Locust master was gone for 10 s"));
  EXPECT_GE(sum_in(result("a"), R"("planned": \d+,\s+"done": (\d+),)"), 2u);
}

TEST(LocustOptions, ThatTheMasterDecidesAreRefusedInALine) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--arrival", "5/s"}, {"--at-work", "5"}, {"--for", "5s"}, {"--ramp", "5s"}, {"--by-chance"}, {"--storm", "morning"},
        {"--search", "p99<1s"}, {"--shard", "1/2", "--json", "/dev/null"}, {"--abort-after", "5s"}, {"--threads", "2"}, {"--metrics", "127.0.0.1:0"},
        {"--phones", "10001"}}) {
    std::vector<std::string> all = {"load", "https://127.0.0.1:1", "--locust", "127.0.0.1:1"};
    all.insert(all.end(), words.begin(), words.end());
    const Ran ran = run(all);
    EXPECT_EQ(ran.status, 2) << words[0] << "\n" << ran.all();
    EXPECT_THAT(ran.err, HasSubstr("Locust")) << words[0];
  }
}

TEST(LocustOptions, NameAMasterThatThereCanBe) {
  const Ran ran = run({"load", "https://127.0.0.1:1", "--locust", "no port"});
  EXPECT_EQ(ran.status, 2) << ran.all();
  EXPECT_THAT(ran.err, HasSubstr("--locust: no port is no HOST:PORT"));
}

TEST(Locustfile, HasAClassForEachBehaviourWithItsWeight) {
  const Ran ran = run({"load", "--behaviour", "start-up=0.5", "--behaviour", "write-in-a-call", "--behaviour", "start-up=2", "--locustfile"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("class StartUp(Phone):\n    weight = 0.5\n"));
  EXPECT_THAT(ran.out, HasSubstr("class WriteInACall(Phone):\n    weight = 1\n"));
  EXPECT_THAT(ran.out, HasSubstr("class StartUp2(Phone):\n    weight = 2\n"));
}

TEST(Locustfile, OfTheRecipesIsThatOfItsPlan) {
  const Ran ran = run({"load", "--plan", UNDERSTUDY_SOURCE_DIR "/docs/recipes/locust-plan.xml", "--locustfile"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_EQ(ran.out, contents(UNDERSTUDY_SOURCE_DIR "/docs/recipes/locustfile.py"));
}

}  // namespace
}  // namespace understudy::e2e
