#include "wbm/page.h"

#include <array>
#include <ctime>

#include "look/html.h"
#include "wbm/settings.h"

namespace understudy::wbm {

using look::escaped;

namespace {

std::string link(const std::string& to, std::string_view text, bool current) {
  return "<a href=\"" + escaped(to) + "\"" + (current ? " aria-current=\"page\"" : "") + ">" + escaped(text) + "</a>";
}

std::string navigation(const Visit& visit, Part part) {
  std::string out = "<nav aria-label=\"pages\">";
  if (visit.house.phones().size() > 1) out += link("/", "Phones", part == Part::phones);
  if (visit.phone) {
    out += link(path_of(visit.id), "Phone", part == Part::phone);
    out += link(path_of(visit.id, "settings/"), "Settings", part == Part::settings);
    out += link(path_of(visit.id, "wire/"), "On the wire", part == Part::wire);
    if (visit.logged_in) out += link(path_of(visit.id, "password"), "Password", part == Part::password);
  }
  return out + "</nav>";
}

std::string who_is_here(const Visit& visit) {
  if (!visit.phone) return "";
  if (!visit.logged_in) return "<p class=\"who\"><a href=\"" + path_of(visit.id, "login") + "\">Log in</a></p>";
  return "<form class=\"who\" method=\"post\" action=\"" + path_of(visit.id, "logout") + "\">" + token_field(visit) + "<span>" +
         std::string(name_of(visit.role)) + "</span> <button class=\"plain\">Log out</button></form>";
}

}  // namespace

std::string path_of(const std::string& phone, std::string_view rest) {
  return "/phones/" + percent_encoded(phone) + "/" + std::string(rest);
}

std::string token_field(const Visit& visit) {
  return "<input type=\"hidden\" name=\"token\" value=\"" + (visit.session ? visit.session->token : "") + "\">";
}

std::string time_of_day(const About& about, microseconds at) {
  const std::time_t time = std::chrono::system_clock::to_time_t(about.start + std::chrono::duration_cast<std::chrono::system_clock::duration>(at));
  std::tm local{}, utc{};
  ::localtime_r(&time, &local);
  ::gmtime_r(&time, &utc);
  std::array<char, 32> shown{}, exact{};
  std::strftime(shown.data(), shown.size(), "%H:%M:%S", &local);
  std::strftime(exact.data(), exact.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return std::string("<time datetime=\"") + exact.data() + "\">" + shown.data() + "</time>";
}

std::string who_and_when(const About& about, items::Change change) {
  if (change.who == items::Who::factory) return "";
  return "set by " + std::string(in_words(change.who)) + " at " + time_of_day(about, change.when);
}

std::string banner(std::string_view kind, const std::string& text) {
  return "<p class=\"banner " + std::string(kind) + "\" role=\"" + (kind == "bad" ? "alert" : "status") + "\">" + text + "</p>";
}

std::string frame(const Visit& visit, const Page& page) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + escaped(page.title);
  if (visit.phone) out += " - " + escaped(visit.phone->identity().e164);
  out += " - understudy</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
         "<link rel=\"icon\" href=\"/icon.svg\"><link rel=\"stylesheet\" href=\"/style.css\"><script src=\"/page.js\" defer></script></head>\n<body";
  if (visit.phone) out += " data-phone=\"" + escaped(visit.id) + "\"";
  if (page.live) out += " data-feed=\"" + std::to_string(visit.feed) + "\"";
  if (visit.session) out += " data-token=\"" + visit.session->token + "\"";
  out += "><a class=\"skip\" href=\"#main\">To the content</a><header class=\"page\">";
  if (visit.phone)
    out += "<p class=\"subject\"><strong>" + escaped(visit.phone->identity().e164) + "</strong> <span class=\"quiet\">" + escaped(visit.phone->model().device_type) +
           ", " + escaped(visit.phone->firmware().version) + "</span></p>";
  else
    out += "<p class=\"subject\"><strong>understudy</strong></p>";
  out += navigation(visit, page.part) + who_is_here(visit) + "</header>\n<div id=\"away\">" +
         (visit.away.empty() ? "" : banner("bad", escaped(visit.away))) + "</div><main id=\"main\">";
  out += page.main;
  return out + "</main>\n<footer class=\"page\"><p>" + escaped(visit.about.program) + ": a simulated phone. Its service is <code>" +
         escaped(visit.about.service) + "</code></p></footer></body></html>\n";
}

Answer as_answer(const Visit& visit, const Page& page, int status) {
  Answer answer;
  answer.status = status;
  answer.body = frame(visit, page);
  return answer;
}

Answer problem(const Visit& visit, int status, const std::string& title, const std::string& text) {
  return as_answer(visit, {title, Part::none, "<h1>" + escaped(title) + "</h1><p>" + escaped(text) + "</p>"}, status);
}

}  // namespace understudy::wbm
