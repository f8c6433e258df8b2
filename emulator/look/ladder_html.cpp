#include "look/ladder_html.h"

#include <algorithm>
#include <map>

#include "look/html.h"
#include "look/rung_html.h"
#include "look/shown.h"

namespace understudy::look {

namespace {

using transcript::Exchange;

std::vector<const Exchange*> exchanges_of(const Ladder& ladder) {
  std::vector<const Exchange*> out;
  for (const Rung& rung : ladder.rungs)
    if (const auto* exchange = std::get_if<std::shared_ptr<const Exchange>>(&rung.what))
      out.push_back(exchange->get());
  return out;
}

std::vector<Remark> all_remarks(const Ladder& ladder) {
  std::vector<Remark> out = ladder.remarks;
  for (const Rung& rung : ladder.rungs) out.insert(out.end(), rung.remarks.begin(), rung.remarks.end());
  return out;
}

// What became of it, where it is no interaction.
std::string outcome_of(const Ladder& ladder) {
  if (ladder.interaction != 0 || ladder.rungs.empty()) return {};
  const Rung& rung = ladder.rungs.front();
  if (const auto* contact = std::get_if<std::shared_ptr<const transcript::Contact>>(&rung.what))
    return std::string(heeded((*contact)->heed));
  if (const auto* mark = std::get_if<transcript::Mark>(&rung.what)) return happening(*mark);
  const Exchange& exchange = *std::get<std::shared_ptr<const Exchange>>(rung.what);
  const auto answer = answer_of(exchange);
  if (!answer) return request_of(exchange).lost;
  if (!answer->lost.empty()) return answer->lost;
  return answer->status.empty() ? answer->what : answer->status;
}

bool lost(const Ladder& ladder) {
  if (ladder.interaction != 0) return ended_badly(ladder);
  const auto exchanges = exchanges_of(ladder);
  return std::any_of(exchanges.begin(), exchanges.end(), [](const Exchange* exchange) {
    return exchange->outcome != transcript::Outcome::answered;
  });
}

// A chip for each level: the rule where it is one alone, else how many.
std::string signs_of(const std::vector<Remark>& remarks) {
  std::string out;
  for (const std::string_view level : {"must", "should", "note"}) {
    std::size_t count = 0;
    const Remark* one = nullptr;
    for (const Remark& remark : remarks)
      if (class_of(remark) == level) ++count, one = &remark;
    if (count == 1) out += chip(level, std::string(level) + " " + one->rule);
    if (count > 1) out += chip(level, std::to_string(count) + " " + std::string(level));
  }
  return out;
}

std::string cell(std::string_view css_class, const std::string& html) {
  return "<span class=\"" + std::string(css_class) + "\">" + html + "</span>";
}

std::string facts_of(const Ladder& ladder, const LadderStyle& style) {
  std::string out = "<p class=\"facts\">";
  if (!ladder.phone.empty()) out += escaped(ladder.phone) + " \u00B7 ";
  if (ladder.interaction != 0) out += "interaction " + grouped(ladder.interaction) + " \u00B7 ";
  out += when(style, ladder.begun);
  const std::size_t messages = exchanges_of(ladder).size();
  if (messages != 0)
    out += " \u00B7 " + counted(messages, "message") + " \u00B7 " +
           escaped(duration(ladder.ended - ladder.begun));
  const std::string ending = ending_of(ladder);
  if (!ending.empty()) out += " \u00B7 " + std::string(ladder.open ? "" : "ended: ") + worded(style, ending);
  return out + "</p>";
}

std::string gap_html(microseconds time) {
  return "<li class=\"gap\"><div class=\"lane\">" + escaped(duration(time)) + " later</div></li>";
}

}  // namespace

std::string orders_of(const Ladder& ladder) {
  constexpr std::size_t most = 6;
  std::vector<std::pair<std::string, int>> orders;
  for (const Exchange* exchange : exchanges_of(ladder)) {
    if (!exchange->answer) continue;
    for (const wpi::Text& action : exchange->answer->actions) {
      if (action.text == wpi::spelling(wpi::Action::clean_up)) continue;
      if (!orders.empty() && orders.back().first == action.text)
        ++orders.back().second;
      else
        orders.emplace_back(action.text, 1);
    }
  }
  std::string out;
  for (std::size_t i = 0; i < orders.size() && i < most; ++i) {
    out += (i == 0 ? "" : ", ") + clipped(orders[i].first, 30);
    if (orders[i].second > 1) out += " \u00D7" + std::to_string(orders[i].second);
  }
  if (orders.size() > most) out += ", \u2026";
  return out;
}

std::string ladder_cells(const Ladder& ladder, const LadderStyle& style) {
  std::string out = when(style, ladder.begun) + " " + cell("what", worded(style, title_of(ladder))) + " ";
  const std::string orders = orders_of(ladder);
  out += cell("orders",
              orders.empty() ? worded(style, clipped(outcome_of(ladder), 120)) : worded(style, orders)) +
         " ";
  const std::size_t messages = exchanges_of(ladder).size();
  out += cell("n", messages == 0 ? "" : counted(messages, "message")) + " ";
  out += cell("n", messages == 0 ? "" : escaped(duration(ladder.ended - ladder.begun))) + " ";
  const std::string ending = clipped(ending_of(ladder), 60);
  return out + cell(lost(ladder) ? "ending lost" : "ending", worded(style, ending)) + " " +
         cell("signs", signs_of(all_remarks(ladder)));
}

std::string ladder_line(const Ladder& ladder, const LadderStyle& style) {
  const std::string worst(worst_of(all_remarks(ladder)));
  const std::string url = style.ladder_url ? style.ladder_url(ladder) : std::string();
  const std::string element = url.empty() ? "div" : "a";
  std::string out = "<li id=\"ladder-" + std::to_string(ladder.number) + "\"";
  if (!worst.empty()) out += " class=\"" + worst + "\"";
  out += "><" + element + " class=\"line\"" + (url.empty() ? "" : " href=\"" + escaped(url) + "\"") + ">";
  out += ladder_cells(ladder, style);
  return out + "</" + element + "></li>";
}

std::string ladder_article(const Ladder& ladder, const LadderStyle& style) {
  std::string out = "<article class=\"ladder\"><header><h2>" + worded(style, title_of(ladder)) + "</h2>" +
                    facts_of(ladder, style) + remarks_html(style, ladder.remarks) + "</header>";
  out += "<div class=\"ends\"><div class=\"between\"><span>phone</span><span>service</span></div></div>";
  if (ladder.left_out != 0)
    out += "<p class=\"quiet small\">It began with " + grouped(ladder.left_out) +
           " more, which are not kept any longer.</p>";
  out += "<ol class=\"rungs\">";
  microseconds before = ladder.begun;
  for (const Rung& rung : ladder.rungs) {
    if (rung.at - before >= long_gap) out += gap_html(rung.at - before);
    out += rung_html(rung, style);
    before = std::max(before, end_of(rung));
  }
  return out + "</ol>" + table_html(ladder, style) + "</article>";
}

}  // namespace understudy::look
