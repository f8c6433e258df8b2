// understudy report, and --html of the commands that judge: what is written, and what is refused.
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ReportCommand, MakesThePageFromResultAndTranscript) {
  const Folder folder;
  const OurService service({"--defect", "nonce.echo"});
  const Ran checked =
      run({"check", service.url(), "--suite", "quick", "--door-port", "0", "--json", folder / "r.json",
           "--transcript", folder / "t.jsonl", "--html", folder / "live.html"});
  EXPECT_EQ(checked.status, 1) << checked.all();
  EXPECT_THAT(contents(folder / "live.html"), HasSubstr("Not conforming"));

  const Ran thin = run({"report", folder / "r.json", "--html", folder / "thin.html"});
  EXPECT_EQ(thin.status, 0) << thin.all();
  EXPECT_THAT(thin.out, HasSubstr("nonce.echo"));
  EXPECT_THAT(contents(folder / "thin.html"), Not(HasSubstr("id=\"exchange-1\"")));

  const Ran whole =
      run({"report", folder / "r.json", "--transcript", folder / "t.jsonl", "--html", folder / "whole.html"});
  EXPECT_EQ(whole.status, 0) << whole.all();
  EXPECT_THAT(contents(folder / "whole.html"), HasSubstr("id=\"exchange-1\""));

  const Ran compared = run({"report", folder / "r.json", folder / "r.json", "--html", folder / "two.html"});
  EXPECT_EQ(compared.status, 0) << compared.all();
  EXPECT_THAT(compared.out, HasSubstr("still broken"));
}

TEST(ReportCommand, RefusesWhatIsNoResultWithThePlace) {
  const Folder folder;
  const std::string other = folder.put("other.json", "{\n  \"format\": \"understudy.result/9\"\n}\n");
  const Ran refused = run({"report", other, "--html", folder / "p.html"});
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.err, HasSubstr("other.json:2:3: is of the format \"understudy.result/9\""));
  EXPECT_EQ(run({"report", folder / "none.json"}).status, 3);
  EXPECT_FALSE(std::filesystem::exists(folder / "p.html"));
}

TEST(ReportCommand, RefusesOptionsThatDoNotGoTogether) {
  const Folder folder;
  const std::string result = folder.put("r.json", "{}");
  EXPECT_EQ(run({"report"}).status, 2);
  EXPECT_EQ(run({"report", result, "--html", result}).status, 2);
  EXPECT_EQ(run({"report", result, "--transcript", "t.jsonl"}).status, 2);
  EXPECT_EQ(contents(result), "{}");
}

TEST(HtmlOption, IsRefusedBeforeTheStartWhereItCannotBeWritten) {
  const Ran ran = run({"check", "https://127.0.0.1:1", "--html", "/no/such/folder/r.html"});
  EXPECT_EQ(ran.status, 4);
  EXPECT_THAT(ran.err, HasSubstr("/no/such/folder/r.html: cannot be written"));
  EXPECT_EQ(run({"check", "https://127.0.0.1:1", "--html", "/tmp/r", "--json", "/tmp/r"}).status, 2);
}

}  // namespace
}  // namespace understudy::e2e
