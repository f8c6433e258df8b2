#include "rules/judge.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rules/area.h"
#include "rules/docket.h"
#include "rules/heard.h"
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

constexpr std::size_t nonces_kept = 16;
constexpr std::size_t reported_kept = 5'000;  // items of an interaction
constexpr std::size_t orders_kept =
    512;  // different ones of an interaction; more than flow.bounded lets pass

// A binding with the place of its rule in the table.
struct Charge {
  std::size_t rule;
  Binding binding;
};

std::vector<Charge> charges_of(const Selection& selection) {
  std::vector<Charge> charges;
  for (const Binding& binding : all_bindings()) {
    if (!selection.has(binding.id)) continue;
    const auto rule =
        std::find_if(rules().begin(), rules().end(), [&](const RuleText& r) { return r.id == binding.id; });
    if (rule != rules().end()) charges.push_back({static_cast<std::size_t>(rule - rules().begin()), binding});
  }
  return charges;
}

class DocketRuling : public Ruling {
 public:
  DocketRuling(Docket& docket, Scene scene, bool sound) : docket_(docket), scene_(scene), sound_(sound) {}
  void rule(std::size_t rule, bool of_content) { rule_ = rule, of_content_ = of_content; }
  void held() override {
    // Of a message that could not be read to its end only what is wrong is certain.
    if (sound_ || !of_content_) docket_.held(rule_);
  }
  void deviates(Deviation deviation) override { docket_.deviated(rule_, std::move(deviation), scene_); }
  bool sound() const override { return sound_; }

 private:
  Docket& docket_;
  Scene scene_;
  bool sound_;
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
};

void set_model(Speaker& speaker, const std::string& name) {
  if (speaker.model_name == name) return;
  speaker.model_name = name;
  const auto model = items::model_named(name);
  speaker.model = model ? *model : nullptr;
}

void keep_nonce(std::vector<std::string>& nonces, std::string_view nonce) {
  if (nonce.empty() || std::find(nonces.begin(), nonces.end(), nonce) != nonces.end()) return;
  if (nonces.size() == nonces_kept) nonces.erase(nonces.begin());
  nonces.emplace_back(nonce);
}

// What the phone says is known before the answer to it is judged.
void listen(const Heard& heard, Known& phone) {
  const bool opens = phone.open->messages == 0 && heard.reason() && heard.reason() != Reason::reply_to;
  phone.past.hear(heard, opens);
  if (!opens) return;
  phone.open->unchanged = phone.past.was_read() && heard.reason() == Reason::start_up &&
                          heard.says_flag("configuration-changed-flag", "false");
  phone.open->refused_before = phone.past.has_refused();
}

// What an interaction is known by: how it was opened.
void open_course(const Exchange& exchange, Course& course) {
  if (!exchange.said) return;
  course.opened_by = exchange.said->reason();
  const wpi::Item* changed = exchange.said->find("configuration-changed-flag");
  course.changed = changed && wpi::same_ignoring_case(changed->value, "true");
}

// Its row of orders, as far as the rules reads.* look at it.
void follow(const Heard& heard, Course& course) {
  // Of a message that is said again the second answer counts.
  if (!heard.exchange.response && !heard.exchange.fresh_connection && heard.exchange.attempt <= 1) return;
  const wpi::Document* said = heard.said();
  course.odds.add(heard.odds);
  const auto order = heard.proper_order();
  if (!order || !said || course.beats.size() == Course::most_beats) course.sound = false;
  if (!course.sound) return;
  if (!course.odds.none() && course.reported.size() + said->items.size() <= reported_kept)
    for (const wpi::Item& item : said->items)
      if (item.status.empty()) course.reported.push_back(digest_of_value(item, item.value));
  if (heard.fetches_the_rest()) return;
  const bool echoed =
      !said->nonce_or_empty().empty() && heard.answer().nonce_or_empty() == said->nonce_or_empty();
  course.beats.push_back(
      {course.odds, *order, digest_of(heard.answer(), *order), digest_of_names(heard.answer()), echoed});
}

