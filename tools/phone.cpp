// understudy phone: phones on the desk, until Ctrl-C.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "cast.h"
#include "certs/authority.h"
#include "commands.h"
#include "desk.h"
#include "discover.h"
#include "fleet/fetcher.h"
#include "fleet/file_store.h"
#include "fleet/state_file.h"
#include "interrupt.h"
#include "items/catalogue.h"
#include "live.h"
#include "look/ladder.h"
#include "made_file.h"
#include "net/dhcp_items.h"
#include "net/door.h"
#include "net/event_loop.h"
#include "net/https_carrier.h"
#include "net/keys.h"
#include "net/local_address.h"
#include "pages.h"
#include "phone/random.h"
#include "reach.h"
#include "reports/console.h"
#include "rules/judge.h"
#include "scenarios/usual.h"
#include "terminal.h"
#include "transcript/file.h"
#include "typed.h"

namespace understudy::tools {

namespace {

// A phone of the desk, before it is switched on.
struct Seat {
  std::string id, mac, e164, address;
};

// Those that were named, and others made up; the error is one line.
tl::expected<std::vector<Seat>, Refusal> seats_of(const PhoneOptions& options, const net::Target& target) {
  const auto wrong = [](std::string text) { return tl::unexpected(Refusal{exit_wrong_command_line, std::move(text)}); };
  const std::size_t named = std::max({options.macs.size(), options.e164s.size(), options.binds.size(), std::size_t{1}});
  const std::size_t count = std::max(named, static_cast<std::size_t>(options.count));
  const bool on_loopback = is_on_loopback(target) && target.host.find(':') == std::string::npos;
  if (!on_loopback && count > std::max<std::size_t>(options.binds.size(), 1))
    return wrong("each phone needs an address of its own towards " + target.host + ": say --bind ADDR once a phone");
  std::vector<Seat> seats;
  std::set<std::string> macs, addresses;
  for (std::size_t k = 0; k < count; ++k) {
    Seat seat;
    seat.id = "phone-" + std::to_string(k + 1);
    seat.mac = k < options.macs.size() ? options.macs[k] : scenarios::mac_of(options.phones.seed, k + 1);
    seat.e164 = k < options.e164s.size() ? options.e164s[k] : std::to_string(4930'000'0001 + k);
    if (k < options.binds.size())
      seat.address = options.binds[k];
    else
      seat.address = on_loopback ? scenarios::loopback_address(k + 11) : net::local_address_towards(target);
    if (!macs.insert(seat.mac).second) return wrong("two phones cannot both be " + seat.mac + ": a service tells them apart by --mac");
    if (!addresses.insert(seat.address).second)
      return wrong("two phones cannot both be at " + seat.address + ": they are asked to call there; say another --bind");
    seats.push_back(std::move(seat));
  }
  return seats;
}

look::Remark remark_of(const conformance::Finding& finding, const conformance::Spot& spot) {
  look::Remark remark;
  remark.rule = finding.rule;
  remark.level = name_of(finding.level);
  remark.message = finding.message;
  remark.expected = finding.expected;
  remark.came = finding.came;
  remark.phone = finding.phone;
  remark.interaction = finding.interaction;
  remark.exchange = finding.exchange;
  if (spot.in == conformance::Spot::In::head) remark.in = look::Remark::In::head;
  if (spot.in == conformance::Spot::In::body) remark.in = look::Remark::In::body;
  remark.offset = spot.offset;
  remark.length = spot.length;
  return remark;
}

// What is heard goes to the judge and into the transcript; and where there are pages, to them, with what the judge says of it.
class Record : public transcript::Sink {
 public:
  Record(bool mask, bool for_pages)
      : masker_(items::is_secret), shown_(mask ? &masker_ : nullptr), judge_(conformance::Selection{}, shown_) {
    if (!for_pages) return;
    ladders_.emplace();
    judge_.tell([this](const auto& finding, const auto& spot) { ladders_->take(remark_of(finding, spot)); });
  }
  // nullptr: for no pages.
  look::Ladders* ladders() { return ladders_ ? &*ladders_ : nullptr; }
  std::optional<std::string> keep_in(const std::string& path) {
    if (path.empty()) return std::nullopt;
    auto file = transcript::FileSink::open(path, shown_);
    if (!file) return path + ": " + file.error().text;
    file_ = std::move(*file);
    path_ = path;
    if (!shown_) warn_of_secrets(path);
    return std::nullopt;
  }
  void take(const transcript::Entry& entry) override {
    if (file_) file_->take(entry);
    if (ladders_) ladders_->take(entry);
    judge_.take(entry);
  }
  // What of the rules was deviated from, in short, for the end.
  std::string verdict() {
    const conformance::Verdict verdict = judge_.finish();
    std::string out;
    for (const conformance::Finding& finding : verdict.findings)
      out += "  " + std::string(name_of(finding.level)) + "  " + finding.rule + ": " + finding.message + " (" + finding.where + ")\n";
    if (out.empty()) return verdict.exchanges == 0 ? "" : "the service kept the rules that it was asked for\n";
    out = "the service did not keep these rules (`understudy rules explain RULE`):\n" + out;
    return path_.empty() ? out : out + "all that was said: `understudy judge " + path_ + "`\n";
  }
  std::optional<std::string> problem() const {
    if (!file_ || !file_->problem()) return std::nullopt;
    return path_ + ": " + file_->problem()->text;
  }

