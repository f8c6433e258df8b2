#include "wbm/site.h"

#include <algorithm>
#include <array>
#include <utility>

#include "look/html.h"
#include "look/style.h"
#include "phone/media.h"
#include "wbm/actions.h"
#include "wbm/api.h"
#include "wbm/face.h"
#include "wbm/log_in_pages.h"
#include "wbm/settings_pages.h"
#include "wbm/wire_pages.h"

namespace understudy::wbm {

namespace data {
extern const std::string_view page_js, openapi_json;
}

using look::escaped;

namespace {

constexpr std::string_view icon =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\"><rect width=\"16\" height=\"16\" rx=\"3\" fill=\"#0072b2\"/>"
    "<path d=\"M4 3v10M12 3v10M4 6h8M12 10H4\" stroke=\"#fff\" stroke-width=\"1.4\" fill=\"none\"/></svg>";

// The segments of a path, decoded; nothing where they cannot be.
std::optional<std::vector<std::string>> segments_of(std::string_view path) {
  std::vector<std::string> out;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    const auto decoded = percent_decoded(segment);
    if (!decoded) return std::nullopt;
    out.push_back(*decoded);
  }
  return out;
}

std::optional<Answer> ready_made(const std::string& path) {
  const auto made = [](std::string_view type, std::string_view body) {
    Answer answer;
    answer.type = type;
    answer.body = body;
    return answer;
  };
  if (path == "/style.css") return made("text/css; charset=utf-8", look::data::style_css);
  if (path == "/page.js") return made("text/javascript; charset=utf-8", data::page_js);
  if (path == "/icon.svg") return made("image/svg+xml", icon);
  if (path == "/api/openapi.json") return made("application/json; charset=utf-8", data::openapi_json);
  return std::nullopt;
}

Answer plain(int status, const std::string& text) {
  Answer answer;
  answer.status = status;
  answer.type = "text/plain; charset=utf-8";
  answer.body = text + "\n";
  return answer;
}

// Of what pages may show or play; empty for the rest.
std::string_view media_type(phone::Format format) {
  switch (format) {
    case phone::Format::png: return "image/png";
    case phone::Format::jpeg: return "image/jpeg";
    case phone::Format::bmp: return "image/bmp";
    case phone::Format::midi: return "audio/midi";
    case phone::Format::mp3: return "audio/mpeg";
    case phone::Format::wav: return "audio/wav";
    case phone::Format::text:
    case phone::Format::unknown: break;
  }
  return {};
}

std::string said_of_save(const std::string& saved) {
  if (saved == "1") return banner("info", "Saved. The service hears of it in a moment.");
  return saved == "0" ? banner("info", "Nothing was different, so nothing was saved.") : "";
}

// A blank, a control or a backslash is read in other ways by other programs.
bool stands_in_address(char c) { return c > ' ' && c <= '~' && c != '\\'; }

// What was asked for, with its query.
std::string address_of(const Asked& asked) {
  std::string out = asked.path;
  char before = '?';
  for (const auto& [name, value] : asked.query) {
    out += before + percent_encoded(name) + "=" + percent_encoded(value);
    before = '&';
  }
  return out;
}

std::optional<Role> role_named(std::string_view name) {
  for (const Role role : {Role::user, Role::administrator})
    if (name == name_of(role)) return role;
  return std::nullopt;
}

}  // namespace

Site::Site(House& house, look::Ladders& ladders, About about, std::vector<std::string> hosts, transcript::Masker* masker)
    : house_(house), ladders_(ladders), about_(std::move(about)), hosts_(std::move(hosts)), masker_(masker) {}

Site::~Site() { close(); }

void Site::close() {
  for (const auto& [id, watch] : watches_) watch->feed()->close();
  if (list_watch_) list_watch_->feed()->close();
}

