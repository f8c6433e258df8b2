#include "rules/judge.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rules/charges.h"
#include "rules/docket.h"
#include "rules/heard.h"
#include "rules/own_fault.h"
#include "rules/remember.h"
#include "wpi/http.h"

namespace understudy::conformance {

namespace {

using transcript::Ending;
using transcript::Event;
using transcript::Exchange;
using transcript::Mark;
using transcript::PhoneMark;
using wpi::Action;
using wpi::Reason;

// What deviates if a nonce is another phone's, or if it is nobody's.
struct Suspicion {
  std::string nonce, phone;  // whose answer it came in
  bool of_another = false;
  Docket::Prepared deviation;
};

// What the record of an occasion leaves out.
transcript::Facts untold(const Heard& heard) { return heard.exchange.untold; }
transcript::Facts untold(const Ended& ended) { return ended.interaction.untold; }
transcript::Facts untold(const Knocked&) { return {}; }
transcript::Facts untold(const Endured&) { return {}; }

class DocketRuling : public Ruling {
 public:
  DocketRuling(Docket& docket, Scene scene, bool sound, std::vector<Suspicion>* suspicions = nullptr)
      : docket_(docket), scene_(scene), sound_(sound), suspicions_(suspicions) {}
  // Asks them all. `of_content`: about what stands in the message.
  template <typename Ask, typename Occasion>
  void ask(const std::vector<Charge<Ask>>& charges, const Occasion& occasion, bool of_content = false) {
    of_content_ = of_content;
    const transcript::Facts missing = untold(occasion);
    for (const Charge<Ask>& charge : charges) {
      rule_ = charge.rule;
      if (missing.any_of(charge.rests_on))
        docket_.untold(rule_);
      else
        charge.ask(occasion, *this);
    }
  }
  void held() override {
    // Of a message that could not be read to its end only what is wrong is certain.
    if (sound_ || !of_content_) docket_.held(rule_);
  }
  void deviates(Deviation deviation) override { docket_.deviated(rule_, std::move(deviation), scene_); }
  bool sound() const override { return sound_; }
  void suspects(std::string_view nonce, bool of_another, Deviation deviation) override {
    if (suspicions_)
      suspicions_->push_back(
          {std::string(nonce), scene_.phone().id, of_another, docket_.prepared(rule_, std::move(deviation), scene_)});
  }

 private:
  Docket& docket_;
  Scene scene_;
  bool sound_;
  std::vector<Suspicion>* suspicions_;
  bool of_content_ = false;
  std::size_t rule_ = 0;
};

// A phone, and its interaction while one is open.
struct Known {
  Speaker speaker;
  Courses courses;
  std::optional<Interaction> open;
  Duties duties;
  Doorstep doorstep;
  std::optional<std::pair<Speaker, Interaction>> uncalled;  // that left it so, see Duties::owes_call()
  Past past;
  Deployments deployments;
  Bootstrapping bootstrapping;
  bool served = false;  // some interaction ended with CleanUp
};

void set_model(Speaker& speaker, const std::string& name) {
  if (speaker.model_name == name) return;
  speaker.model_name = name;
  const auto model = items::model_named(name);
  speaker.model = model ? *model : nullptr;
}

// What the phone says is known before the answer to it is judged.
void listen(const Heard& heard, Known& phone) {
  const bool opens = phone.open->messages == 0 && heard.reason() && heard.reason() != Reason::reply_to;
  phone.past.hear(heard, opens);
  phone.deployments.hear(heard, opens);
  if (!opens) return;
  phone.open->unchanged = phone.past.was_read() && heard.reason() == Reason::start_up &&
                          heard.says_flag("configuration-changed-flag", "false");
  phone.open->refused_before = phone.past.has_refused();
}

// It goes where a contact-me sent the phone.
bool calls_elsewhere(const Heard& heard) {
  const std::string& elsewhere = heard.doorstep.elsewhere();
  if (heard.exchange.interaction == 0 || elsewhere.empty()) return false;
  const std::string* host = wpi::find_header(heard.request().headers, "Host");
  return host && *host == elsewhere;
}

}  // namespace

struct Judge::Impl {
  Impl(Selection chosen, transcript::Masker* masker)
      : selection(std::move(chosen)), charges(charges_of(selection)), docket(masker) {}

