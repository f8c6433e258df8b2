// Phones in a call, against our own service: the sequences and samples of the guide's p.46 and p.72-76.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet/stage.h"
#include "matrix_support.h"
#include "rules/judge.h"
#include "support/messages.h"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using reference::Job;
using reference::JobState;
using ::testing::ElementsAre;

// What a message says, whatever its layout: white space, the order of attributes and namespaces are left out.
std::string said_in(const wpi::Document& message) {
  std::string out = message.root;
  if (message.fragment) out += " " + message.fragment->text;
  if (message.max_items) out += " " + message.max_items->text;
  for (const wpi::Text& action : message.actions) out += " " + action.text;
  for (const wpi::ReasonText& reason : message.reasons)
    out += " " + reason.reason.text + (reason.action ? " " + reason.action->text : "") + (reason.status ? " " + reason.status->text : "");
  if (message.item_lists > 0) out += " {";
  for (const wpi::Item& item : message.items) out += " " + item.name + "=" + item.value;
  if (message.item_lists > 0) out += " }";
  return out;
}

// A message and its answer: "solicited > WriteItems", "WriteItems busy > CleanUp send-solicited".
std::string in_short(const transcript::Exchange& x) {
  std::string out;
  const wpi::ReasonText& reason = x.said->reasons.front();
  out += reason.action ? reason.action->text + " " + reason.status->text : reason.reason.text;
  out += " > " + x.answer->actions.front().text;
  for (const wpi::Item& item : x.answer->items) out += " " + item.name + (item.name == "send-solicited" ? "=" + item.value : "");
  return out;
}

// A phone that our service has met, and what is said from then on.
class Busy : public ::testing::Test, public transcript::Sink {
 protected:
  explicit Busy(const std::string& firmware = "V3 R5") {
    fleet::Place place;
    place.target = *net::target_of("https://127.0.0.1:18443");
    stage.add("phone-1",
              phone::Phone({mac, "4241", "127.0.0.1"}, **phone::model_named("OpenStage 60"), **phone::firmware_named(firmware),
                           place.target.host_header(), place.target.path, 7, {}, {}),
              place);
    happens(phone::PowerOn{});
    said.clear();
  }
  void take(const transcript::Entry& entry) override {
    judge.take(entry);
    if (const auto* x = std::get_if<transcript::Exchange>(&entry)) said.push_back(*x);
  }
  void happens(const phone::Event& event) {
    stage.post("phone-1", event);
    EXPECT_TRUE(clock.run([&] { return stage.phone("phone-1").idle(); }, 10min));
  }
  // The service makes itself heard: the next poll is answered 202. A contact-me would do the same (guide p.41).
  void contact_me() { happens(phone::Polled{202}); }
  std::uint64_t wants(reference::JobKind kind, std::string item_name, std::string value = "") {
    Job job;
    job.kind = kind;
    job.items = {item(std::move(item_name), std::move(value))};
    return service.add_job(mac, job);
  }
  JobState state_of(std::uint64_t job) { return service.find_job(mac, job)->state; }
  // What was said since this was asked last.
  std::vector<std::string> conversation() {
    std::vector<std::string> out;
    for (; told < said.size(); ++told) out.push_back(in_short(said[told]));
    return out;
  }
  void conforms() {
    const auto verdict = judge.finish();
    EXPECT_TRUE(verdict.conforming(true)) << understudy::told(verdict);
  }

  const std::string mac = "00:1A:E8:FF:00:01";
  std::vector<transcript::Exchange> said;
  std::size_t told = 0;
  conformance::Judge judge{conformance::Selection{}, nullptr};
  reference::Service service{[] {
    reference::Options options;
    options.simulated = true;
    return options;
  }()};
  fleet::SimulatedClock clock;
  fleet::InProcessCarrier carrier{clock,
                                  [this](const wpi::HttpRequest& request, const net::Caller& caller, auto now) {
                                    return service.answer(request, caller, now);
                                  },
                                  [] {
                                    fleet::InProcessCarrier::Settings settings;
                                    settings.validate = true;
                                    return settings;
                                  }()};
  fleet::Stage stage{carrier, clock, *this};
};

struct OlderBusy : Busy {
  OlderBusy() : Busy("V2 R2") {}
};

TEST_F(Busy, WithOneJobIsAskedToCallBackAndTakesItThen) {  // guide p.46, p.72, p.76
  const auto job = wants(reference::JobKind::write, "display-id-unicode", "Desk 7");
  happens(phone::CallBegins{});
  contact_me();
  EXPECT_THAT(conversation(), ElementsAre("solicited > WriteItems display-id-unicode", "WriteItems busy > CleanUp send-solicited=true"));
  EXPECT_EQ(state_of(job), JobState::waiting);
  happens(phone::CallEnds{});
  // The service reads back what it wrote, which the guide leaves open (p.47).
  EXPECT_THAT(conversation(),
              ElementsAre("solicited > WriteItems display-id-unicode", "WriteItems accepted > ReadItems display-id-unicode",
                          "ReadItems accepted > CleanUp"));
  EXPECT_EQ(state_of(job), JobState::done);
  conforms();
}