void Site::tick() {
  const microseconds now = house_.now();
  for (auto& [id, passwords] : passwords_)
    if (auto over = passwords.lapse(house_.phone(id).store(), now); !over.empty()) changed(id, std::move(over), Role::user);
  const auto follow = [&](auto& watch) {
    if (watch.feed()->readers() > 0) watch.wanted = now;
    watch.look();
    if (now - watch.wanted <= follows) return true;
    watch.feed()->close();
    return false;
  };
  std::erase_if(watches_, [&](auto& watch) { return !follow(*watch.second); });
  if (list_watch_ && !follow(*list_watch_)) list_watch_.reset();
}

Watch& Site::watch(const std::string& id) {
  std::unique_ptr<Watch>& watch = watches_[id];
  if (!watch) watch = std::make_unique<Watch>(house_, about_, ladders_, style(id), id);
  watch->wanted = house_.now();
  return *watch;
}

ListWatch& Site::list_watch() {
  if (!list_watch_) list_watch_ = std::make_unique<ListWatch>(house_, ladders_);
  list_watch_->wanted = house_.now();
  return *list_watch_;
}

look::LadderStyle Site::style(const std::string& id) const {
  look::LadderStyle style;
  style.masker = masker_;
  style.start = about_.start;
  style.rule_url = [](std::string_view rule) { return "/rules/" + percent_encoded(rule); };
  style.ladder_url = [id](const look::Ladder& ladder) { return path_of(id, "wire/" + std::to_string(ladder.number)); };
  return style;
}

void Site::changed(const std::string& id, std::vector<wpi::Item> items, Role role) {
  if (items.empty()) return;
  house_.post(id, phone::ItemsChanged{std::move(items), role == Role::user ? items::Who::web_pages : items::Who::administrator});
}

// ---- Who may ask

Answer Site::answer(const Asked& asked) {
  if (std::find(hosts_.begin(), hosts_.end(), asked.host) == hosts_.end())
    return plain(421, "These pages do not go by the name \"" + asked.host + "\".");
  const bool changes = asked.method != "GET";
  constexpr std::array<std::string_view, 4> methods = {"GET", "POST", "PATCH", "DELETE"};
  if (std::find(methods.begin(), methods.end(), asked.method) == methods.end()) {
    Answer refused = plain(405, "There is nothing that " + asked.method + " could do here.");
    refused.headers.emplace_back("Allow", "GET, POST, PATCH, DELETE");
    return refused;
  }
  if (changes && !asked.origin.empty() && asked.origin != "https://" + asked.host)
    return plain(403, "This was sent by a page of " + asked.origin + ", which is none of ours.");
  if (auto made = changes ? std::nullopt : ready_made(asked.path)) return std::move(*made);

  Visit visit{asked, about_, house_};
  visit.session = sessions_.find(asked.session, house_.now());
  const auto path = segments_of(asked.path);
  if (!path || path->empty()) return problem(visit, 400, "No such address", "The address cannot be read.");
  const bool is_api = path->front() == "api";
  const std::size_t at = is_api ? 1 : 0;
  if (path->size() > at + 1 && (*path)[at] == "phones") {
    const auto& ids = house_.phones();
    const std::string& id = (*path)[at + 1];
    if (std::find(ids.begin(), ids.end(), id) == ids.end())
      return is_api ? api_problem(404, "There is no phone " + id + ".") : problem(visit, 404, "No such phone", "There is no phone \"" + id + "\" here.");
    visit.id = id;
    visit.phone = &house_.phone(id);
    const auto role = visit.session ? visit.session->role_at(id) : std::nullopt;
    visit.logged_in = role.has_value();
    visit.role = role.value_or(Role::user);
    visit.away = condition_of(*visit.phone, ladders_, id).away;
  }
  if (is_api) return api(visit, *path);
  return changes ? post(visit, *path) : page(visit, *path);
}

// ---- Pages

