// A run of any length, and of any number of deviations, is told in a report of bounded size.
#include <gtest/gtest.h>

#include "reports/console.h"
#include "reports/github.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/sarif.h"
#include "reports/summary.h"
#include "rules/judge.h"
#include "wpi/reader.h"

namespace understudy::conformance {
namespace {

using transcript::Exchange;
using transcript::Mark;

constexpr std::uint64_t wanted = 1'000'000;
constexpr std::uint32_t phones = 50;

// An answer in which much is wrong, and each time something else by its values.
Exchange exchange(wpi::Reader& reader, std::uint32_t n) {
  const std::string number = std::to_string(n);
  Exchange out;
  out.request.method = "POST";
  const std::string said =
      "<WorkpointMessage xmlns=\"http://www.siemens.com/DLS\"><Message nonce=\"AA" + number +
      "\" maxItems=\"-1\"><ReasonForContact>local-changes</ReasonForContact></Message></WorkpointMessage>";
  out.request.body = said;
  out.said = std::make_shared<wpi::Document>(reader.read(said, wpi::Sender::phone));
  wpi::HttpResponse response;
  response.version = "HTTP/1.0";
  response.status = 200;
  response.complete = true;
  response.headers = {{"Content-Type", "text/html"}};
  response.head = "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n";
  response.body = "<DLSMessage xmlns=\"http://www.siemens.com/DLS\"><Message nonce=\"BB" + number +
                  "\"><Action>Explode" + number + "</Action><Junk/><ItemList><Item name=\"none-" + number +
                  "\" bogus=\"1\">" + number + "</Item></ItemList></Message><Message/></DLSMessage>";
  out.answer = std::make_shared<wpi::Document>(reader.read(response.body, wpi::Sender::service));
  out.response = std::move(response);
  return out;
}

// Feeds a judge and a summary with so many of these exchanges, in the name of so many phones.
void feed(Judge& judge, Summary& summary, const std::vector<Exchange>& different, std::uint32_t exchanges) {
  const auto take = [&](const transcript::Entry& entry) {
    judge.take(entry);
    summary.take(entry);
  };
  for (std::uint32_t n = 0; n < exchanges; ++n) {
    Exchange each = different[n % different.size()];
    each.number = n + 1;
    each.phone = "scenario-" + std::to_string(n % phones) + "/desk";
    each.interaction = n / phones + 1;
    each.message = 1;
    take(Mark{transcript::microseconds(n), transcript::Event::interaction, each.phone, each.interaction,
              "local-changes"});
    take(each);
    take(Mark{transcript::microseconds(n), transcript::Event::interaction_ended, each.phone, each.interaction,
              "clean_up"});
  }
}

std::uint64_t deviations(const Verdict& verdict) {
  std::uint64_t out = 0;
  for (const RuleResult& rule : verdict.rules) out += rule.deviated;
  return out;
}

TEST(Findings, OfAMillionDeviationsStayFewAndTheirReportsSmall) {
  wpi::Reader reader;
  std::vector<Exchange> different;
  for (std::uint32_t n = 0; n < 200; ++n) different.push_back(exchange(reader, n));
  Judge first(Selection{}, nullptr);
  Summary unused;
  constexpr std::uint32_t some = 1000;
  feed(first, unused, different, some);
  const std::uint64_t of_some = deviations(first.finish());
  ASSERT_GT(of_some, some) << "each exchange deviates";
  const auto n = static_cast<std::uint32_t>(wanted * some / of_some + some);

  Judge judge(Selection{}, nullptr);
  Summary summary;
  feed(judge, summary, different, n);
  Result result;
  result.verdict = judge.finish();
  result.run = summary.run();
  result.again = "understudy check https://127.0.0.1:18443 --seed 1";
  conclude(result);

  const std::uint64_t all = deviations(result.verdict);
  std::uint64_t kept = 0;
  for (const Finding& finding : result.verdict.findings) {
    kept += finding.count;
    EXPECT_LE(finding.scenarios.size(), phones);
  }
  EXPECT_GE(all, wanted);
  EXPECT_EQ(kept, all) << "a finding for each shape, with all its occasions";
  EXPECT_LT(result.verdict.findings.size(), 100u);
  EXPECT_LE(result.run.steps.size(), most_steps + 1);
  EXPECT_EQ(result.run.exchanges, n);
  std::uint64_t messages = 0;
  for (const Step& step : result.run.steps) messages += step.messages;
  EXPECT_EQ(messages, n);
  constexpr std::size_t few = 3 * 1024 * 1024;
  EXPECT_LT(json(result).size(), few);
  EXPECT_LT(junit(result).size(), few);
  EXPECT_LT(sarif(result).size(), few);
  EXPECT_LT(console(result).size(), few);
  EXPECT_LT(github(result).size(), few);
}

}  // namespace
}  // namespace understudy::conformance
