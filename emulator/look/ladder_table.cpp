// A ladder as a table: the equal of its drawing, for who does not see it.
#include "look/html.h"
#include "look/rung_html.h"
#include "look/shown.h"

namespace understudy::look {

namespace {

struct Cells {
  microseconds at{};
  std::string_view from = {}, to = {};
  std::string what = {};  // HTML
  std::string items = {}, took = {};
  std::vector<Remark> remarks = {};
};

std::string row_html(const Cells& cells, const LadderStyle& style) {
  std::string out = "<tr";
  if (const std::string_view worst = worst_of(cells.remarks); !worst.empty())
    out += " class=\"" + std::string(worst) + "\"";
  out += "><td class=\"n\">" + when(style, cells.at) + "</td><td>" + std::string(cells.from) + "</td><td>" +
         std::string(cells.to) + "</td><td>" + cells.what + "</td><td class=\"n\">" + cells.items +
         "</td><td class=\"n\">" + cells.took + "</td><td>";
  for (const Remark& remark : cells.remarks)
    out += "<p>" + chip(class_of(remark), std::string(class_of(remark)) + " " + remark.rule) + " " +
           worded(style, remark.message) + "</p>";
  return out + "</td></tr>";
}

Cells cells_of(const Arrow& arrow, const LadderStyle& style) {
  Cells out{.at = arrow.at};
  out.from = arrow.from_phone ? "phone" : "service";
  out.to = arrow.from_phone ? "service" : "phone";
  out.what = worded(style, arrow.what);
  if (!arrow.status.empty()) out.what += ", " + worded(style, arrow.status);
  if (!arrow.lost.empty()) out.what += ": " + escaped(arrow.lost);
  if (arrow.items) out.items = grouped(*arrow.items);
  if (arrow.took)
    out.took = *arrow.took < std::chrono::milliseconds(1)
                   ? "&lt;1"
                   : grouped(static_cast<std::uint64_t>(arrow.took->count()) / 1000);
  return out;
}

std::string rows_of(const Rung& rung, const LadderStyle& style) {
  if (const auto* exchange = std::get_if<std::shared_ptr<const transcript::Exchange>>(&rung.what)) {
    Cells request = cells_of(request_of(**exchange), style);
    const auto answer = answer_of(**exchange);
    if (!answer) {
      request.remarks = rung.remarks;
      return row_html(request, style);
    }
    Cells answered = cells_of(*answer, style);
    answered.remarks = rung.remarks;
    return row_html(request, style) + row_html(answered, style);
  }
  Cells cells{.at = rung.at};
  cells.remarks = rung.remarks;
  if (const auto* contact = std::get_if<std::shared_ptr<const transcript::Contact>>(&rung.what)) {
    cells.from = "service";
    cells.to = "phone";
    cells.what = worded(style, asked(**contact)) + ": " + escaped(heeded((*contact)->heed));
  } else {
    cells.what = worded(style, happening(std::get<transcript::Mark>(rung.what)));
  }
  return row_html(cells, style);
}

}  // namespace

std::string table_html(const Ladder& ladder, const LadderStyle& style) {
  std::string out =
      "<details class=\"as-table\"><summary>as a table</summary><div class=\"scroll\" tabindex=\"0\" "
      "role=\"region\" "
      "aria-label=\"the same as a table\"><table><thead><tr><th scope=\"col\" class=\"n\">time</th><th "
      "scope=\"col\">from</th>"
      "<th scope=\"col\">to</th><th scope=\"col\">what</th><th scope=\"col\" class=\"n\">items</th>"
      "<th scope=\"col\" class=\"n\">ms</th><th scope=\"col\">remarks</th></tr></thead><tbody>";
  for (const Rung& rung : ladder.rungs) out += rows_of(rung, style);
  return out + "</tbody></table></div></details>";
}

}  // namespace understudy::look