Answer Site::page(Visit& visit, const std::vector<std::string>& path) {
  const Asked& asked = visit.asked;
  if (asked.path == "/") {
    if (house_.phones().size() == 1) return redirect(path_of(house_.phones().front()));
    list_watch().look();
    visit.feed = list_watch().feed()->last();
    return as_answer(visit, phones_page(visit, ladders_));
  }
  if (asked.path == "/events") {
    Answer answer;
    answer.type = "text/event-stream";
    answer.feed = list_watch().feed();
    answer.after = number_in(asked.last_event.empty() ? asked.in_query("after") : asked.last_event);
    return answer;
  }
  if (path.size() == 2 && path[0] == "rules") {
    const std::string text = house_.rule(path[1]);
    if (text.empty()) return problem(visit, 404, "No such rule", "No rule is called \"" + path[1] + "\".");
    return as_answer(visit, {path[1], Part::none, "<h1>" + escaped(path[1]) + "</h1><pre class=\"text\">" + escaped(text) + "</pre>"});
  }
  if (!visit.phone) return problem(visit, 404, "No such page", "There is nothing at this address.");
  if (path.size() == 2) return redirect(path_of(visit.id));
  const std::string& what = path[2];
  if (path.size() == 3 && what == "login") {
    const Role role = role_named(asked.in_query("as")).value_or(visit.logged_in ? Role::administrator : Role::user);
    return as_answer(visit, log_in_page(visit, role, asked.in_query("next"), ""));
  }
  if (!visit.logged_in && visit.session && visit.session->must_change.contains(visit.id)) {
    visit.role = visit.session->must_change.at(visit.id);
    return as_answer(visit, password_page(visit, banner("warn", "This password has to be changed before anything else can be done.")));
  }
  if (!visit.logged_in) {
    if (what == "events") return plain(401, "Log in first.");
    return redirect(path_of(visit.id, "login") + "?next=" + percent_encoded(address_of(asked)));
  }
  if (what == "events") return events(visit);
  if (path.size() == 5 && what == "files") return file(visit, path[3], path[4]);
  watch(visit.id).look();
  visit.feed = watch(visit.id).feed()->last();
  if (path.size() == 3 && what.empty()) {
    const Action* did = action_named(asked.in_query("did"));
    return as_answer(visit, phone_page(visit, ladders_, wire_lines(ladders_, visit.id, style(visit.id), 10),
                                       did ? banner("info", "Done: " + escaped(did->text) + ".") : ""));
  }
  if (path.size() == 3 && what == "password") return as_answer(visit, password_page(visit, ""));
  if (path.size() == 4 && what == "settings") {
    if (path[3].empty()) return as_answer(visit, settings_page(visit));
    const Section* section = section_named(path[3]);
    if (!section) return problem(visit, 404, "No such section", "There is no section \"" + path[3] + "\" of settings.");
    if (section->role == Role::administrator && visit.role == Role::user)
      return redirect(path_of(visit.id, "login") + "?as=administrator&next=" + percent_encoded(address_of(asked)));
    return as_answer(visit, section_page(visit, *section, {}, said_of_save(asked.in_query("saved"))));
  }
  if (path.size() == 4 && what == "wire") return wire(visit, path[3]);
  return problem(visit, 404, "No such page", "There is nothing at this address.");
}

// Only what cannot be a page of its own: browsers are told not to guess.
Answer Site::file(Visit& visit, const std::string& type, const std::string& name) {
  const auto bytes = house_.file(visit.id, type, name);
  if (!bytes) return problem(visit, 404, "No such file", "The phone holds no " + type + " \"" + name + "\".");
  Answer answer;
  const std::string_view media = media_type(phone::look_at(*bytes).format);
  answer.type = media.empty() ? "application/octet-stream" : media;
  answer.body = *bytes;
  const bool shown = media.starts_with("image/");
  answer.headers.emplace_back("Content-Disposition", std::string(shown ? "inline" : "attachment") + "; filename*=UTF-8''" + percent_encoded(name));
  answer.headers.emplace_back("Content-Security-Policy", "sandbox; default-src 'none'");
  return answer;
}