 private:
  transcript::Masker masker_;
  transcript::Masker* shown_;
  conformance::Judge judge_;
  std::optional<look::Ladders> ladders_;
  std::unique_ptr<transcript::FileSink> file_;
  std::string path_;
};

int status_of(const fleet::StateError& error) {
  return error.kind == fleet::StateError::Kind::wrong_file ? exit_wrong_input_file : exit_could_not_run;
}

// Each phone takes a descriptor or two while it talks.
void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

tl::expected<net::DoorSettings, std::string> door_settings(const PhoneOptions& options, const std::vector<Seat>& seats) {
  net::DoorSettings settings;
  settings.port = options.door_port;
  settings.max_request = 16 * 1024;
  const bool on_loopback = std::all_of(seats.begin(), seats.end(), [](const Seat& seat) { return net::is_loopback(seat.address); });
  if (!on_loopback) settings.device.clear();
  if (std::any_of(seats.begin(), seats.end(), [](const Seat& seat) { return seat.address.find(':') != std::string::npos; }))
    settings.address = "::";
  for (std::size_t i = 0; i < options.web_ports.size(); ++i) {
    net::WebPort web{options.web_ports[i], std::nullopt};
    if (i == 1) {
      const auto authority = certs::Authority::make(std::chrono::system_clock::now());
      if (!authority) return tl::unexpected(authority.error());
      std::vector<std::string> names;
      for (const Seat& seat : seats) names.push_back(seat.address);
      const auto pem = authority->issue(certs::profile_of(certs::Ready::valid, names));
      if (!pem) return tl::unexpected(pem.error());
      web.tls = net::ServerTls{pem->certificate, pem->key};
    }
    settings.web_ports.push_back(std::move(web));
  }
  return settings;
}

// What is wrong with the words before anything is opened.
std::optional<Refusal> objection(const PhoneOptions& options) {
  if (!options.discover.empty() && (options.count > 1 || options.macs.size() > 1 || !options.binds.empty()))
    return Refusal{exit_wrong_command_line, "--discover is for one phone, which has its address from DHCP"};
  if (options.service.empty() && options.discover.empty())
    return Refusal{exit_wrong_command_line, "which service? say --service https://host:port, or --discover IFACE to ask DHCP"};
  if (!options.service.empty())
    if (const auto target = service_at(options.service, options.phones); !target)
      return Refusal{exit_wrong_command_line, target.error()};
  for (const std::string& address : options.binds)
    if (!net::is_own_address(address))
      return Refusal{exit_could_not_run, address + " is no address of this machine; `ip addr add " + address +
                                             "/32 dev lo` adds it to the loopback device"};
  return std::nullopt;
}

tl::expected<std::unique_ptr<fleet::StateFile>, Refusal> open_state(const std::string& path) {
  if (path.empty()) return nullptr;
  auto open = fleet::StateFile::open(path);
  if (!open) return tl::unexpected(Refusal{status_of(open.error()), open.error().text});
  return std::move(*open);
}

// Where the phones' files are kept.
tl::expected<std::unique_ptr<fleet::FileStore>, std::string> open_files(const std::string& folder) {
  if (folder.empty()) return std::make_unique<fleet::FilesInMemory>();
  return fleet::FilesOnDisk::open(folder);
}

// Asks DHCP where that is wanted, and takes what it says into the options.
tl::expected<std::unique_ptr<Discovery>, Refusal> discover(PhoneOptions& options, net::EventLoop& loop, Live& live) {
  if (options.discover.empty()) return nullptr;
  const std::string mac = options.macs.empty() ? scenarios::mac_of(options.phones.seed, 1) : options.macs.front();
  auto found = Discovery::ask(loop, options.discover, mac, options.phones.seed, [&live](const std::string& line) { live.say(line); });
  if (!found) return found;
  options.binds = {(*found)->address()};
  if (options.service.empty()) options.service = (*found)->service();
  if (options.service.empty())
    return tl::unexpected(
        Refusal{exit_could_not_run, options.discover + ": DHCP names no service (docs/dhcp.md); say --service https://host:port"});
  return found;
}

wpi::Item item(std::string_view name, std::string value) {
  wpi::Item out;
  out.name = name;
  out.value = std::move(value);
  return out;
}

// Phones as they are put on the desk.
struct Placing {
  const PhoneOptions& options;
  const Traits& traits;
  const phone::Model& model;
  const phone::Firmware& firmware;
  const net::Target& target;
  const Discovery* discovery;   // nullptr: DHCP was not asked
  fleet::StateFile* state;      // nullptr: nothing is kept
  std::uint16_t door;
  std::shared_ptr<const phone::Service> service = std::make_shared<const phone::Service>(phone::Service{target.host_header(), target.path, traits.keys});