// It goes where a contact-me sent the phone.
bool calls_elsewhere(const Heard& heard) {
  const std::string& elsewhere = heard.doorstep.elsewhere();
  if (heard.exchange.interaction == 0 || elsewhere.empty()) return false;
  const std::string* host = wpi::find_header(heard.request().headers, "Host");
  return host && *host == elsewhere;
}

// What the exchange adds to what is known of its interaction.
void remember(const Heard& heard, Interaction& interaction) {
  const Exchange& exchange = heard.exchange;
  follow(heard, interaction.course);
  if (exchange.attempt <= 1 || interaction.messages == 0) ++interaction.messages;
  const bool first = interaction.messages == 1;
  if (first) interaction.opened_by = heard.reason();
  if (heard.reason() == Reason::clean_up) interaction.phone_clean_up = true;
  if ((heard.replied(Action::restart) || heard.replied(Action::software_deployment)) &&
      wpi::same_ignoring_case(heard.replied_status(), "accepted"))
    interaction.released = true;
  if (heard.said()) keep_nonce(interaction.nonces, heard.said()->nonce_or_empty());
  if (first && !interaction.answered) {
    const std::string* cookie = wpi::find_header(heard.request().headers, "Cookie");
    interaction.first_sends_cookie = cookie && !cookie->empty();
  }

  if (wpi::same_ignoring_case(heard.replied_status(), wpi::spelling(wpi::ReplyStatus::busy))) interaction.busy = true;
  const bool more = heard.said() && heard.said()->fragment && heard.said()->fragment->text == "next";
  interaction.fragments = more ? interaction.fragments + 1 : 0;
  if (heard.reason() == Reason::reply_to && exchange.attempt <= 1 &&
      wpi::same_ignoring_case(heard.replied_status(), wpi::spelling(wpi::ReplyStatus::failed)))
    ++interaction.failed;

  interaction.stays_open = false;
  interaction.last_answer.reset();
  const auto order_before = std::exchange(interaction.last_action, std::nullopt);
  const bool whole = heard.has_answer() && heard.response().complete;
  if (!whole) {
    if (interaction.silence == Silence::none) interaction.unanswered = order_before;
    interaction.silence = exchange.response ? Silence::part : Silence::all;
  } else {
    interaction.silence = Silence::none;
  }
  if (!heard.has_answer()) return;
  const wpi::HttpResponse& response = heard.response();
  interaction.answered = true;
  if (first) interaction.first_sets_cookie = sets_cookie(response);
  const std::string* connection = wpi::find_header(heard.request().headers, "Connection");
  // After an answer with flaws it is the phone that gives the connection up.
  interaction.stays_open = response.keeps_open && response.complete && response.problems.empty() &&
                           response.framing != wpi::Framing::until_close &&
                           !(connection && wpi::same_ignoring_case(*connection, "close"));
  interaction.last_connection = exchange.connection;
  interaction.last_ended = exchange.ended;
  if (!heard.success() || !exchange.answer) {
    interaction.run.add(nullptr);
    return;
  }

  interaction.last_action = heard.answer().action();
  interaction.run.add(exchange.answer.get());
  if (whole && heard.order()) {
    const Action order = *heard.order();
    interaction.last_answer = exchange.answer;
    interaction.read_all = interaction.read_all || order == Action::read_all_items;
    interaction.rewrites_refused = interaction.rewrites_refused || refused_before(heard);
    interaction.repeats_failed = interaction.repeats_failed || repeats_failed(heard);
    if (Interaction::is_read(order))
      interaction.reading = digest_of(heard.answer(), order);
    else if (order != Action::get_next_fragment)
      interaction.reading = 0;
    if (order == Action::clean_up) interaction.asked_to_call = asks_for_call(heard.answer());
    if (order == Action::write_items)
      for (const wpi::Item& item : heard.answer().items) interaction.undone = interaction.undone || heard.duties.undoes(item);
  }
  if (interaction.last_action == Action::clean_up) interaction.clean_up = true;
  if (!is_counted(heard.answer())) return;
  // flow.bounded speaks of whole answers alone.
  if (++interaction.actions > most_actions && whole) interaction.unbounded = true;
  if (!interaction.last_action) return;
  const Action action = *interaction.last_action;
  auto& counts = interaction.counts_of(action);
  if (counts.size() >= orders_kept) return;
  const int times = ++counts[digest_of(heard.answer(), action)];
  if (action == Action::write_items && times == 1) interaction.reads.clear();
  if (heard.order() && whole && times >= 3) interaction.unbounded = true;
}

}  // namespace