Answer Site::wire(Visit& visit, const std::string& number) {
  if (number.empty()) return as_answer(visit, wire_page(visit, ladders_, style(visit.id)));
  const auto ladder = ladders_.find(visit.id, number_in(number));
  if (!ladder) return problem(visit, 404, "Not there", "There is no number " + number + " of what was said: it is not yet, or no longer, kept.");
  if (!visit.asked.in_query("part").empty()) {
    Answer answer;
    answer.body = ladder_article(*ladder, style(visit.id));
    return answer;
  }
  return as_answer(visit, ladder_page(visit, *ladder, style(visit.id)));
}

Answer Site::events(Visit& visit) {
  Answer answer;
  answer.type = "text/event-stream";
  answer.feed = watch(visit.id).feed();
  const std::string& after = visit.asked.last_event.empty() ? visit.asked.in_query("after") : visit.asked.last_event;
  answer.after = after.empty() ? answer.feed->last() : number_in(after);
  answer.role = visit.role;
  answer.during = visit.session->life;
  return answer;
}

// ---- What is sent to change something

Answer Site::post(Visit& visit, const std::vector<std::string>& path) {
  if (!visit.phone || path.size() < 3 || visit.asked.method != "POST") return problem(visit, 405, "Not possible", "Nothing can be sent to this address.");
  const std::string& what = path[2];
  if (what == "login" && path.size() == 3) return log_in(visit);
  const bool must_change = visit.session && visit.session->must_change.contains(visit.id);
  if (!visit.logged_in && !(must_change && what == "password"))
    return redirect(path_of(visit.id, "login") + "?next=" + percent_encoded(path_of(visit.id)));
  if (!same_secret(visit.asked.in_form("token"), visit.session->token))
    return problem(visit, 403, "Not sent by a page of ours", "The form lacks the token of your session. Open the page anew and try again.");
  if (what == "logout") {
    sessions_.close(visit.session->id);
    visit.session = nullptr;
    Answer answer = redirect(house_.phones().size() == 1 ? path_of(visit.id, "login") : "/");
    answer.headers.emplace_back("Set-Cookie", std::string(session_cookie) + "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
    return answer;
  }
  if (what == "password") return change_password(visit);
  if (what == "settings" && path.size() == 4) return save(visit, path[3]);
  if (what == "actions" && path.size() == 4) {
    std::string done;
    Answer failed = act(visit, path[3], visit.asked.in_form("argument"), done);
    if (!done.empty()) return redirect(path_of(visit.id) + "?did=" + percent_encoded(done));
    return failed;
  }
  return problem(visit, 404, "No such page", "Nothing can be sent to this address.");
}

LogIn Site::try_password(Visit& visit, Role role, const std::string& password) {
  LogIn came = passwords_[visit.id].log_in(visit.phone->store(), role, password, house_.now());
  changed(visit.id, std::exchange(came.changes, {}), Role::user);
  if (came.came != LogIn::Came::in && came.came != LogIn::Came::must_change) return came;
  // A new id, so that one that somebody knew before is worth nothing. The old one goes first: to open one may end others.
  Session old;
  if (visit.session) {
    old = *visit.session;
    sessions_.close(old.id);
  }
  Session& fresh = sessions_.open(house_.now());
  fresh.roles = std::move(old.roles);
  fresh.must_change = std::move(old.must_change);
  // Pages of other phones go on; those of this one have to ask again, as they hear of more or less now.
  if (visit.session && !visit.logged_in) fresh.life = old.life;
  (came.came == LogIn::Came::in ? fresh.roles : fresh.must_change)[visit.id] = role;
  if (came.came == LogIn::Came::in)
    fresh.must_change.erase(visit.id);
  else
    fresh.roles.erase(visit.id);
  visit.session = &fresh;
  return came;
}

Answer Site::log_in(Visit& visit) {
  const Role role = role_named(visit.asked.in_form("role")).value_or(Role::user);
  std::string next = visit.asked.in_form("next");
  if (!next.starts_with(path_of(visit.id)) || !std::all_of(next.begin(), next.end(), stands_in_address)) next = path_of(visit.id);
  const LogIn came = try_password(visit, role, visit.asked.in_form("password"));
  if (came.came != LogIn::Came::in && came.came != LogIn::Came::must_change)
    return as_answer(visit, log_in_page(visit, role, next, banner("bad", escaped(came.text))), 403);
  Answer answer = redirect(came.came == LogIn::Came::in ? next : path_of(visit.id, "password"));
  answer.headers.emplace_back("Set-Cookie", cookie_of(*visit.session));
  return answer;
}

Answer Site::change_password(Visit& visit) {
  const auto forced = visit.session->must_change.find(visit.id);
  if (forced != visit.session->must_change.end()) visit.role = forced->second;
  const std::string& wanted = visit.asked.in_form("new");
  if (wanted != visit.asked.in_form("again"))
    return as_answer(visit, password_page(visit, banner("bad", "The new password was not typed the same way twice.")), 422);
  auto items = passwords_[visit.id].change(visit.phone->store(), visit.role, visit.asked.in_form("password"), wanted, house_.now());
  if (!items) return as_answer(visit, password_page(visit, banner("bad", escaped(items.error()))), 422);
  changed(visit.id, std::move(*items), visit.role);
  if (forced != visit.session->must_change.end()) {
    visit.session->roles[visit.id] = forced->second;
    visit.session->must_change.erase(forced);
    visit.logged_in = true;
  }
  return as_answer(visit, password_page(visit, banner("info", "The password was changed.")));
}

Answer Site::save(Visit& visit, const std::string& key) {
  const Section* section = section_named(key);
  if (!section) return problem(visit, 404, "No such section", "There is no section \"" + key + "\" of settings.");
  if (section->role == Role::administrator && visit.role == Role::user)
    return problem(visit, 403, "For administrators", "These settings are the administrator's.");
  Posted posted = posted_settings(visit, *section);
  Weighed weighed = weigh(*visit.phone, visit.role, posted.wishes);
  for (const Objection& objection : weighed.objections) {
    const Wish& wish = posted.wishes[objection.wish];
    const std::string field = wish.index ? wish.name + "." + *wish.index : wish.name;
    posted.draft.objections[posted.draft.values.contains(field) ? field : wish.name + ".new"] = objection.text;
  }
  if (!posted.draft.objections.empty())
    return as_answer(visit, section_page(visit, *section, posted.draft, banner("bad", "Nothing was saved: see the fields that are marked.")), 422);
  const std::size_t count = weighed.changes.size();
  changed(visit.id, std::move(weighed.changes), visit.role);
  return redirect(path_of(visit.id, "settings/" + section->key) + (count == 0 ? "?saved=0" : "?saved=1"));
}

Answer Site::act(Visit& visit, const std::string& name, const std::string& argument, std::string& done) {
  const Action* action = action_named(name);
  const auto refused = [&](int status, const std::string& text) {
    if (visit.asked.path.starts_with("/api/")) return api_problem(status, text);
    return as_answer(visit, phone_page(visit, ladders_, wire_lines(ladders_, visit.id, style(visit.id), 10), banner("bad", escaped(text))), status);
  };
  if (!action) return refused(404, "There is no action \"" + name + "\".");
  if (action->role == Role::administrator && visit.role != Role::administrator) return refused(403, "Only an administrator can do that.");
  if (action->argument.empty() != argument.empty())
    return refused(422, action->argument.empty() ? name + " takes no argument." : name + " needs an argument: " + std::string(action->argument) + ".");
  const auto event = event_of(*visit.phone, *action, argument);
  if (!event) return refused(409, event.error());
  house_.post(visit.id, *event);
  done = name;
  return {};
}

}  // namespace understudy::wbm