  void take(const PhoneMark& mark);
  void take(const Mark& mark);
  void take(const Exchange& exchange);
  void take(const transcript::Contact& contact);
  void take_poll(const Exchange& exchange);
  void take_trial(const Exchange& exchange);
  bool spoiled(const Exchange& exchange);
  static void forget(Known& phone);
  void take_siege(const Mark& mark);
  void endure(std::optional<Endured> endured);
  void settle(const Exchange& exchange);
  void settle_as_nobodys(std::size_t so_many);
  const Speaker& speaker_of(const Known& phone, std::optional<Speaker>& in_step) const;
  template <typename Ask, typename Occasion>
  void ask(const std::vector<Charge<Ask>>& rules, const Occasion& occasion, Scene scene) {
    DocketRuling(docket, scene, true).ask(rules, occasion);
  }
  void end(Known& known, std::optional<Ending> ending);
  void end_late(const Known& phone);
  Known& known(const std::string& phone);

  Selection selection;
  Charges charges;
  Docket docket;
  std::map<std::string, Known, std::less<>> phones;
  std::string step;  // of a plan that is no single phone's
  Rereader rereader;
  Siege siege;
  Others others;
  std::vector<Suspicion> suspicions;
  bool spoken = false;  // the service has given some HTTP answer in this run
  std::uint64_t judged = 0;
};

Known& Judge::Impl::known(const std::string& phone) {
  const auto [place, fresh] = phones.try_emplace(phone);
  if (fresh) place->second.speaker.id = phone;
  return place->second;
}

void Judge::Impl::take(const PhoneMark& mark) {
  Speaker& speaker = known(mark.phone).speaker;
  speaker.version = mark.firmware;
  speaker.firmware = firmware_of(mark.firmware);
  speaker.certificate_password = mark.certificate_password;
  others.introduce(mark);
  set_model(speaker, mark.model);
}

void Judge::Impl::take(const Mark& mark) {
  switch (mark.event) {
    case Event::step:
    case Event::step_ended: {
      std::string& current = mark.phone.empty() ? step : known(mark.phone).speaker.step;
      current = mark.event == Event::step ? mark.text : std::string();
      return;
    }
    case Event::interaction: {
      Known& phone = known(mark.phone);
      if (phone.open && phone.open->number != mark.interaction) end(phone, std::nullopt);
      others.begins(mark.phone);
      return;
    }
    case Event::interaction_ended: {
      Known& phone = known(mark.phone);
      const auto ending = transcript::ending_named(mark.text.substr(0, mark.text.find(':')));  // "unclean: status 404"
      others.ends(mark.phone, mark.at, ending == Ending::clean_up || ending == Ending::restart);
      if (phone.open && (mark.interaction == 0 || phone.open->number == mark.interaction))
        end(phone, ending);
      return;
    }
    case Event::restart: {
      Known& phone = known(mark.phone);
      others.ends(mark.phone, mark.at, true);
      if (phone.open) end(phone, Ending::restart);
      return;
    }
    case Event::call:
      known(mark.phone).speaker.in_call = mark.text == "begins";
      return;
    case Event::trigger:
      docket.trigger(mark.text);
      return;
    case Event::trigger_failed:
      docket.trigger_failed(mark.text);
      return;
    case Event::job:
      known(mark.phone).doorstep.job_starts(mark.at);
      return;
    case Event::download:
      known(mark.phone).deployments.downloaded(mark.text);
      return;
    case Event::planted:
      others.plant(mark.phone, mark.text);
      return;
    case Event::hostile:
    case Event::hostile_ended:
    case Event::guard:
    case Event::guard_ended:
    case Event::fetched:
      return take_siege(mark);
    case Event::fault:  // the exchange itself says what of it is judged
    case Event::note:
      return;
  }
}

// What is asked of a hostile phone, and of the healthy one that follows it, is asked of the whole case.
void Judge::Impl::take_siege(const Mark& mark) {
  Known& phone = known(mark.phone);
  if (mark.event == Event::hostile || mark.event == Event::guard) {
    if (phone.open) phone.open->spoiled = true, end(phone, std::nullopt);
    forget(phone);
  }
  std::optional<Speaker> in_step;
  const Speaker& speaker = speaker_of(phone, in_step);
  if (mark.event == Event::hostile) {
    siege.begins(mark.phone, mark.text);
  } else if (mark.event == Event::guard) {
    siege.guard_begins(mark.phone, mark.text, phone.served);
  } else if (mark.event == Event::guard_ended) {
    siege.guard_ends(mark.phone);
  } else if (mark.event == Event::hostile_ended) {
    endure(siege.ends(mark.phone, speaker));
  } else if (siege.has(mark.phone)) {
    siege.fetched(mark.phone, mark.text);
  } else {
    endure(siege.late(mark.phone, mark.text, speaker));
  }
}

void Judge::Impl::endure(std::optional<Endured> endured) {
  if (endured && spoken) ask(charges.endured, *endured, Scene{nullptr, nullptr, nullptr, &*endured});
}

// What a phone says shows whose the nonces were that came before.
void Judge::Impl::settle(const Exchange& exchange) {
  if (suspicions.empty()) return;
  const std::string_view nonce = exchange.said ? exchange.said->nonce_or_empty() : std::string_view();
  if (exchange.interaction != 0 && !nonce.empty())
    std::erase_if(suspicions, [&](Suspicion& one) {
      if (one.nonce != nonce || one.phone == exchange.phone) return false;
      if (one.of_another) docket.deviated(std::move(one.deviation));
      return true;
    });
  constexpr std::size_t most = 128;
  if (suspicions.size() > most) settle_as_nobodys(suspicions.size() - most);
}

void Judge::Impl::settle_as_nobodys(std::size_t so_many) {
  for (std::size_t i = 0; i < so_many; ++i)
    if (!suspicions[i].of_another) docket.deviated(std::move(suspicions[i].deviation));
  suspicions.erase(suspicions.begin(), suspicions.begin() + static_cast<std::ptrdiff_t>(so_many));
}

// With the step of the plan that it is in; a copy only where that is not the phone's own.
const Speaker& Judge::Impl::speaker_of(const Known& phone, std::optional<Speaker>& in_step) const {
  if (!phone.speaker.step.empty() || step.empty()) return phone.speaker;
  in_step = phone.speaker;
  in_step->step = step;
  return *in_step;
}

void Judge::Impl::take(const transcript::Contact& contact) {
  if (contact.phone.empty()) return;
  if (siege.has(contact.phone)) return;
  if (contact.scripted) return;  // it is not the service who asks
  Known& phone = known(contact.phone);
  std::optional<Speaker> in_step;
  const Speaker& speaker = speaker_of(phone, in_step);
  const Knocked knocked{contact, speaker, phone.doorstep};
  ask(charges.contact, knocked, Scene{nullptr, nullptr, &knocked});
  phone.doorstep.take(contact);
}

// Its address may be another's than the service's own: that nobody is there is the service's doing all the same, since it
// chose the place (guide p.24).
void Judge::Impl::take_poll(const Exchange& exchange) {
  Known& phone = known(exchange.phone);
  const Interaction none;
  std::optional<Speaker> in_step;
  const Speaker& speaker = speaker_of(phone, in_step);
  const Heard heard{exchange, speaker, none, phone.duties, phone.past, phone.doorstep, phone.bootstrapping, rereader};
  ask(charges.poll, heard, Scene{&heard, nullptr, nullptr});
  phone.doorstep.polled(exchange);
}

// What it is to refuse is no occasion for anything else.
void Judge::Impl::take_trial(const Exchange& exchange) {
  if (!spoken) return;
  Known& phone = known(exchange.phone);
  const Interaction none;
  std::optional<Speaker> in_step;
  const Speaker& speaker = speaker_of(phone, in_step);
  Heard heard{exchange, speaker, none, phone.duties, phone.past, phone.doorstep, phone.bootstrapping, rereader};
  heard.others = &others;
  ++judged;
  ask(charges.trial, heard, Scene{&heard, nullptr, nullptr});
  // A service that took it up may think of the phone what it likes.
  if (exchange.trial == transcript::Trial::stale_cookie || exchange.trial == transcript::Trial::replay) forget(phone);
}

// All that was remembered of it, as far as the service draws conclusions from it.
void Judge::Impl::forget(Known& phone) {
  phone.courses = {};
  phone.duties = {};
  phone.past = {};
  phone.deployments = {};
  phone.bootstrapping = {};
  phone.doorstep.forget_jobs();
  phone.uncalled.reset();
}

// A scenario said what no phone says, or disturbed the connection; or what was said is not on record. What the service makes of that is its own affair, in this
// interaction and where it draws conclusions from it: all that was remembered of the phone counts no more.
bool Judge::Impl::spoiled(const Exchange& exchange) {
  Known& phone = known(exchange.phone);
  const bool same = phone.open && phone.open->number == exchange.interaction;
  const bool unknown = exchange.untold.has(transcript::Fact::content);
  if (exchange.scripted != transcript::Scripted::broken && !unknown) return exchange.interaction != 0 && same && phone.open->spoiled;
  if (exchange.interaction == 0) return true;
  if (!same) {
    if (phone.open) end(phone, std::nullopt);
    phone.open.emplace().number = exchange.interaction;
  }
  phone.open->spoiled = true;
  spoken = spoken || transcript::service_spoke(exchange);
  forget(phone);
  return true;
}

void Judge::Impl::take(const Exchange& exchange) {
  if (siege.has(exchange.phone)) {
    spoken = spoken || transcript::service_spoke(exchange);
    ++judged;
    return siege.hear(exchange, rereader);
  }
  if (exchange.poll) return take_poll(exchange);
  others.hears(exchange);
  settle(exchange);
  if (exchange.trial == transcript::Trial::others_cookie) take_trial(exchange);
  if (spoiled(exchange)) return;
  if (exchange.trial != transcript::Trial::none && exchange.interaction == 0) return take_trial(exchange);
  Known& phone = known(exchange.phone);
  if (exchange.interaction != 0) {
    if (phone.open && phone.open->number != exchange.interaction) end(phone, std::nullopt);
    if (!phone.open) {
      phone.open.emplace().number = exchange.interaction;
      phone.open->owed_write = phone.duties.owes_write();
      open_course(exchange, phone.open->course);
    }
  }
  if (exchange.outcome == transcript::Outcome::interrupted || exchange.outcome == transcript::Outcome::not_allowed) {
    if (exchange.interaction != 0) phone.open->interrupted = true;
    return;
  }
  if (exchange.said) {
    const wpi::Item* version = exchange.said->find("software-version");
    if (version && firmware_of(version->value)) {
      phone.speaker.version = version->value;
      phone.speaker.firmware = firmware_of(version->value);
    }
    if (const wpi::Item* model = exchange.said->find("device-type"); model && !model->value.empty())
      set_model(phone.speaker, model->value);
  }
  spoken = spoken || transcript::service_spoke(exchange);

  const Interaction none;
  const Interaction& before = exchange.interaction != 0 ? *phone.open : none;
  std::optional<Speaker> in_step;
  const Speaker& speaker = speaker_of(phone, in_step);
  Heard heard{exchange, speaker, before, phone.duties, phone.past, phone.doorstep, phone.bootstrapping, rereader};
  if (calls_elsewhere(heard)) {
    ask(charges.elsewhere, heard, Scene{&heard, nullptr, nullptr});
    if (!exchange.response) {  // nobody was there: the service itself has said nothing wrong
      phone.open->interrupted = true;
      phone.doorstep.answered(heard);
      return;
    }
  }
  if (own_fault(exchange)) {
    if (exchange.interaction != 0) phone.open->interrupted = true;
    return;
  }
  // The phone itself refused the service: there was no conversation.
  if (exchange.secure && exchange.outcome == transcript::Outcome::tls_failed && exchange.tls && !exchange.tls->problems.empty()) {
    if (spoken) ask(charges.connection, heard, Scene{&heard, nullptr, nullptr});
    if (exchange.interaction != 0) phone.open->interrupted = true;
    return;
  }
  if (exchange.interaction != 0) {
    phone.bootstrapping.hear(heard);
    phone.doorstep.hear(heard);
    heard.odds = odds_of(exchange, before.nonces.empty() ? std::string_view() : before.nonces.back());
    if (others.neighbour_speaks(exchange.phone)) heard.odds.add(Odd::neighbour);
    heard.courses = &phone.courses;
    heard.deployments = &phone.deployments;
    heard.others = &others;
    listen(heard, phone);
    phone.duties.hear(heard);
  }
  // Before the service has ever spoken its silence is no finding: the run could not be made.
  if (spoken) {
    ++judged;
    const bool whole =
        heard.success() && exchange.answer && heard.response().complete && !heard.answer().empty;
    DocketRuling ruling(docket, Scene{&heard, nullptr, nullptr}, whole && heard.answer().well_formed, &suspicions);
    if (exchange.tls && exchange.fresh_connection) ruling.ask(charges.connection, heard);
    if (exchange.interaction == 0) {
      ruling.ask(charges.probe, heard);
    } else {
      ruling.ask(charges.exchange, heard);
      if (whole) ruling.ask(charges.message, heard, true);
    }
  }
  if (exchange.interaction == 0) return;
  remember(heard, *phone.open);
  const bool was_owed = phone.duties.owes_call();
  phone.duties.answered(heard);
  if (!phone.duties.owes_call())
    phone.uncalled.reset();
  else if (!was_owed)
    phone.uncalled.emplace(speaker, *phone.open);
  phone.bootstrapping.answered(heard);
  phone.past.answered(heard);
  phone.deployments.answered(heard);
  phone.doorstep.answered(heard);
}

void Judge::Impl::end(Known& phone, std::optional<Ending> ending) {
  std::optional<Speaker> in_step;
  const Speaker& speaker = speaker_of(phone, in_step);
  Interaction interaction = std::move(*phone.open);
  phone.open.reset();
  if (!spoken || interaction.messages == 0 || interaction.spoiled) return;
  phone.served = phone.served || (interaction.clean_up && !interaction.interrupted);
  // What went wrong may have changed what the service thinks of the phone: nothing before it is a measure any more.
  if (interaction.course.sound && interaction.clean_up && !interaction.interrupted)
    phone.courses.keep(std::move(interaction.course));
  else
    phone.courses = {};
  const Ended ended{speaker, interaction, phone.duties, phone.doorstep, ending, &phone.deployments, &others};
  ask(charges.end, ended, Scene{nullptr, &ended, nullptr});
  phone.doorstep.ended(ended);
}

void Judge::Impl::end_late(const Known& phone) {
  const auto& [speaker, interaction] = *phone.uncalled;
  const Ended ended{speaker, interaction, phone.duties, phone.doorstep, std::nullopt};
  ask(charges.late, ended, Scene{nullptr, &ended, nullptr});
}

Judge::Judge(Selection selection, transcript::Masker* masker)
    : impl_(std::make_unique<Impl>(std::move(selection), masker)) {}

Judge::~Judge() = default;

void Judge::take(const transcript::Entry& entry) {
  auto& now = impl_->docket.now;
  if (const auto* exchange = std::get_if<Exchange>(&entry))
    now = exchange->ended, impl_->take(*exchange);
  else if (const auto* mark = std::get_if<Mark>(&entry))
    now = mark->at, impl_->take(*mark);
  else if (const auto* phone = std::get_if<PhoneMark>(&entry))
    impl_->take(*phone);
  else if (const auto* contact = std::get_if<transcript::Contact>(&entry))
    now = contact->at, impl_->take(*contact);
}

void Judge::tell(std::function<void(const Finding& finding, const Spot& spot)> told) { impl_->docket.deviates = std::move(told); }

Verdict Judge::finish() {
  for (auto& [id, phone] : impl_->phones) {
    if (phone.open) impl_->end(phone, std::nullopt);
    if (phone.uncalled) impl_->end_late(phone);
  }
  impl_->settle_as_nobodys(impl_->suspicions.size());
  return impl_->docket.verdict(impl_->selection, impl_->judged);
}

}  // namespace understudy::conformance