  phone::Phone phone_at(const Seat& seat, std::size_t k) const;
  fleet::Place place_of(const Seat& seat) const;
};

phone::Phone Placing::phone_at(const Seat& seat, std::size_t k) const {
  phone::Limits limits = brisk_limits();
  limits.retry.attempts = phone::without_end;
  limits.retry.first = std::chrono::seconds(5);
  const std::uint64_t start = state ? state->starts() << 32 : 0;  // nonces differ from those of the last time
  phone::Phone phone({seat.mac, seat.e164, seat.address, door}, model, firmware, service,
                     phone::Random(options.phones.seed + k + start).next(), traits.quirks, limits, traits.switches);
  std::vector<wpi::Item> settings;
  if (options.contact_gap)
    settings.push_back(item("dls-contact-interval",
                            std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*options.contact_gap).count())));
  if (discovery) settings.push_back(item("dhcp", "true"));
  phone.set_up(settings);
  return phone;
}

fleet::Place Placing::place_of(const Seat& seat) const {
  fleet::Place place;
  place.target = target;
  place.source_address = is_on_loopback(target) || !options.binds.empty() ? seat.address : "";
  place.profile = firmware.major < 3 ? net::TlsProfile::old : net::TlsProfile::current;
  place.waits = traits.waits;
  return place;
}

// What a phone remembers is laid over what it comes with; what was typed for the first one counts more than that.
std::optional<Refusal> put_on_the_desk(const Placing& placing, const std::vector<Seat>& seats, fleet::Stage& stage, Live& live) {
  const auto faults = fleet::faults_of(placing.traits.faults);
  for (std::size_t k = 0; k < seats.size(); ++k) {
    phone::Phone phone = placing.phone_at(seats[k], k);
    if (placing.state) {
      const auto recalled = placing.state->recall(phone);
      if (!recalled) return Refusal{status_of(recalled.error()), recalled.error().text};
      if (!recalled->note.empty()) live.say(recalled->note);
    }
    if (k == 0) phone.set_up(placing.traits.settings);
    if (placing.discovery) phone.supply(net::dhcp::items_of(placing.discovery->lease()));
    stage.add(seats[k].id, std::move(phone), placing.place_of(seats[k]));
    stage.afflict(seats[k].id, faults, fleet::fault_seed(placing.options.phones.seed, k));
  }
  return std::nullopt;
}

std::vector<std::string> ids_of(const std::vector<Seat>& seats) {
  std::vector<std::string> ids;
  for (const Seat& seat : seats) ids.push_back(seat.id);
  return ids;
}

// nullptr where none are wanted.
tl::expected<std::unique_ptr<Pages>, std::string> serve_pages(const PhoneOptions& options, const net::Target& target, net::EventLoop& loop,
                                                              fleet::Stage& stage, const fleet::FileStore& files, look::Ladders* ladders,
                                                              const std::vector<Seat>& seats) {
  if (!ladders) return nullptr;
  Pages::Settings settings;
  settings.place = *listening_place(options.wbm);
  settings.about = {target.url(), "understudy " UNDERSTUDY_VERSION,
                    std::chrono::system_clock::now() - std::chrono::duration_cast<std::chrono::system_clock::duration>(loop.now())};
  settings.mask = !options.show_secrets;
  return Pages::open(std::move(settings), loop, stage, files, *ladders, ids_of(seats));
}

void introduce(const Placing& placing, const std::vector<Seat>& seats, const Pages* pages) {
  const Seat& first = seats.front();
  std::printf("%s, %s: %s, number %s, at %s\n", placing.model.device_type.c_str(), placing.firmware.version.c_str(), first.mac.c_str(),
              first.e164.c_str(), first.address.c_str());
  if (seats.size() > 1)
    std::printf("and %zu more, to %s at %s\n", seats.size() - 1, seats.back().mac.c_str(), seats.back().address.c_str());
  std::printf("its service is %s; it is asked to call at http://%s:%u%s\n", placing.target.url().c_str(), first.address.c_str(),
              placing.door, std::string(net::contact_path).c_str());
  if (pages) std::printf("its pages are %s (out of the box the administrator's password is 123456, the user's 000000)\n", pages->url().c_str());
  std::printf("type help for what can be done with it; Ctrl-C ends it\n\n");
  std::fflush(stdout);
}

