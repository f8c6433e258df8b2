// The guide's sequence with several jobs, step by step (p.74, p.75), as its service says it: one job an interaction.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone_support.h"

namespace understudy::phone {
namespace {

using ::testing::HasSubstr;

const std::string write = "<Action>WriteItems</Action><ItemList><Item name=\"sntp-addr\">192.0.2.9</Item></ItemList>";
const std::string clean_up = "<Action>CleanUp</Action>";
const std::string call_me = "<Action>CleanUp</Action><ItemList><Item name=\"send-solicited\">true</Item></ItemList>";

// The service makes itself heard, and the phone calls.
void solicited(Bench& bench) {
  bench.last = bench.phone.handle(Polled{202});
  ASSERT_NE(effect<Begin>(bench.last), nullptr);
  EXPECT_EQ(effect<Begin>(bench.last)->reason, wpi::Reason::solicited);
}

TEST(SeveralJobs, ReachABusyPhoneStepByStep) {
  Bench bench("V3 R5");
  bench.settle(bench.power_on());
  bench.phone.handle(CallBegins{});

  solicited(bench);  // job 1 writes
  EXPECT_THAT(bench.answer(write).request.body, HasSubstr("status=\"busy\""));
  bench.answer_last(call_me);
  EXPECT_TRUE(bench.phone.idle()) << "it waits for the call's end";

  solicited(bench);  // job 2 writes nothing
  EXPECT_THAT(bench.answer("<Action>ReadItems</Action><ItemList><Item name=\"e164\"/></ItemList>").request.body,
              HasSubstr("<Item name=\"e164\">4241</Item>"));
  bench.answer_last(clean_up);
  EXPECT_TRUE(bench.phone.idle());

  solicited(bench);  // job 3 writes
  EXPECT_THAT(bench.answer(write).request.body, HasSubstr("status=\"busy\""));
  bench.answer_last(call_me);
  EXPECT_TRUE(bench.phone.idle());

  bench.last = bench.phone.handle(CallEnds{});
  ASSERT_NE(effect<Begin>(bench.last), nullptr) << "one call for all that was asked";
  EXPECT_EQ(effect<Begin>(bench.last)->reason, wpi::Reason::solicited);
  EXPECT_THAT(bench.answer(write).request.body, HasSubstr("status=\"accepted\""));
  bench.answer_last(call_me);  // job 3 still waits
  ASSERT_NE(effect<Begin>(bench.last), nullptr) << "it is idle, and calls at once";
  EXPECT_EQ(effect<Begin>(bench.last)->reason, wpi::Reason::solicited);
  EXPECT_THAT(bench.answer(write).request.body, HasSubstr("status=\"accepted\""));
  bench.answer_last(clean_up);
  EXPECT_EQ(effect<Begin>(bench.last), nullptr);
  EXPECT_TRUE(bench.phone.idle());
}

}  // namespace
}  // namespace understudy::phone
