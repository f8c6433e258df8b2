// A load in parts: what a user sees who plays a plan on several machines and adds it up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;

// Phones that come one after the other: whether others speak meanwhile is judged among the phones of a part alone.
const std::vector<std::string> plan = {"load", "--simulated", "--phones", "30", "--arrival", "20/s", "--for", "4s", "--by-chance",
                                       "--behaviour", "start-up=2", "--behaviour", "local-change", "--validate", "100%",
                                       "--skip", "nonce.crosstalk", "--threshold", "p99<1s", "--threshold", "errors=0"};

class Parts : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return folder / name; }
  Ran played(std::vector<std::string> words, const std::string& shard, const std::string& name) const {
    words.insert(words.end(), {"--shard", shard, "--json", path(name)});
    return run(words);
  }
  // So many parts, as a-1.json and so on.
  std::vector<std::string> parts_of(const std::vector<std::string>& words, int so_many, const std::string& name) const {
    std::vector<std::string> out;
    for (int n = 1; n <= so_many; ++n) {
      const std::string file = name + "-" + std::to_string(n) + ".json";
      const Ran ran = played(words, std::to_string(n) + "/" + std::to_string(so_many), file);
      EXPECT_TRUE(ran.status == 0 || ran.status == 1) << ran.all();
      out.push_back(path(file));
    }
    return out;
  }
  static Ran report(std::vector<std::string> words) {
    words.insert(words.begin(), "report");
    return run(words);
  }
  // The machines are of the sum alone, and every part numbers its exchanges itself.
  std::string comparable(const std::string& file) const {
    std::string text = std::regex_replace(contents(file), std::regex("\"machines\": \\[[^\\]]*\\],\\s*"), "");
    return std::regex_replace(text, std::regex("\"exchange\": [0-9]+"), "");
  }

  Folder folder;
};

TEST_F(Parts, AddUpToTheWholeToTheByte) {
  std::vector<std::string> whole = plan;
  whole.insert(whole.end(), {"--json", path("whole.json")});
  ASSERT_EQ(run(whole).status, 0);
  for (const int so_many : {1, 3, 8}) {
    std::vector<std::string> words = parts_of(plan, so_many, "p" + std::to_string(so_many));
    words.insert(words.end(), {"--json", path("sum.json")});
    const Ran sum = report(words);
    EXPECT_EQ(sum.status, 0) << sum.all();
    EXPECT_THAT(sum.out, HasSubstr("80 planned = 80 done"));
    EXPECT_EQ(comparable(path("sum.json")), comparable(path("whole.json"))) << so_many << " parts";
  }
}

TEST_F(Parts, OfPhonesThatMeetFaultsAddUpToTheByteToo) {
  std::vector<std::string> faulty = plan;
  for (const char* fault : {"reset=5%", "lost-answer=5%", "stale-nonce=5%", "truncated-xml=5%", "drop-within=5%", "doubled-message=5%"})
    faulty.insert(faulty.end(), {"--fault", fault});
  std::vector<std::string> whole = faulty;
  whole.insert(whole.end(), {"--json", path("whole.json")});
  ASSERT_EQ(run(whole).status, 0);
  EXPECT_THAT(contents(path("whole.json")), HasSubstr("\"disturbed\""));
  std::vector<std::string> words = parts_of(faulty, 3, "f");
  words.insert(words.end(), {"--json", path("sum.json")});
  const Ran sum = report(words);
  EXPECT_EQ(sum.status, 0) << sum.all();
  EXPECT_EQ(comparable(path("sum.json")), comparable(path("whole.json")));
}

TEST_F(Parts, HaveTheirThresholdsJudgedOnTheSum) {
  std::vector<std::string> missed = plan;
  missed.insert(missed.end(), {"--threshold", "start-up.p50<1ms"});
  const std::vector<std::string> parts = parts_of(missed, 2, "m");  // each alone ends in 0
  const Ran sum = report(parts);
  EXPECT_EQ(sum.status, 5) << sum.all();
  EXPECT_THAT(sum.out, HasSubstr("start-up.p50<1ms"));
}

TEST_F(Parts, ThatAreInvalidMakeTheSumInvalidAndAreNamed) {
  const std::vector<std::string> narrow = {"load", "--simulated", "--phones", "2", "--arrival", "600/s", "--for", "1s"};
  EXPECT_EQ(played(narrow, "1/2", "n-1.json").status, 6);
  EXPECT_EQ(played(narrow, "2/2", "n-2.json").status, 6);
  const Ran sum = report({path("n-1.json"), path("n-2.json")});
  EXPECT_EQ(sum.status, 6) << sum.all();
  EXPECT_THAT(sum.out, HasSubstr("In part 1 of 2 (simulated):"));
}

