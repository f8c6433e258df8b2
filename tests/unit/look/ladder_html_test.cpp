#include "look/ladder_html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "items/catalogue.h"
#include "unit/look/look_support.h"

namespace understudy::look {

namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using transcript::Event;
using transcript::Outcome;
using transcript::Phase;

std::string article_of(const transcript::Exchange& exchange, const std::vector<Remark>& remarks = {},
                       const LadderStyle& style = {}) {
  Ladders ladders;
  ladders.take(exchange);
  for (const Remark& remark : remarks) ladders.take(remark);
  return ladder_article(*ladders.of(exchange.phone).front(), style);
}

Remark place(Remark::In in, std::size_t offset, std::size_t length) {
  Remark remark = remark_on(1);
  remark.in = in;
  remark.offset = offset;
  remark.length = length;
  return remark;
}

const std::string write_items =
    "<DLSMessage><Message nonce=\"2\"><Action>WriteItems</Action><ItemList>"
    "<Item name=\"country-iso\">DE</Item><Item "
    "name=\"sip-pwd\">Geheim42</Item></ItemList></Message></DLSMessage>";

TEST(SaidIn, TellsReasonOrActionInAFewWords) {
  std::set<std::string> all;
  for (const char* service : {"service-a", "service-b"})
    for (const Recorded& recorded : recorded_with(service)) {
      const auto exchange = exchange_of(recorded, 1);
      if (exchange.said) all.insert(said_in(*exchange.said));
      if (exchange.answer) all.insert(said_in(*exchange.answer));
    }
  EXPECT_TRUE(all.contains("start-up"));
  EXPECT_TRUE(all.contains("CleanUp"));
  EXPECT_TRUE(all.contains("WriteItems"));
  wpi::Document empty;
  empty.empty = true;
  EXPECT_EQ(said_in(empty), "nothing");
  EXPECT_EQ(said_in(wpi::Document{}), "no readable message");
}

TEST(Ladder, IsDrawnAsAnArrowForEachMessageWithItemsAndTime) {
  const std::string html = article_of(answered_with(write_items));
  EXPECT_THAT(html, HasSubstr("<article class=\"ladder\">"));
  EXPECT_EQ(count(html, "<details class=\"arrow right\">"), 1U);
  EXPECT_EQ(count(html, "<details class=\"arrow left\">"), 1U);
  EXPECT_THAT(html, HasSubstr("<span class=\"what\">start-up</span>"));
  EXPECT_THAT(html, HasSubstr("<span class=\"what\">WriteItems</span><span class=\"n\">2 items</span><span "
                              "class=\"n\">34 ms</span>"));
  EXPECT_THAT(html, HasSubstr("id=\"exchange-1\""));
  EXPECT_THAT(html, HasSubstr("connection 3, fresh"));
}

TEST(Ladder, NeedsNeitherScriptNorStyleAttributes) {
  for (const char* service : {"service-a", "service-b"}) {
    std::uint64_t number = 0;
    for (const Recorded& recorded : recorded_with(service)) {
      const std::string html = article_of(exchange_of(recorded, ++number));
      EXPECT_FALSE(contains(html, " style=")) << recorded.title;
      EXPECT_FALSE(contains(html, "<script")) << recorded.title;
      EXPECT_EQ(count(html, "<details"), count(html, "</details>")) << recorded.title;
      EXPECT_EQ(count(html, "<div"), count(html, "</div>")) << recorded.title;
      EXPECT_EQ(count(html, "<span"), count(html, "</span>")) << recorded.title;
    }
  }
}

TEST(Ladder, HasATableAsItsEqual) {
  const std::string html = article_of(answered_with(write_items), {remark_on(1)});
  EXPECT_THAT(html, HasSubstr("as a table</summary>"));
  EXPECT_THAT(html, HasSubstr("<td>phone</td><td>service</td><td>start-up</td>"));
  EXPECT_THAT(
      html,
      HasSubstr(
          "<td>service</td><td>phone</td><td>WriteItems</td><td class=\"n\">2</td><td class=\"n\">34</td>"));
  EXPECT_THAT(html, HasSubstr("must nonce.echo</span> the nonce is another"));
}

TEST(Ladder, NeverTakesWhatCameForMarkup) {
  transcript::Exchange evil = answered_with("<script>alert(1)</script>");
  evil.phone = "<b>phone";
  evil.request.target = "/<i>\"onload=\"x";
  evil.request.headers.push_back({"X-<u>", "\"><img src=x>"});
  evil.response->reason = "<em>";
  evil.response->status = 500;
  evil.response->head = "HTTP/1.1 500 <em>\r\nX: <img src=y>\r\n\r\n";
  evil.response->problems.push_back({wpi::HttpFlaw::bad_header_line, "<s>", 0});
  evil.said = nullptr;
  evil.failure = "<tt>";
  Remark remark = remark_on(1);
  remark.phone = evil.phone;
  remark.rule = "<q>", remark.level = "\"<k>", remark.message = "<w>", remark.expected = "<x>",
  remark.came = "<y>";
  LadderStyle style;
  style.rule_url = [](std::string_view rule) { return "#\"" + std::string(rule); };
  const std::string html = article_of(evil, {remark}, style);
  for (const char* tag : {"<b>", "<i>", "<u>", "<img", "<em>", "<s>", "<tt>", "<script", "<q>", "<k>", "<w>",
                          "<x>", "<y>", "\"onload", "#\"<"})
    EXPECT_FALSE(contains(html, tag)) << tag;
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

TEST(Ladder, NeverTakesAnItemOrAContactForMarkup) {
  std::string html = article_of(answered_with(
      "<DLSMessage><Message><Action>&lt;b&gt;</Action><ItemList><Item name=\"&lt;i&gt;\" index=\"&lt;u&gt;\">"
      "&lt;s&gt;</Item></ItemList></Message></DLSMessage>"));
  for (const char* tag : {"<b>", "<i>", "<u>", "<s>"}) EXPECT_FALSE(contains(html, tag)) << tag;
  transcript::Contact contact{.phone = "phone-1",
                              .local = {},
                              .remote = "<b>",
                              .request = {"<i>", "<u>", {}, "<s>"},
                              .elsewhere = "<em>",
                              .problem = "<q>"};
  contact.heed = transcript::Heed::no_contact;
  Ladders ladders;
  ladders.take(contact);
  html = ladder_article(*ladders.of("phone-1").front(), {}) + ladder_line(*ladders.of("phone-1").front(), {});
  for (const char* tag : {"<b>", "<i>", "<u>", "<s>", "<em>", "<q>"})
    EXPECT_FALSE(contains(html, tag)) << tag;
}

TEST(Ladder, CoversSecretsInHeadsBodiesAndWords) {
  transcript::Exchange exchange = answered_with(write_items);
  exchange.request.headers.push_back({"Cookie", "JSESSIONID=Keks4711"});
  exchange.response->head = "HTTP/1.1 200 OK\r\nSet-Cookie: JSESSIONID=Keks4712; Path=/\r\n\r\n";
  Remark remark = remark_on(1);
  remark.came = "the value Geheim42";
  transcript::Masker masker(items::is_secret);
  masker.body(write_items);  // the judge has seen it before
  const std::string html = article_of(exchange, {remark}, {.masker = &masker});
  for (const char* secret : {"Geheim42", "Keks4711", "Keks4712"})
    EXPECT_FALSE(contains(html, secret)) << secret;
  EXPECT_THAT(html, HasSubstr("sip-pwd&quot;&gt;Xxxxxx01&lt;/Item&gt;"));
  EXPECT_TRUE(contains(article_of(exchange), "Geheim42")) << "without a masker they stand in clear";
}

TEST(Ladder, MarksThePlaceInALaidOutBody) {
  const std::string html =
      article_of(answered_with(write_items), {place(Remark::In::body, write_items.find("country"), 11)});
  EXPECT_THAT(html, HasSubstr("<div class=\"row i3\">      &lt;Item "
                              "name=&quot;<mark>country-iso</mark>&quot;&gt;DE&lt;/Item&gt;</div>"));
  EXPECT_EQ(count(html, "<mark>"), 1U);
}

TEST(Ladder, MarksThePlaceInAMaskedBody) {
  transcript::Masker masker(items::is_secret);
  const std::string html =
      article_of(answered_with(write_items), {place(Remark::In::body, write_items.find("Geheim42"), 8)},
                 {.masker = &masker});
  EXPECT_THAT(html, HasSubstr("<mark>Xxxxxx01</mark>"));
}

TEST(Ladder, MarksThePlaceOverSeveralLines) {
  const std::size_t from = write_items.find("<ItemList>");
  const std::string html = article_of(
      answered_with(write_items), {place(Remark::In::body, from, write_items.find("</ItemList>") - from)});
  EXPECT_EQ(count(html, "<mark>"), 3U);
}

TEST(Ladder, MarksThePlaceInABodyThatIsNoXml) {
  const std::string html = article_of(answered_with("<a>&x</b>"), {place(Remark::In::body, 3, 2)});
  EXPECT_THAT(html, HasSubstr("&lt;a&gt;<mark>&amp;x</mark>&lt;/b&gt;</pre>"));
  EXPECT_THAT(html, HasSubstr("Not well-formed, line 1"));
}

TEST(Ladder, MarksThePlaceInAHead) {
  const transcript::Exchange exchange = answered_with("");
  const std::string html =
      article_of(exchange, {place(Remark::In::head, exchange.response->head.find("Server"), 10)});
  EXPECT_THAT(html, HasSubstr("<mark>Server: it</mark>"));
}

TEST(Ladder, MarksACharacterWhereThePlaceIsEmptyOrOutsideOrLaidAway) {
  const std::string spread = "<a>\n  <b/>\n</a>\n";
  EXPECT_THAT(article_of(answered_with(spread), {place(Remark::In::body, 4, 1)}),
              HasSubstr("<mark>&lt;</mark>b/&gt;"));
  EXPECT_THAT(article_of(answered_with(spread), {place(Remark::In::body, 7, 0)}),
              HasSubstr("<mark>b</mark>/&gt;"));
  EXPECT_THAT(article_of(answered_with(spread), {place(Remark::In::body, 5000, 9)}),
              HasSubstr("/a<mark>&gt;</mark>"));
  EXPECT_THAT(article_of(answered_with("<a>\xC3\x9F</a>"), {place(Remark::In::body, 4, 1)}),
              HasSubstr("<mark>\xC3\x9F</mark>"));
  EXPECT_THAT(article_of(answered_with("xy"), {place(Remark::In::body, 0, std::string::npos)}),
              HasSubstr("<mark>xy</mark>"));
}

TEST(Ladder, SaysADeviationOnItsArrowInWordsAndDescribesIt) {
  LadderStyle style;
  style.rule_url = [](std::string_view rule) { return "/rules#" + std::string(rule); };
  const std::string html = article_of(answered_with(write_items), {remark_on(1)}, style);
  EXPECT_THAT(html, HasSubstr("<details class=\"arrow left must\">"));
  EXPECT_THAT(html,
              HasSubstr("<span class=\"chip must\">must nonce.echo</span></span><span class=\"shaft\">"));
  EXPECT_THAT(html, HasSubstr("<a href=\"/rules#nonce.echo\">nonce.echo</a>: the nonce is another"));
  EXPECT_THAT(html, HasSubstr("<dt>expected</dt><dd>&quot;1&quot;</dd><dt>came</dt><dd>&quot;2&quot;</dd>"));
}

TEST(Ladder, DrawsWhatCouldNotBeSentAsOneLostArrow) {
  transcript::Exchange exchange = answered_with("");
  exchange.response.reset();
  exchange.answer = nullptr;
  exchange.outcome = Outcome::no_connection;
  exchange.phase = Phase::connecting;
  exchange.sent = exchange.first_byte = {};
  exchange.failure = "refused: nothing listens";
  const std::string html = article_of(exchange, {remark_on(1)});
  EXPECT_THAT(html, HasSubstr("arrow right must lost"));
  EXPECT_FALSE(contains(html, "arrow left"));
  EXPECT_THAT(html, HasSubstr("<span class=\"word\">no connection</span>"));
  EXPECT_THAT(html, HasSubstr("refused: nothing listens"));
}

TEST(Ladder, DrawsAnAnswerThatDidNotComeAsALostArrowAfterTheWait) {
  transcript::Exchange exchange = answered_with("");
  exchange.response.reset();
  exchange.answer = nullptr;
  exchange.outcome = Outcome::timed_out;
  exchange.phase = Phase::waiting;
  exchange.ended = exchange.sent + 30s;
  std::string html = article_of(exchange);
  EXPECT_THAT(html, HasSubstr("arrow left lost"));
  EXPECT_THAT(html, HasSubstr("timed out, no answer in 30 s"));
  EXPECT_THAT(html, HasSubstr("<p class=\"gap\">30 s later</p>"));
  exchange.outcome = Outcome::closed;
  html = article_of(exchange);
  EXPECT_THAT(html, HasSubstr("closed without an answer"));
}

TEST(Ladder, SaysThatAnAnswerIsNotWhole) {
  transcript::Exchange exchange = answered_with("<a>");
  exchange.response->complete = false;
  exchange.response->problems.push_back({wpi::HttpFlaw::body_short, "3 of 300 bytes came", 40});
  const std::string html = article_of(exchange);
  EXPECT_THAT(html, HasSubstr("<span class=\"word\">not whole</span>"));
  EXPECT_THAT(html, HasSubstr("3 of 300 bytes came"));
}

TEST(Ladder, SaysThatBothSidesShowedACertificateAndWhatIsToBeRefused) {
  transcript::Exchange exchange = answered_with(write_items);
  EXPECT_THAT(article_of(exchange), Not(HasSubstr("Secure Mode")));
  exchange.secure = true;
  exchange.remote = "127.0.0.1:18444";
  exchange.trial = transcript::Trial::others_certificate;
  EXPECT_THAT(article_of(exchange), HasSubstr("Secure Mode, to 127.0.0.1:18444"));
  EXPECT_THAT(article_of(exchange), HasSubstr("to be refused: others certificate"));
}

TEST(Ladder, FoldsLongGapsAndSaysHowLongTheyAre) {
  Ladders ladders;
  ladders.take(begins(1, 0s));
  ladders.take(answered_with("", 1));
  ladders.take(happens(Event::note, 1s, "soon"));
  ladders.take(happens(Event::note, 13s, "late"));
  const std::string html = ladder_article(*ladders.of("phone-1").front(), {});
  EXPECT_EQ(count(html, "class=\"gap\""), 1U);
  EXPECT_THAT(html, HasSubstr("12 s later"));
}

TEST(Ladder, ShowsBytesThatWereSaidByHandAsTheyWere) {
  transcript::Exchange by_hand = answered_with("");
  by_hand.said = nullptr;
  by_hand.interaction = 0;
  by_hand.request = {"", "", {}, "POST / HTTP/1.1\r\n\r\n<a"};
  const std::string html = article_of(by_hand);
  EXPECT_TRUE(contains(html, "bytes by hand")) << html;
  EXPECT_TRUE(contains(html, "POST / HTTP/1.1"));
  EXPECT_FALSE(contains(html, "head of the request")) << "it has none of its own";
}

TEST(Ladder, DrawsContactMeFromTheServiceToThePhone) {
  transcript::Contact contact{.at = 1s,
                              .phone = "phone-1",
                              .local = {},
                              .remote = "10.0.0.9:4711",
                              .request = {"POST", "/contact_dls.html/ContactDLS", {}, "ContactMe=true"},
                              .elsewhere = {},
                              .problem = {}};
  contact.status = 204;
  contact.heed = transcript::Heed::calls_back;
  Ladders ladders;
  ladders.take(contact);
  const std::string html = ladder_article(*ladders.of("phone-1").front(), {});
  EXPECT_THAT(html, HasSubstr("<details class=\"arrow left\">"));
  EXPECT_THAT(html, HasSubstr("<span class=\"what\">contact-me</span>"));
  EXPECT_THAT(html, HasSubstr("<span class=\"what\">calls back</span><span class=\"n\">204</span>"));
  EXPECT_THAT(html, HasSubstr("from 10.0.0.9:4711"));
  EXPECT_THAT(html, HasSubstr("ContactMe=true"));
}

TEST(Ladder, CutsALargeBodyAndSaysHowMuchIsLeftOut) {
  const std::string body = "<a><b>" + std::string(250'000, 'x') + "</b><c>here</c></a>";
  const std::string html = article_of(answered_with(body), {place(Remark::In::body, body.find("here"), 4)});
  EXPECT_LT(html.size(), 230'000U);
  EXPECT_THAT(html, HasSubstr("50,025 more bytes of 250,025 are left out here."));
  EXPECT_THAT(html, HasSubstr("<mark>here</mark>")) << "the place is shown all the same";
  EXPECT_THAT(article_of(answered_with(std::string(200'001, 'x'))),
              HasSubstr("1 more byte of 200,001 is left out here."));
}

TEST(Ladder, NamesTheItemsAlsoWhereTheyWereNotRead) {
  transcript::Exchange exchange = answered_with("");
  auto said = std::make_shared<wpi::Document>(*exchange.said);
  said->items_left_out = true;
  exchange.said = said;
  exchange.request.body =
      "<ItemList><Item name=\"a-b\" index=\"2\">1</Item><Item index='3' name='c'/><Item>x</Item></ItemList>";
  const std::string html = article_of(exchange);
  EXPECT_THAT(html, HasSubstr("<li>a-b[2]</li><li>c[3]</li><li>(no name)</li>"));
  EXPECT_THAT(html, HasSubstr("3 items"));
}

TEST(Ladder, ShowsTimesOfDayWhereTheBeginningIsKnown) {
  LadderStyle style;
  EXPECT_THAT(article_of(answered_with(""), {}, style), HasSubstr("<time>0.100 s</time>"));
  style.start = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
  EXPECT_THAT(
      article_of(answered_with(""), {}, style),
      HasSubstr("<time datetime=\"2023-11-14T22:13:20.100Z\" title=\"2023-11-14T22:13:20.100Z\">"));
}

TEST(LadderLine, SaysAllOfAnInteractionInOneLine) {
  Ladders ladders;
  ladders.take(begins(1, 100ms));
  ladders.take(answered_with(write_items, 1));
  ladders.take(answered_with(write_items, 2));
  ladders.take(remark_on(2));
  ladders.take(ends(1, 240ms, "unclean: status 404"));
  LadderStyle style;
  style.ladder_url = [](const Ladder& ladder) { return "/ladders/" + std::to_string(ladder.number); };
  const std::string html = ladder_line(*ladders.of("phone-1").front(), style);
  EXPECT_THAT(
      html,
      HasSubstr(
          "<li id=\"ladder-1\" class=\"must\"><a class=\"line\" href=\"/ladders/1\"><time>0.100 s</time>"));
  EXPECT_THAT(html, HasSubstr("<span class=\"what\">start-up</span>"));
  EXPECT_THAT(html, HasSubstr("<span class=\"orders\">WriteItems \u00D72</span>"));
  EXPECT_THAT(html, HasSubstr("2 messages"));
  EXPECT_THAT(html, HasSubstr("140 ms"));
  EXPECT_THAT(html, HasSubstr("<span class=\"ending lost\">unclean: status 404</span>"));
  EXPECT_THAT(html, HasSubstr("<span class=\"chip must\">must nonce.echo</span>"));
}

TEST(LadderLine, IsNoLinkWhereThereIsNothingToLinkTo) {
  Ladders ladders;
  ladders.take(happens(Event::restart, 1s));
  const std::string html = ladder_line(*ladders.of("phone-1").front(), {});
  EXPECT_THAT(html, Not(HasSubstr("<a")));
  EXPECT_THAT(
      html,
      HasSubstr("<span class=\"what\">restart</span> <span class=\"orders\">the phone restarts</span>"));
}

TEST(LadderHtml, ShowsADownloadInTheMargin) {
  Ladders ladders;
  ladders.take(begins(1, 0s));
  ladders.take(happens(Event::download, 1s, "LOGO <a>.png from ftp://192.0.2.9:21/: ok"));
  const std::string html = ladder_article(*ladders.of("phone-1").front(), {});
  EXPECT_THAT(html, HasSubstr("\u21E3 LOGO &lt;a&gt;.png from ftp://192.0.2.9:21/: ok"));
}

}  // namespace

}  // namespace understudy::look