std::vector<Binding> all_bindings() {
  std::vector<Binding> all;
  for (const auto area : {http_rules(), http_wire_rules(), session_rules(), xml_rules(), xml_part_rules(),
                          signature_rules(), nonce_rules(), action_rules(), item_rules(), flow_rules(),
                          phone_word_rules(), fragment_rules(), busy_rules(), user_rules(), contact_rules(), poll_rules(), reads_rules(),
                          tls_rules()})
    all.insert(all.end(), area.begin(), area.end());
  return all;
}

struct Judge::Impl {
  Impl(Selection chosen, transcript::Masker* masker)
      : selection(std::move(chosen)), charges(charges_of(selection)), docket(masker) {}

  void take(const PhoneMark& mark);
  void take(const Mark& mark);
  void take(const Exchange& exchange);
  void take(const transcript::Contact& contact);
  void take_poll(const Exchange& exchange);
  Speaker speaker_of(const Known& phone) const;
  // Asks every rule that has something for such an occasion.
  template <typename Rule, typename Occasion>
  void ask(Rule Binding::*rule, const Occasion& occasion, Scene scene);
  void end(Known& known, std::optional<Ending> ending);
  void end_late(const Known& phone);
  Known& known(const std::string& phone);

  Selection selection;
  std::vector<Charge> charges;
  Docket docket;
  std::map<std::string, Known, std::less<>> phones;
  std::string step;  // of a plan that is no single phone's
  Rereader rereader;
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
      return;
    }
    case Event::interaction_ended: {
      Known& phone = known(mark.phone);
      if (phone.open && (mark.interaction == 0 || phone.open->number == mark.interaction))
        end(phone,
            transcript::ending_named(mark.text.substr(0, mark.text.find(':'))));  // "unclean: status 404"
      return;
    }
    case Event::restart: {
      Known& phone = known(mark.phone);
      if (phone.open) end(phone, Ending::restart);
      return;
    }
    case Event::call:
      known(mark.phone).speaker.in_call = mark.text == "begins";
      return;
    case Event::job:
      known(mark.phone).doorstep.job_starts(mark.at);
      return;
    case Event::note:
      return;
  }
}

Speaker Judge::Impl::speaker_of(const Known& phone) const {
  Speaker speaker = phone.speaker;
  if (speaker.step.empty()) speaker.step = step;
  return speaker;
}

template <typename Rule, typename Occasion>
void Judge::Impl::ask(Rule Binding::*rule, const Occasion& occasion, Scene scene) {
  DocketRuling ruling(docket, scene, true);
  for (const Charge& charge : charges) {
    if (!(charge.binding.*rule)) continue;
    ruling.rule(charge.rule, false);
    (charge.binding.*rule)(occasion, ruling);
  }
}

void Judge::Impl::take(const transcript::Contact& contact) {
  if (contact.phone.empty()) return;
  Known& phone = known(contact.phone);
  const Speaker speaker = speaker_of(phone);
  const Knocked knocked{contact, speaker, phone.doorstep};
  ask(&Binding::contact, knocked, Scene{nullptr, nullptr, &knocked});
  phone.doorstep.take(contact);
}

// Its address may be another's than the service's own: that nobody is there is the service's doing all the same, since it
// chose the place (guide p.24).
void Judge::Impl::take_poll(const Exchange& exchange) {
  Known& phone = known(exchange.phone);
  const Interaction none;
  const Speaker speaker = speaker_of(phone);
  const Heard heard{exchange, speaker, none, phone.duties, phone.past, phone.doorstep, rereader};
  ask(&Binding::poll, heard, Scene{&heard, nullptr, nullptr});
  phone.doorstep.polled(exchange);
}

