#include "wbm/wire_pages.h"

#include <algorithm>

#include "look/html.h"

namespace understudy::wbm {

using look::escaped;

std::string wire_lines(const look::Ladders& ladders, const std::string& id, const look::LadderStyle& style, std::size_t most) {
  std::string out;
  const auto& all = ladders.of(id);
  for (auto ladder = all.rbegin(); ladder != all.rend() && most > 0; ++ladder, --most) out += ladder_line(**ladder, style);
  return out;
}

Page wire_page(const Visit& visit, const look::Ladders& ladders, const look::LadderStyle& style) {
  Page page{"On the wire", Part::wire, "<h1>What was said on the wire</h1>", true};
  const auto& all = ladders.of(visit.id);
  const std::size_t most = look::Ladders::Bounds{}.ladders_a_phone;
  page.main += "<p class=\"small quiet\">The phone is on the left, its service on the right; newest first. Secrets have stand-ins of the same length.</p>"
               "<p><label for=\"filter\">Show those with</label> <input id=\"filter\" type=\"search\" data-filters=\"wire\" placeholder=\"WriteItems, nonce.echo, ...\"></p>";
  page.main += "<p id=\"nothing\"" + std::string(all.empty() ? "" : " hidden") + ">Nothing was said yet: the phone has not called its service.</p>";
  page.main += "<ol class=\"ladders\" id=\"wire\" data-most=\"" + std::to_string(most) + "\">" + wire_lines(ladders, visit.id, style, most) + "</ol>";
  if (const std::uint64_t gone = ladders.gone(visit.id); gone > 0)
    page.main += "<p class=\"small quiet\">" + std::to_string(gone) + " older ones are not kept here; <code>--transcript FILE</code> keeps all.</p>";
  return page;
}

Page ladder_page(const Visit& visit, const look::Ladder& ladder, const look::LadderStyle& style) {
  const std::string what = ladder.interaction == 0 ? "Beside the interactions" : "Interaction " + std::to_string(ladder.interaction);
  Page page{what, Part::wire, "", true};
  const auto to = [&](std::uint64_t number, const std::string& text) {
    return "<a href=\"" + path_of(visit.id, "wire/" + std::to_string(number)) + "\">" + text + "</a> ";
  };
  page.main = "<p class=\"small quiet\"><a href=\"" + path_of(visit.id, "wire/") + "\">All that was said</a> &middot; ";
  if (ladder.number > 1) page.main += to(ladder.number - 1, "the one before");
  page.main += to(ladder.number + 1, "the next one") + "</p><h1>" + escaped(what) + "</h1><div id=\"ladder\" data-number=\"" + std::to_string(ladder.number) + "\">" +
               ladder_article(ladder, style) + "</div>";
  return page;
}

}  // namespace understudy::wbm