// Step by step as on p.74 and p.75, where the service does one job an interaction. Ours differs in three things: it does all
// that it can in one interaction, so that the call-back is one and not two; it reads back what it wrote; and it says
// send-solicited also at the end of the second interaction, since the call may be over by then. Any number of wishes is one
// call (p.75), so that the phone does the same.
TEST_F(Busy, WithSeveralJobsDoesWhatItCanAndCallsBackOnceForTheOthers) {
  const auto first = wants(reference::JobKind::write, "display-id-unicode", "Desk 7");
  happens(phone::CallBegins{});
  contact_me();
  EXPECT_THAT(conversation(), ElementsAre("solicited > WriteItems display-id-unicode", "WriteItems busy > CleanUp send-solicited=true"));

  const auto second = wants(reference::JobKind::read, "e164");
  contact_me();
  EXPECT_THAT(conversation(), ElementsAre("solicited > ReadItems e164", "ReadItems accepted > CleanUp send-solicited=true"));
  EXPECT_EQ(state_of(second), JobState::done);

  const auto third = wants(reference::JobKind::write, "sip-name", "Ann");
  contact_me();
  EXPECT_THAT(conversation(), ElementsAre("solicited > WriteItems sip-name", "WriteItems busy > CleanUp send-solicited=true"));

  happens(phone::CallEnds{});
  EXPECT_THAT(conversation(),
              ElementsAre("solicited > WriteItems display-id-unicode", "WriteItems accepted > ReadItems display-id-unicode",
                          "ReadItems accepted > WriteItems sip-name", "WriteItems accepted > ReadItems sip-name",
                          "ReadItems accepted > CleanUp"));
  EXPECT_EQ(state_of(first), JobState::done);
  EXPECT_EQ(state_of(third), JobState::done);
  conforms();
}

TEST_F(Busy, ThatRestartsInsteadOfCallingBackIsServedWhenItStartsUp) {  // guide p.72: the wish is forgotten
  const auto write = wants(reference::JobKind::write, "display-id-unicode", "Desk 7");
  happens(phone::CallBegins{});
  contact_me();
  wants(reference::JobKind::restart, "");
  contact_me();
  EXPECT_EQ(state_of(write), JobState::done);
  EXPECT_FALSE(stage.phone("phone-1").in_call());
  conforms();
}

TEST_F(Busy, IsWantedByNobodyWhoPollsUntilThereIsSomethingNew) {
  const auto polled = [&] {
    return service.answer({"GET", "/dcmp/contact-me?device-id=" + mac, {{"Host", "x"}}, ""}, {}, clock.now()).bytes.substr(9, 3);
  };
  EXPECT_EQ(polled(), "200");
  wants(reference::JobKind::write, "display-id-unicode", "Desk 7");
  EXPECT_EQ(polled(), "202");
  happens(phone::CallBegins{});
  contact_me();
  EXPECT_EQ(polled(), "200") << "the phone calls by itself";
  wants(reference::JobKind::read, "e164");
  EXPECT_EQ(polled(), "202");
}

TEST_F(OlderBusy, IsEndedPlainlyAndWrittenAtItsNextContact) {  // guide p.46, p.72: it does not know send-solicited
  const auto job = wants(reference::JobKind::write, "display-id-unicode", "Desk 7");
  happens(phone::CallBegins{});
  contact_me();
  EXPECT_THAT(conversation(), ElementsAre("solicited > WriteItems display-id-unicode", "WriteItems busy > CleanUp"));
  happens(phone::CallEnds{});
  EXPECT_THAT(conversation(), ElementsAre());
  contact_me();
  EXPECT_EQ(state_of(job), JobState::done);
  conforms();
}

// The guide's two samples, with other values; as bytes they differ in white space and in the order of attributes.
TEST_F(Busy, SaysAndHearsWhatTheGuidePrints) {  // guide p.46, p.76
  wants(reference::JobKind::write, "display-id-unicode", "Desk 7");
  happens(phone::CallBegins{});
  contact_me();
  ASSERT_EQ(said.size(), 2u);
  wpi::Reader reader;
  const wpi::Document busy = reader.read(
      "<WorkpointMessage xsi:schemaLocation=\"http://www.siemens.com/DLS\"\n"
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\"http://www.siemens.com/DLS\">\n"
      "<Message nonce=\"52D1\" maxItems=\"-1\" fragment=\"final\">\n<ReasonForContact status=\"busy\" action=\"WriteItems\">\n"
      "reply-to</ReasonForContact>\n</Message>\n</WorkpointMessage>\n",
      wpi::Sender::phone);
  const wpi::Document call_back = reader.read(
      "<DLSMessage xsi:schemaLocation=\"http://www.siemens.com/DLS\"\nxmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
      "xmlns=\"http://www.siemens.com/DLS\">\n<Message nonce=\"52D1\">\n<Action>CleanUp</Action>\n<ItemList>\n"
      "<Item name=\"send-solicited\">true</Item>\n</ItemList>\n</Message>\n</DLSMessage>\n",
      wpi::Sender::service);
  const wpi::Document wire = reader.read(said[1].request.body, wpi::Sender::phone);
  EXPECT_EQ(said_in(wire), said_in(busy));
  EXPECT_EQ(wire.root_namespace, busy.root_namespace);
  EXPECT_EQ(said_in(*said[1].answer), said_in(call_back));
  EXPECT_EQ(said[1].answer->root_namespace, call_back.root_namespace);
  EXPECT_EQ(said[1].answer->nonce_or_empty(), wire.nonce_or_empty());
}

}  // namespace
}  // namespace understudy