void Judge::Impl::take(const Exchange& exchange) {
  if (exchange.poll) return take_poll(exchange);
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
  const Speaker speaker = speaker_of(phone);
  Heard heard{exchange, speaker, before, phone.duties, phone.past, phone.doorstep, rereader};
  if (calls_elsewhere(heard)) {
    ask(&Binding::elsewhere, heard, Scene{&heard, nullptr, nullptr});
    if (!exchange.response) {  // nobody was there: the service itself has said nothing wrong
      phone.open->interrupted = true;
      phone.doorstep.answered(heard);
      return;
    }
  }
  if (exchange.interaction != 0) {
    phone.doorstep.hear(heard);
    heard.odds = odds_of(exchange, before.nonces.empty() ? std::string_view() : before.nonces.back());
    heard.courses = &phone.courses;
    listen(heard, phone);
    phone.duties.hear(heard);
  }
  // Before the service has ever spoken its silence is no finding: the run could not be made.
  if (spoken) {
    ++judged;
    const bool whole =
        heard.success() && exchange.answer && heard.response().complete && !heard.answer().empty;
    DocketRuling ruling(docket, Scene{&heard, nullptr, nullptr}, whole && heard.answer().well_formed);
    for (const Charge& charge : charges) {
      const Binding& binding = charge.binding;
      ruling.rule(charge.rule, false);
      if (binding.connection && exchange.tls && exchange.fresh_connection) binding.connection(heard, ruling);
      if (exchange.interaction == 0) {
        if (binding.probe) binding.probe(heard, ruling);
        continue;
      }
      if (binding.exchange) binding.exchange(heard, ruling);
      if (binding.message && whole) {
        ruling.rule(charge.rule, true);
        binding.message(heard, ruling);
      }
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
  phone.past.answered(heard);
  phone.doorstep.answered(heard);
}

void Judge::Impl::end(Known& phone, std::optional<Ending> ending) {
  const Speaker speaker = speaker_of(phone);
  Interaction interaction = std::move(*phone.open);
  phone.open.reset();
  if (!spoken || interaction.messages == 0) return;
  // What went wrong may have changed what the service thinks of the phone: nothing before it is a measure any more.
  if (interaction.course.sound && interaction.clean_up && !interaction.interrupted)
    phone.courses.keep(std::move(interaction.course));
  else
    phone.courses = {};
  const Ended ended{speaker, interaction, phone.duties, phone.doorstep, ending};
  ask(&Binding::end, ended, Scene{nullptr, &ended, nullptr});
  phone.doorstep.ended(ended);
}

void Judge::Impl::end_late(const Known& phone) {
  const auto& [speaker, interaction] = *phone.uncalled;
  const Ended ended{speaker, interaction, phone.duties, phone.doorstep, std::nullopt};
  ask(&Binding::late, ended, Scene{nullptr, &ended, nullptr});
}

Judge::Judge(Selection selection, transcript::Masker* masker)
    : impl_(std::make_unique<Impl>(std::move(selection), masker)) {}

Judge::~Judge() = default;

void Judge::take(const transcript::Entry& entry) {
  if (const auto* exchange = std::get_if<Exchange>(&entry))
    impl_->take(*exchange);
  else if (const auto* mark = std::get_if<Mark>(&entry))
    impl_->take(*mark);
  else if (const auto* phone = std::get_if<PhoneMark>(&entry))
    impl_->take(*phone);
  else if (const auto* contact = std::get_if<transcript::Contact>(&entry))
    impl_->take(*contact);
}

Verdict Judge::finish() {
  for (auto& [id, phone] : impl_->phones) {
    if (phone.open) impl_->end(phone, std::nullopt);
    if (phone.uncalled) impl_->end_late(phone);
  }
  return impl_->docket.verdict(impl_->selection, impl_->judged);
}

}  // namespace understudy::conformance