TEST_F(Parts, AreRefusedWhereTheyAreNotThoseOfOnePlan) {
  const std::vector<std::string> parts = parts_of(plan, 3, "r");
  std::vector<std::string> other = plan;
  other.insert(other.end(), {"--seed", "2"});
  ASSERT_EQ(played(other, "3/3", "other.json").status, 0);
  std::vector<std::string> whole = plan;
  whole.insert(whole.end(), {"--json", path("whole.json")});
  ASSERT_EQ(run(whole).status, 0);
  const auto refused = [&](const std::vector<std::string>& files) {
    const Ran ran = report(files);
    EXPECT_EQ(ran.status, 3) << ran.all();
    return ran.err;
  };
  EXPECT_THAT(refused({parts[0], parts[2]}), HasSubstr("part 2 of 3 is missing"));
  EXPECT_THAT(refused({parts[0], parts[1], parts[2], parts[1]}), HasSubstr("are both part 2 of 3"));
  EXPECT_THAT(refused({parts[0], parts[1], path("other.json")}), HasSubstr("its seed is 2, not 1"));
  EXPECT_THAT(refused({parts[0], parts[1], path("whole.json")}), HasSubstr("whole.json is no part of a plan"));
  const std::string torn = folder.put("torn.json", std::regex_replace(contents(parts[2]), std::regex("\"number\":3"), "\"number\":9"));
  EXPECT_THAT(refused({parts[0], parts[1], torn}), HasSubstr("torn.json"));
}

TEST_F(Parts, AreAskedForAsTheyCanBePlayed) {
  const auto refused = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"load", "--simulated", "--phones", "3"});
    const Ran ran = run(words);
    EXPECT_EQ(ran.status, 2) << ran.all();
    return ran.err;
  };
  EXPECT_THAT(refused({"--shard", "0/3", "--json", path("x")}), HasSubstr("no part of a plan"));
  EXPECT_THAT(refused({"--shard", "4/3", "--json", path("x")}), HasSubstr("no part of a plan"));
  EXPECT_THAT(refused({"--shard", "1/4", "--json", path("x")}), HasSubstr("3 phones"));
  EXPECT_THAT(refused({"--shard", "1/3"}), HasSubstr("--json"));
  EXPECT_THAT(refused({"--shard", "1/3", "--json", path("x"), "--abort-after", "1s"}), HasSubstr("--abort-after"));
  EXPECT_THAT(refused({"--start-at", "2026-03-01T12:00:00Z"}), HasSubstr("--simulated begins at once"));
  const Ran ran = run({"load", "https://127.0.0.1:1", "--start-at", "12:00"});
  EXPECT_EQ(ran.status, 2) << ran.all();
  EXPECT_THAT(ran.err, HasSubstr("ISO 8601"));
}

TEST_F(Parts, ThatBeginAfterTheirMomentSaySo) {
  const OurService service;
  const Ran ran = run({"load", service.url(), "--phones", "2", "--arrival", "4/s", "--for", "1s", "--door-port", "0", "--start-at",
                       "2026-03-01T12:00:00Z"});
  EXPECT_EQ(ran.status, 6) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("The plan began"));
}

// The recipe as it is in the documentation.
TEST_F(Parts, BesideEachOtherOnOneMachineAreAddedUpByTheRecipe) {
  const OurService service;
  const std::string program = UNDERSTUDY_PROGRAM;
  Running recipe({"/usr/bin/env", "PATH=" + program.substr(0, program.rfind('/')) + ":/usr/bin:/bin", "FOLDER=" + (folder / "out"), "LEAD=8",
                  "/bin/sh", UNDERSTUDY_SOURCE_DIR "/docs/recipes/load-parallel.sh", "4", service.url(), "--phones", "8", "--arrival", "8/s",
                  "--for", "2s", "--threshold", "p99<20s"},
                 Running::Program::any);
  const Ran ran = recipe.finish();
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("16 planned = 16 done"));
  EXPECT_THAT(ran.out, HasSubstr("machine                part"));
  EXPECT_THAT(ran.out, HasSubstr("the service's, give or take")) << "one clock is what both have";
  EXPECT_THAT(contents(folder / "out/load.html"), HasSubstr("The machines, side by side"));
}

// Phones of both threads are called at the one door.
TEST(LoadProgram, PlaysItsPhonesOnTwoThreads) {
  const OurService service;
  const Ran ran = run({"load", service.url(), "--phones", "20", "--behaviour", "start-up", "--behaviour", "call-back", "--arrival", "20/s",
                       "--for", "3s", "--door-port", "0", "--threads", "2", "--threshold", "errors=0"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("60 planned = 60 done"));
  EXPECT_THAT(ran.out, HasSubstr("contact-me to call-back"));
}

}  // namespace
}  // namespace understudy::e2e
