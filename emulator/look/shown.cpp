#include "look/shown.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "look/html.h"
#include "wpi/utf8.h"

namespace understudy::look {

namespace {

using namespace std::chrono;
using transcript::Event;
using transcript::Heed;

std::string printed(const char* format, auto... values) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

// What an ending of the transcript says, without the reason behind its colon.
struct Ended {
  std::string_view name, words;
  bool badly;
};
constexpr std::array<Ended, 6> endings = {{{"clean_up", "CleanUp", false},
                                           {"restart", "the phone restarts", false},
                                           {"phone_clean_up", "the phone cleans up", false},
                                           {"unclean", "unclean", true},
                                           {"broke_off", "the phone broke off", true},
                                           {"connection_lost", "connection lost", true}}};

const Ended* ended_as(std::string_view ending) {
  for (const Ended& ended : endings)
    if (ending.substr(0, ending.find(':')) == ended.name) return &ended;
  return nullptr;
}

std::string rule_name(const LadderStyle& style, const std::string& rule) {
  const std::string url = style.rule_url ? style.rule_url(rule) : std::string();
  if (url.empty()) return "<strong>" + escaped(rule) + "</strong>";
  return "<a href=\"" + escaped(url) + "\">" + escaped(rule) + "</a>";
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3;) out.insert(at -= 3, ",");
  return out;
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return grouped(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string duration(microseconds time) {
  if (time < 1ms) return "<1 ms";
  if (time < 1s) return std::to_string(time / 1ms) + " ms";
  if (time < 10s) return printed("%.1f s", duration_cast<std::chrono::duration<double>>(time).count());
  if (time < 1min) return std::to_string(time / 1s) + " s";
  if (time < 1h) return std::to_string(time / 1min) + " min " + std::to_string(time % 1min / 1s) + " s";
  return std::to_string(time / 1h) + " h " + std::to_string(time % 1h / 1min) + " min";
}

std::string clipped(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  for (std::size_t count = 0; at < text.size(); ++count) {
    if (count == characters) return std::string(text.substr(0, at)) + "\u2026";
    at += wpi::decode_utf8(text, at).length;
  }
  return std::string(text);
}

std::string worded(const LadderStyle& style, std::string_view text) {
  return style.masker ? escaped(style.masker->words(text)) : escaped(text);
}

std::string when(const LadderStyle& style, microseconds at) {
  if (style.start == system_clock::time_point{}) {
    const auto seconds = duration_cast<std::chrono::duration<double>>(at).count();
    return "<time>" + printed("%.3f s", seconds) + "</time>";
  }
  const auto moment = time_point_cast<milliseconds>(style.start + at);
  const std::time_t second = system_clock::to_time_t(floor<std::chrono::seconds>(moment));
  const auto rest = static_cast<int>((moment - floor<std::chrono::seconds>(moment)).count());
  std::tm here{}, utc{};
  ::localtime_r(&second, &here);
  ::gmtime_r(&second, &utc);
  const std::string exact = printed("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1,
                                    utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, rest);
  return "<time datetime=\"" + exact + "\" title=\"" + exact + "\">" +
         printed("%02d:%02d:%02d.%03d", here.tm_hour, here.tm_min, here.tm_sec, rest) + "</time>";
}

std::string_view class_of(const Remark& remark) {
  return remark.level == "must" ? "must" : remark.level == "should" ? "should" : "note";
}

std::string_view worst_of(const std::vector<Remark>& remarks) {
  std::string_view worst;
  for (const Remark& remark : remarks) {
    const std::string_view level = class_of(remark);
    if (level == "must") return level;
    if (worst.empty() || level == "should") worst = level;
  }
  return worst;
}

std::string chip(std::string_view css_class, std::string_view text) {
  return "<span class=\"chip " + std::string(css_class) + "\">" + escaped(text) + "</span>";
}

std::string remarks_html(const LadderStyle& style, const std::vector<Remark>& remarks) {
  if (remarks.empty()) return {};
  std::string out = "<ul class=\"remarks\">";
  for (const Remark& remark : remarks) {
    const std::string level(class_of(remark));
    out += "<li class=\"" + level + "\"><p>" + chip(level, level) + " " + rule_name(style, remark.rule) +
           ": " + worded(style, remark.message) + "</p>";
    if (!remark.expected.empty() || !remark.came.empty()) {
      out += "<dl class=\"pairs\">";
      if (!remark.expected.empty()) out += "<dt>expected</dt><dd>" + worded(style, remark.expected) + "</dd>";
      if (!remark.came.empty()) out += "<dt>came</dt><dd>" + worded(style, remark.came) + "</dd>";
      out += "</dl>";
    }
    out += "</li>";
  }
  return out + "</ul>";
}

std::string title_of(const Ladder& ladder) {
  constexpr std::size_t longest = 60;
  if (!ladder.reason.empty()) return clipped(ladder.reason, longest);
  if (ladder.interaction != 0 || ladder.rungs.empty()) return "interaction";
  const Rung& rung = ladder.rungs.front();
  if (const auto* exchange = std::get_if<std::shared_ptr<const transcript::Exchange>>(&rung.what))
    return (*exchange)->poll ? "poll" : (*exchange)->request.method.empty() ? "by hand" : "probe";
  if (const auto* contact = std::get_if<std::shared_ptr<const transcript::Contact>>(&rung.what))
    return asked(**contact);
  const Event event = std::get<transcript::Mark>(rung.what).event;
  switch (event) {
    case Event::trigger_failed:
      return std::string(name_of(Event::trigger));
    case Event::hostile:
    case Event::hostile_ended:
      return "hostile phone";
    case Event::guard:
    case Event::guard_ended:
      return "healthy phone";
    case Event::fetched:
      return "canary";
    default:
      return std::string(name_of(event));
  }
}

std::string ending_of(const Ladder& ladder) {
  if (ladder.interaction == 0) return {};
  if (ladder.open) return "goes on";
  const Ended* ended = ended_as(ladder.ending);
  if (!ended) return ladder.ending.empty() ? "how it ended is not known" : ladder.ending;
  const std::size_t colon = ladder.ending.find(':');
  return std::string(ended->words) + (colon == std::string::npos ? "" : ladder.ending.substr(colon));
}

bool ended_badly(const Ladder& ladder) {
  const Ended* ended = ladder.open ? nullptr : ended_as(ladder.ending);
  return ended && ended->badly;
}

std::string happening(const transcript::Mark& mark) {
  const std::string behind = mark.text.empty() ? "" : ": " + mark.text;
  switch (mark.event) {
    case Event::restart:
      return "the phone restarts" + behind;
    case Event::call:
      return mark.text.empty() ? "call" : "a call " + mark.text;
    case Event::trigger:
      return "the service is asked for a job" + behind;
    case Event::trigger_failed:
      return "the job could not be started" + behind;
    case Event::job:
      return "the job waits for the phone" + behind;
    case Event::planted:
      return "a value that no other phone has" + behind;
    case Event::hostile:
      return mark.text;
    case Event::hostile_ended:
      return "the case is over" + behind;
    case Event::guard:
      return "must be served now" + (mark.text.empty() ? "" : ", after " + mark.text);
    case Event::guard_ended:
      return mark.text == "idle" ? "is at rest again" : mark.text;
    case Event::fetched:
      return "somebody fetched what the document names" + behind;
    case Event::fault:
      return "a fault of the phone" + behind;
    case Event::step:
    case Event::step_ended:
    case Event::interaction:
    case Event::interaction_ended:
    case Event::download:
    case Event::note:
      break;
  }
  return mark.text;
}

std::string_view heeded(Heed heed) {
  switch (heed) {
    case Heed::calls_back:
      return "calls back";
    case Heed::in_gap:
      return "ignored: it called back not long ago";
    case Heed::unheeded:
      return "ignored: it does not listen now";
    case Heed::not_asked:
      return "ContactMe is not true: nothing is wanted";
    case Heed::no_contact:
      return "this is no contact-me";
    case Heed::nobody:
      break;
  }
  return "no phone has this address";
}

std::string asked(const transcript::Contact& contact) {
  constexpr std::size_t longest = 60;
  if (contact.heed != Heed::no_contact) return "contact-me";
  return contact.request.method + " " + clipped(contact.request.target, longest);
}

microseconds end_of(const Rung& rung) {
  const auto* exchange = std::get_if<std::shared_ptr<const transcript::Exchange>>(&rung.what);
  return exchange ? std::max((*exchange)->begun, (*exchange)->ended) : rung.at;
}

}  // namespace understudy::look
