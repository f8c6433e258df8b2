// http.*: each rule held and deviated from, and what is another rule's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace understudy::conformance {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using transcript::Exchange;

void no_answer(Exchange& x, transcript::Outcome outcome) {
  x.response.reset();
  x.answer.reset();
  x.first_byte = 0us;
  x.outcome = outcome;
}

// The clean conversation with its last turn changed; a service that has spoken before.
std::vector<Turn> last_turn(std::function<void(Turn&)> change) {
  auto turns = conversation();
  change(turns.back());
  return turns;
}

TEST(HttpStatus, IsDeviatedFromByAnError) {
  const Verdict verdict =
      judged(last_turn([](Turn& t) {
               t.answer = {.status = 404, .headers = {{"Content-Type", "text/html"}}, .body = "not found"};
             }),
             {.ending = "unclean: status 404"});
  // Its HTML page is no message: nothing is said of it.
  EXPECT_THAT(deviating(verdict), ElementsAre("http.status", "flow.clean-up"));
  const Finding finding = only_finding(verdict, "http.status");
  EXPECT_EQ(finding.came, "404 \"Whatever\"");
  EXPECT_EQ(finding.where, "in the answer to the reply to ReadItems");
  EXPECT_EQ(marked(finding.excerpt), "HTTP/1.1 404 Whatever");
}

TEST(HttpStatus, KeepsReasonsApartAndFoldsTheRest) {
  Bench bench;
  for (const std::string reason : {"status", "inventory-changes", "status"}) {
    auto turns = single(phone_says(reason), "not found");
    turns[0].answer.status = 404;
    bench.hear(turns, "unclean");
  }
  const Verdict verdict = bench.finish();
  std::vector<std::string> messages;
  for (const Finding& finding : verdict.findings)
    if (finding.rule == "http.status") messages.push_back(finding.message);
  EXPECT_THAT(messages, ElementsAre("status is answered with status 404",
                                    "inventory-changes is answered with status 404"));
}

TEST(HttpStatus, LetsACleanUpFromThePhoneBeAnsweredWithAny2xx) {
  for (const int status : {200, 202, 204}) {
    auto turns = single(phone_says("clean-up"), "");
    turns[0].answer.status = status;
    turns[0].answer.headers.clear();
    const Verdict verdict = judged(turns, {.ending = "phone_clean_up"});
    EXPECT_THAT(deviating(verdict), IsEmpty()) << status;
    EXPECT_EQ(result(verdict, "http.status").held, 1u);
    EXPECT_EQ(result(verdict, "http.not-empty").outcome, Outcome::not_exercised);
    EXPECT_EQ(result(verdict, "flow.clean-up").outcome, Outcome::not_exercised);
  }
  auto turns = single(phone_says("clean-up"), "");
  turns[0].answer.status = 404;
  EXPECT_THAT(deviating(judged(turns, {.ending = "phone_clean_up"})),
              ElementsAre("http.status", "flow.phone-clean-up"));
}

TEST(HttpStatus, IsDeviatedFromByClosingWithoutAnAnswer) {
  const Verdict verdict = judged(last_turn([](Turn& t) {
                                   t.change = [](Exchange& x) {
                                     no_answer(x, transcript::Outcome::closed);
                                     x.first_byte = x.sent + 1ms;  // half a head came
                                   };
                                 }),
                                 {.ending = "connection_lost"});
  EXPECT_THAT(deviating(verdict), ElementsAre("http.status", "flow.clean-up"));
  EXPECT_EQ(only_finding(verdict, "http.status").came, "closed");
}