// Switches the phones on, and lets them live until the user ends it or nothing can be kept any more.
void live_on(const std::vector<Seat>& seats, fleet::Stage& stage, Live& live, net::EventLoop& loop, Discovery* discovery) {
  const std::vector<std::string> ids = ids_of(seats);
  bool ends = false;
  const auto over = [&] { return ends || interrupted() || !stage.memory_failure().empty(); };
  Desk desk(stage, ids, [&live](const std::string& line) { live.say(line); }, [&ends] { ends = true; });
  if (discovery)
    discovery->changed = [&](const net::dhcp::Lease& lease) { stage.post(ids.front(), phone::Supplied{net::dhcp::items_of(lease)}); };
  for (const std::string& id : ids) stage.post(id, phone::PowerOn{});
  {
    const TypedLines typed(loop, STDIN_FILENO, [&desk](const std::string& line) { desk.take(line); });
    while (!over()) loop.run(over, std::chrono::hours(1));
  }
  if (discovery) discovery->changed = nullptr;
  for (const std::string& id : ids)
    if (!stage.phone(id).idle()) stage.post(id, phone::CutShort{"the program ends"});
}

}  // namespace

int run(const PhoneOptions& typed) {
  const auto refused = [](const Refusal& refusal) { return refuse(refusal.exit, refusal.text); };
  if (const auto wrong = objection(typed)) return refused(*wrong);
  const auto traits = understand(typed.phones);
  if (!traits) return refuse(exit_wrong_command_line, traits.error());
  Record record(!typed.show_secrets, !typed.wbm.empty());
  if (const auto trouble = record.keep_in(typed.transcript)) return refuse(exit_could_not_run, *trouble);
  const auto state = open_state(typed.state);
  if (!state) return refused(state.error());
  const auto files = open_files(typed.files);
  if (!files) return refuse(exit_could_not_run, files.error());

  allow_many_descriptors();
  watch_for_interrupt();
  net::EventLoop loop;
  stay_awake(loop);
  net::HttpsCarrier carrier(loop, {.validate = true});
  carrier.may_connect = reach(typed.phones.allow_target);
  const Terminal terminal = terminal_of(stdout);
  const bool several = std::max({typed.count, static_cast<int>(typed.macs.size()), static_cast<int>(typed.binds.size())}) > 1;
  Live live(record, {terminal.colour, terminal.width, terminal.there, several}, stdout);

  PhoneOptions options = typed;
  const auto discovery = discover(options, loop, live);
  if (!discovery) return refused(discovery.error());
  const auto target = service_at(options.service, options.phones);
  if (!target) return refuse(exit_could_not_run, target.error());
  const auto seats = seats_of(options, *target);
  if (!seats) return refused(seats.error());

  fleet::Fetcher fetcher(loop, reach(typed.phones.allow_target), **files, {.stall = typed.phones.download_timeout});
  fetcher.progressed = [&live](const std::string& id, const std::string& text) { live.downloads(id, text); };
  fleet::Stage stage(carrier, loop, live, state->get(), &fetcher);
  stage.sending = [&live](const std::string& id, const phone::Send& send) { live.sends(id, send); };
  const auto settings = door_settings(options, *seats);
  if (!settings) return refuse(exit_could_not_run, settings.error());
  const auto door = net::Door::open(loop, *settings, [&stage](const auto&... knock) { return stage.knock(knock...); });
  if (!door) return refuse(exit_could_not_run, door.error());

  live.take(transcript::Start{"understudy " UNDERSTUDY_VERSION, target->url(), iso_now(), options.phones.seed, !options.show_secrets});
  const Placing placing{options, *traits, traits->model ? *traits->model : **phone::model_named(scenarios::usual_model),
                        traits->firmware ? *traits->firmware : **phone::firmware_named(scenarios::usual_firmware), *target,
                        discovery->get(), state->get(), door->port()};
  if (const auto wrong = put_on_the_desk(placing, *seats, stage, live)) return refused(*wrong);
  auto pages = serve_pages(options, *target, loop, stage, **files, record.ladders(), *seats);
  if (!pages) return refuse(exit_could_not_run, pages.error());
  introduce(placing, *seats, pages->get());
  live_on(*seats, stage, live, loop, discovery->get());
  pages->reset();

  std::printf("\n%s", record.verdict().c_str());
  std::fflush(stdout);
  if (!stage.memory_failure().empty()) return refuse(exit_could_not_run, stage.memory_failure());
  if (const auto trouble = record.problem()) return refuse(exit_could_not_run, *trouble);
  return exit_conforming;
}

}  // namespace understudy::tools
