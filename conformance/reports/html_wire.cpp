// What was said on the wire: interactions as ladders, as far as there is room, the others as lines.
#include <algorithm>
#include <map>

#include "look/html.h"
#include "look/shown.h"
#include "reports/html_parts.h"

namespace understudy::conformance {

namespace {

constexpr std::size_t most_of_a_body = 12'000;  // bytes: a message of usual length whole

std::string_view worst_of(const std::set<std::string>& broken) {
  for (const std::string_view level : {"must", "should", "note"})
    for (const std::string& each : broken)
      if (each.starts_with(level)) return level;
  return {};
}

std::string cell(std::string_view css, const std::string& html) {
  return "<span class=\"" + std::string(css) + "\">" + html + "</span> ";
}

std::string begin_of(const KeptInteraction& interaction, std::size_t i, std::string_view css) {
  std::string classes(css);
  if (const std::string_view worst = worst_of(interaction.broken); !worst.empty())
    classes += (classes.empty() ? "" : " ") + std::string(worst);
  return "<li id=\"interaction-" + std::to_string(i + 1) + "\"" +
         (classes.empty() ? "" : " class=\"" + classes + "\"") + ">";
}

std::string signs_of(const KeptInteraction& interaction) {
  constexpr std::size_t most = 3;
  std::string out;
  std::size_t count = 0;
  for (const std::string& each : interaction.broken)
    if (count++ < most) out += chip(each.substr(0, each.find(' ')), each);
  if (count > most) out += chip("grey", std::to_string(count - most) + " more");
  return out;
}

std::string line_of(const KeptInteraction& interaction, std::size_t i,
                    const std::map<std::string, std::size_t>& first_of_kind) {
  std::string out =
      begin_of(interaction, i, "brief") + "<div class=\"line\">" + look::when({}, interaction.begun) + " " +
      cell("who", safe(interaction.phone)) + cell("what", safe(interaction.title)) +
      cell("orders", safe(interaction.orders)) +
      cell("n", interaction.messages == 0 ? "" : look::counted(interaction.messages, "message")) +
      cell("n", interaction.messages == 0 ? "" : look::escaped(look::duration(interaction.taken))) +
      cell("ending", safe(interaction.ending));
  std::string signs = signs_of(interaction);
  if (interaction.happened) return out + cell("signs", signs) + "</div></li>\n";
  const auto like = first_of_kind.find(interaction.like);
  if (like != first_of_kind.end())
    signs +=
        "<a class=\"small\" href=\"#interaction-" + std::to_string(like->second + 1) + "\">like this one</a>";
  else
    signs += "<span class=\"quiet\">messages not in this file</span>";
  return out + cell("signs", signs) + "</div></li>\n";
}

// The most urgent first: what shows a finding, then each kind once, then the others.
std::vector<std::size_t> by_urgency(const std::vector<KeptInteraction>& all) {
  std::map<std::string, std::size_t> seen;
  std::vector<std::pair<std::size_t, std::size_t>> order;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].ladder) continue;
    order.emplace_back(all[i].shows_finding ? 0 : 1 + seen[all[i].like], i);
    ++seen[all[i].like];
  }
  std::sort(order.begin(), order.end());
  std::vector<std::size_t> out;
  for (const auto& [urgency, i] : order) out.push_back(i);
  return out;
}

void note_exchanges(const KeptInteraction& interaction, std::size_t i, bool in_full, OnPage& page) {
  if (!interaction.ladder) return;
  for (const look::Rung& rung : interaction.ladder->rungs)
    if (const auto* exchange = std::get_if<std::shared_ptr<const transcript::Exchange>>(&rung.what)) {
      if (in_full)
        page.arrows.insert((*exchange)->number);
      else
        page.lines.emplace((*exchange)->number, i);
    }
}

}  // namespace

std::string wire_html(const HtmlOptions& options, OnPage& page) {
  if (!options.interactions) return {};
  const std::vector<KeptInteraction>& all = options.interactions->all();
  look::LadderStyle style{.masker = options.interactions->masker()};
  style.most_of_a_body = most_of_a_body;
  style.rule_url = [&page](std::string_view rule) {
    return page.rules.contains(std::string(rule)) ? "#rule-" + std::string(rule) : std::string();
  };

  std::vector<std::string> ladders(all.size());
  std::map<std::string, std::size_t> first_of_kind;
  std::size_t room = options.ladder_bytes, whole = 0;
  for (const std::size_t i : by_urgency(all)) {
    std::string article = look::ladder_article(*all[i].ladder, style);
    note_exchanges(all[i], i, article.size() <= room, page);
    if (article.size() > room) continue;  // a smaller one may still fit
    room -= article.size();
    ladders[i] = std::move(article);
    ++whole;
    const auto [kind, fresh] = first_of_kind.emplace(all[i].like, i);
    if (!fresh) kind->second = std::min(kind->second, i);
  }
  std::string out =
      section("wire", "On the wire", look::grouped(all.size() + options.interactions->left_out()));
  if (all.empty()) return out + "<p class=\"quiet\">Nothing was said.</p></section>\n";
  out +=
      "<p class=\"small quiet\">Interactions in the order in which they began; times count from the start of "
      "the run. Each opens to its messages: the phone is on the "
      "left, the service on the right, and an arrow opens to headers and body. " +
      std::string(style.masker ? "Secrets have stand-ins of the same length." : "") + "</p>";
  const auto spoken = static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const KeptInteraction& each) { return !each.happened; }));
  if (whole < spoken + options.interactions->left_out())
    out += "<p class=\"small quiet\">" + look::grouped(whole) +
           " of them are here with their messages: those in which a finding was first seen, and the first of "
           "each kind. Of the others "
           "there is a line; <code>--transcript FILE</code> keeps all.</p>";
  out += filter_box("wire-list", "Show those with", "WriteItems, nonce.echo, phone-2 ...") +
         "<ol class=\"ladders of-report\" id=\"wire-list\">\n";
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (ladders[i].empty()) {
      out += line_of(all[i], i, first_of_kind);
      continue;
    }
    out += begin_of(all[i], i, "") + "<details><summary class=\"line\">" + cell("who", safe(all[i].phone)) +
           look::ladder_cells(*all[i].ladder, style) + "</summary>" + ladders[i] + "</details></li>\n";
  }
  out += "</ol>";
  if (options.interactions->left_out() != 0)
    out += "<p class=\"quiet\">" + look::counted(options.interactions->left_out(), "later one") +
           ", of which not even a line stands here.</p>";
  return out + "</section>\n";
}

}  // namespace understudy::conformance