TEST(HttpStatus, IsDeviatedFromByHalfAHeadEvenAsTheFirstWord) {
  // "200" was read, and no headers' end ever came.
  for (const std::string head : {"HTTP/1.1 200 OK\r\nContent-Ty", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\n"}) {
    auto turns = single(phone_says("start-up"), order("CleanUp"));
    turns[0].change = [&](Exchange& x) {
      x.outcome = transcript::Outcome::closed;
      x.answer.reset();
      const int status = head.size() > 12 ? 200 : 0;
      x.response = wpi::HttpResponse{};
      x.response->head = head;
      x.response->status = status;
    };
    EXPECT_THAT(deviating(judged(turns, {.ending = "connection_lost"})),
                ElementsAre("http.status", "flow.clean-up"))
        << head;
    turns[0].change = [&, change = turns[0].change](Exchange& x) {
      change(x);
      x.outcome = transcript::Outcome::timed_out;
    };
    EXPECT_THAT(deviating(judged(turns, {.ending = "connection_lost"})),
                ElementsAre("http.timely", "flow.clean-up"))
        << head;
  }
}

TEST(HttpStatus, IsDeviatedFromByRefusingConnectionsAfterHavingSpoken) {
  const Verdict verdict =
      judged(last_turn([](Turn& t) {
               t.change = [](Exchange& x) { no_answer(x, transcript::Outcome::no_connection); };
             }),
             {.ending = "connection_lost"});
  EXPECT_THAT(deviating(verdict), ElementsAre("http.status", "flow.clean-up"));
}

TEST(HttpVersion, IsDeviatedFromByHttp10) {
  auto turns = conversation();
  turns[3].answer.version = "HTTP/1.0";
  const Verdict verdict = judged(turns);
  EXPECT_THAT(deviating(verdict), ElementsAre("http.version"));
  EXPECT_EQ(only_finding(verdict, "http.version").came, "\"HTTP/1.0\"");
}

TEST(HttpContentType, TakesParametersAndAnyCase) {
  for (const std::string type :
       {"text/xml;charset=UTF-8", "Text/XML ; charset=\"utf-8\"", "text/xml; charset=utf8"}) {
    auto turns = conversation();
    turns[1].answer.headers = {{"content-type", type}};
    EXPECT_THAT(deviating(judged(turns)), IsEmpty()) << type;
  }
}

TEST(HttpContentType, IsDeviatedFromByHtmlOrNoneAndNotesApplicationXml) {
  auto turns = conversation();
  turns[1].answer.headers = {{"Content-Type", "text/html; charset=UTF-8"}};
  EXPECT_EQ(only_finding(judged(turns), "http.content-type").level, Level::should);
  EXPECT_EQ(marked(only_finding(judged(turns), "http.content-type").excerpt),
            "Content-Type: text/html; charset=UTF-8");
  turns[1].answer.headers.clear();
  EXPECT_EQ(only_finding(judged(turns), "http.content-type").came, "none");
  turns[1].answer.headers = {{"Content-Type", "application/xml; charset=utf-8"}};
  EXPECT_EQ(only_finding(judged(turns), "http.content-type").level, Level::note);
}

TEST(HttpContentLength, IsDeviatedFromByABodyThatIsShort) {
  const Verdict verdict = judged(last_turn([](Turn& t) {
    t.change = [](Exchange& x) {
      *x.response->declared_length += 10;
      x.response->complete = false;
      x.response->problems = {{wpi::HttpFlaw::body_short, "150 of 160 bytes came", 0}};
    };
  }));
  // The message is not whole, so that nothing is said of its content; it did say CleanUp.
  EXPECT_THAT(deviating(verdict), ElementsAre("http.content-length"));
  EXPECT_THAT(only_finding(verdict, "http.content-length").came, HasSubstr("150 of 160 bytes came"));
}

TEST(HttpContentLength, IsDeviatedFromByMoreBytesThanItSaysWhichExplainsBrokenXml) {
  auto turns = last_turn([](Turn& t) {
    t.answer.body.resize(60);
    t.change = [](Exchange& x) { x.response->problems = {{wpi::HttpFlaw::body_excess, "90 bytes more", 0}}; };
  });
  EXPECT_THAT(deviating(judged(turns, {.ending = "unclean"})),
              ElementsAre("http.content-length", "flow.clean-up"));
}

TEST(HttpKeepAlive, DoesNotBlameTheServiceWhereThePhoneGivesTheConnectionUp) {
  auto turns = conversation();
  turns[1].change = [](Exchange& x) {
    x.response->problems = {{wpi::HttpFlaw::body_excess, "2 bytes more", 0}};
  };
  turns[2].change = [](Exchange& x) {
    x.fresh_connection = true;
    x.connection = 99;
  };
  turns[3].change = [](Exchange& x) { x.connection = 99; };
  EXPECT_THAT(deviating(judged(turns)), ElementsAre("http.content-length"));
}

TEST(HttpDelimited, LeavesALengthThatCannotBeUsedToHttpFraming) {
  auto turns = last_turn([](Turn& t) {
    t.answer.length = false;
    t.answer.headers.push_back({"Content-Length", "+188"});
    t.change = [](Exchange& x) {
      x.response->framing = wpi::Framing::until_close;
      x.response->problems = {{wpi::HttpFlaw::bad_length, "+188", 0}};
    };
  });
  EXPECT_THAT(deviating(judged(turns)), ElementsAre("http.framing"));
}

TEST(HttpTimely, NamesTheLimitOfARunThatWaitsLess) {
  auto turns = last_turn([](Turn& t) {
    t.change = [](Exchange& x) {
      x.outcome = transcript::Outcome::timed_out;
      x.response.reset();
      x.answer.reset();
      x.limit = std::chrono::seconds(2);
    };
  });
  const Verdict verdict = judged(turns, {.ending = "connection_lost"});
  EXPECT_EQ(only_finding(verdict, "http.timely").expected, "at most 2 s, the limit of this run");
  EXPECT_EQ(only_finding(verdict, "flow.clean-up").came, "no answer after ReadItems");
}

TEST(HttpDelimited, IsDeviatedFromByClosing) {
  const Verdict verdict = judged(last_turn([](Turn& t) { t.answer.length = false; }));
  EXPECT_THAT(deviating(verdict), ElementsAre("http.delimited"));
}

TEST(HttpDelimited, AllowsChunksTowardsV3AndNotBefore) {
  const auto turns = last_turn([](Turn& t) { t.answer.headers.push_back({"Transfer-Encoding", "chunked"}); });
  EXPECT_THAT(deviating(judged(turns)), IsEmpty());
  EXPECT_EQ(result(judged(turns), "http.delimited").held, 4u);
  EXPECT_THAT(deviating(judged(turns, {.firmware = "V2 R3.0.0"})), ElementsAre("http.delimited"));
  EXPECT_THAT(deviating(judged(turns, {.firmware = "V2 R2.30.0"})), ElementsAre("http.no-chunked"));
  EXPECT_THAT(deviating(judged(turns, {.firmware = "V1 R4.9.0"})), ElementsAre("http.no-chunked"));
}

TEST(HttpNoChunked, IsHeldByLengthsTowardsOldFirmwareAlone) {
  EXPECT_EQ(result(judged(conversation(), {.firmware = "V2 R2.30.0"}), "http.no-chunked").held, 4u);
  EXPECT_EQ(result(judged(conversation(), {.firmware = "V3 R0.0.0"}), "http.no-chunked").outcome,
            Outcome::not_exercised);
}

TEST(HttpFraming, IsDeviatedFromByEachFlaw) {
  using wpi::HttpFlaw;
  for (const HttpFlaw flaw :
       {HttpFlaw::bare_line_feed, HttpFlaw::bad_header_line, HttpFlaw::folded_header,
        HttpFlaw::space_before_colon, HttpFlaw::control_character, HttpFlaw::doubled_length,
        HttpFlaw::conflicting_length, HttpFlaw::length_and_chunked, HttpFlaw::bad_length,
        HttpFlaw::bad_coding, HttpFlaw::too_many_interim}) {
    const Verdict verdict = judged(last_turn([&](Turn& t) {
      t.change = [&](Exchange& x) { x.response->problems = {{flaw, "in detail", 17}}; };
    }));
    EXPECT_THAT(deviating(verdict), ElementsAre("http.framing")) << name_of(flaw);
    EXPECT_EQ(only_finding(verdict, "http.framing").came, "in detail");
    EXPECT_EQ(result(verdict, "http.framing").held, 3u);
  }
}

TEST(HttpFraming, ShowsWhereAHeaderIsWrong) {
  const Verdict verdict = judged(last_turn([](Turn& t) {
    t.change = [](Exchange& x) { x.response->problems = {{wpi::HttpFlaw::space_before_colon, "", 17}}; };
  }));
  EXPECT_EQ(only_finding(verdict, "http.framing").excerpt->mark_line, 2u);
}

TEST(HttpFraming, IsDeviatedFromByAMissingLastChunk) {
  const Verdict verdict = judged(last_turn([](Turn& t) {
    t.answer.headers.push_back({"Transfer-Encoding", "chunked"});
    t.change = [](Exchange& x) {
      x.response->complete = false;
      x.response->problems = {{wpi::HttpFlaw::body_short, "no last chunk", 0}};
    };
  }));
  EXPECT_THAT(deviating(verdict), ElementsAre("http.framing"));
}

TEST(HttpFraming, IsDeviatedFromByGarbageAfterHavingSpoken) {
  const Verdict verdict =
      judged(last_turn([](Turn& t) {
               t.change = [](Exchange& x) {
                 x.answer.reset();
                 x.response = wpi::HttpResponse{};
                 x.response->problems = {{wpi::HttpFlaw::bad_status_line, "\"Fatal error\"", 0}};
               };
             }),
             {.ending = "unclean"});
  EXPECT_THAT(deviating(verdict), ElementsAre("http.framing", "flow.clean-up"));
}

TEST(HttpTimely, IsHeldAtThirtySecondsAndDeviatedFromAfterwards) {
  const auto after = [](std::chrono::microseconds time) {
    return last_turn([=](Turn& t) { t.change = [=](Exchange& x) { x.ended = x.sent + time; }; });
  };
  EXPECT_THAT(deviating(judged(after(30s))), IsEmpty());
  const Verdict late = judged(after(31s));
  EXPECT_THAT(deviating(late), ElementsAre("http.timely"));
  EXPECT_EQ(only_finding(late, "http.timely").came, "31.0 s");
}

TEST(HttpTimely, IsDeviatedFromBySilence) {
  const Verdict verdict = judged(last_turn([](Turn& t) {
                                   t.change = [](Exchange& x) {
                                     no_answer(x, transcript::Outcome::timed_out);
                                     x.ended = x.sent + 30s;
                                   };
                                 }),
                                 {.ending = "connection_lost"});
  EXPECT_THAT(deviating(verdict), ElementsAre("http.timely", "flow.clean-up"));
}

TEST(HttpTimely, SaysAloneOfASlowServiceThatItsBodyIsShort) {
  const auto slow = [](std::size_t bytes) {
    return last_turn([=](Turn& t) {
      const std::size_t whole = t.answer.body.size();
      t.answer.body.resize(std::min(bytes, whole));
      t.change = [=](Exchange& x) {
        x.outcome = transcript::Outcome::timed_out;
        x.ended = x.sent + 30s;
        x.response->declared_length = whole + 20;
        x.response->complete = false;
        x.response->problems = {{wpi::HttpFlaw::body_short, "not all", 0}};
      };
    });
  };
  EXPECT_THAT(deviating(judged(slow(40), {.ending = "connection_lost"})),
              ElementsAre("http.timely", "flow.clean-up"));
  // All of the message is there: its length is wrong.
  EXPECT_THAT(deviating(judged(slow(1000), {.ending = "connection_lost"})),
              ElementsAre("http.content-length", "http.timely"));
}

TEST(HttpKeepAlive, IsDeviatedFromByClosingBeforeTheEnd) {
  auto turns = conversation();
  turns[1].answer.headers.push_back({"Connection", "Close"});
  turns[2].change = [](Exchange& x) {
    x.fresh_connection = true;
    x.connection = 2;
  };
  turns[3].change = [](Exchange& x) { x.connection = 2; };
  const Verdict verdict = judged(turns);
  EXPECT_THAT(deviating(verdict), ElementsAre("http.keep-alive"));
  EXPECT_EQ(marked(only_finding(verdict, "http.keep-alive").excerpt), "Connection: Close");
  EXPECT_EQ(result(verdict, "http.keep-alive").deviated, 1u);
}

TEST(HttpKeepAlive, AllowsClosingWithTheCleanUpOrWhereThePhoneAskedForIt) {
  auto turns = conversation();
  turns[3].answer.headers.push_back({"Connection", "close"});
  EXPECT_THAT(deviating(judged(turns)), IsEmpty());
  for (Turn& turn : turns) {
    turn.answer.headers.push_back({"Connection", "close"});
    turn.change = [](Exchange& x) {
      x.request.headers.push_back({"Connection", "close"});
      x.fresh_connection = true;
      x.connection = x.number;
    };
  }
  const Verdict verdict = judged(turns);
  EXPECT_THAT(deviating(verdict), IsEmpty());
  EXPECT_EQ(result(verdict, "http.keep-alive").outcome, Outcome::not_exercised);
}

TEST(HttpKeepAlive, IsDeviatedFromByClosingSilentlyWhichIsNoMissingAnswer) {
  auto turns = conversation();
  Turn lost = turns[2];
  lost.change = [](Exchange& x) { no_answer(x, transcript::Outcome::closed); };
  Turn again = turns[2];
  again.change = [](Exchange& x) {
    x.attempt = 2;
    x.fresh_connection = true;
    x.connection = 7;
  };
  turns[2] = lost;
  turns.insert(turns.begin() + 3, again);
  turns[4].change = [](Exchange& x) { x.connection = 7; };
  const Verdict verdict = judged(turns);
  EXPECT_THAT(deviating(verdict), ElementsAre("http.keep-alive"));
  EXPECT_EQ(result(verdict, "http.keep-alive").deviated, 1u);
  EXPECT_EQ(result(verdict, "http.status").held, 4u);
}

TEST(HttpKeepAlive, DoesNotWantAServiceToWaitForAMessageThatTakesLongToCome) {
  const auto closed_after = [](std::chrono::seconds sending) {
    auto turns = conversation();
    turns.resize(2);
    turns[1].change = [sending](Exchange& x) {
      x.fresh_connection = false;
      x.outcome = transcript::Outcome::closed;
      x.phase = transcript::Phase::sending;
      x.response.reset();
      x.answer = nullptr;
      x.first_byte = x.sent = {};
      x.ended = x.begun + sending;
    };
    return result(judged(turns), "http.keep-alive").outcome;
  };
  EXPECT_EQ(closed_after(std::chrono::seconds(11)), Outcome::not_exercised);
  EXPECT_EQ(closed_after(std::chrono::seconds(2)), Outcome::deviated);
}

TEST(HttpKeepAlive, IsDeviatedFromByAConnectionThatIsGoneBeforeTheNextMessage) {
  auto turns = conversation();
  turns[1].change = [](Exchange& x) {
    x.fresh_connection = true;
    x.connection = 2;
  };
  turns[2].change = turns[3].change = [](Exchange& x) { x.connection = 2; };
  EXPECT_THAT(deviating(judged(turns)), ElementsAre("http.keep-alive"));
}

TEST(HttpNoRedirect, IsDeviatedFromTogetherWithTheStatus) {
  const Verdict verdict =
      judged(last_turn([](Turn& t) {
               t.answer = {.status = 302, .headers = {{"Location", "https://192.0.2.1/login"}}, .body = ""};
             }),
             {.ending = "unclean"});
  EXPECT_THAT(deviating(verdict), ElementsAre("http.status", "http.no-redirect", "flow.clean-up"));
  EXPECT_THAT(only_finding(verdict, "http.no-redirect").came, HasSubstr("https://192.0.2.1/login"));
}

TEST(HttpNotEmpty, IsDeviatedFromByAnEmptyBodyInsteadOfCleanUp) {
  for (const std::string body : {"", "\r\n  \n"}) {
    const Verdict verdict =
        judged(last_turn([&](Turn& t) { t.answer = {.headers = {}, .body = body}; }), {.ending = "unclean"});
    EXPECT_THAT(deviating(verdict), ElementsAre("http.not-empty", "flow.clean-up"));
  }
}

TEST(HttpNotEmpty, IsDeviatedFromByNoContentTogetherWithTheStatus) {
  auto turns = single(phone_says("inventory-changes"), "");
  turns[0].answer = {.status = 204, .headers = {}, .body = ""};
  EXPECT_THAT(deviating(judged(turns, {.ending = "unclean"})),
              ElementsAre("http.status", "http.not-empty", "flow.clean-up", "flow.every-reason"));
}

TEST(HttpGetRefused, ReadsProbesByTheirStatus) {
  const auto probe = [](int status, const std::string& target) {
    Bench bench;
    Turn turn{"", {.status = status, .body = "x"}, [&](Exchange& x) {
                x.interaction = 0;
                x.phone.clear();
                x.request.method = "GET";
                x.request.target = target;
                x.request.body.clear();
                x.said.reset();
              }};
    bench.take(bench.exchange(turn));
    return bench.finish();
  };
  EXPECT_EQ(result(probe(405, "/DeploymentService/LoginService"), "http.get-refused").held, 1u);
  EXPECT_EQ(result(probe(404, "/"), "http.get-refused").held, 1u);
  for (const int status : {200, 302, 500, 501}) {
    const Verdict verdict = probe(status, "/DeploymentService/LoginService");
    EXPECT_THAT(deviating(verdict), ElementsAre("http.get-refused")) << status;
    EXPECT_EQ(verdict.findings.front().level, Level::note);
    EXPECT_EQ(verdict.findings.front().where, "in the answer to a GET");
  }
  EXPECT_EQ(result(probe(200, "/dcmp/contact-me?device-id=00:1A:E8:00:00:01"), "http.get-refused").outcome,
            Outcome::not_exercised);
}

}  // namespace
}  // namespace understudy::conformance
