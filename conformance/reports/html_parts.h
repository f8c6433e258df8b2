// The parts of the page that html() puts together. Not for others.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "reports/html.h"

namespace understudy::conformance {

// What is on the page, for those who link to it.
struct OnPage {
  std::set<std::uint64_t> arrows;              // exchanges that are shown with their messages
  std::map<std::uint64_t, std::size_t> lines;  // of others: the interaction's place in the list
  std::set<std::string> rules;                 // that are explained
};

// Anything as text of an element or attribute: without what turns or hides text.
std::string safe(std::string_view text);
// A chip with a sign and a word; the class is one of the stylesheet's.
std::string chip(std::string_view css_class, std::string_view word);
std::string_view css_of(Level level);      // "must"
std::string_view css_of(Outcome outcome);  // "held", "grey"; "must" for deviated
// "<h2>TITLE <span class=tally>": the head of a section, which is closed by "</section>".
std::string section(std::string_view id, std::string_view title, std::string_view tally = {});
// A link to the explanation of a rule, where there is one.
std::string rule_link(const OnPage& page, const std::string& rule);
// "<head>" of a page up to and with "<body>", with its style; "</body>" with its script.
std::string page_begin(std::string_view title);
std::string page_end();
// The box that filters the rows of the table or list with this id. It is there only with script.
std::string filter_box(std::string_view id, std::string_view what, std::string_view example);

std::string service_html(const Result& result);
std::string findings_html(const Result& result, const OnPage& page);
std::string rules_html(const Result& result, const OnPage& page);
std::string explanations_html(const OnPage& page);
std::string scenarios_html(const Result& result, const OnPage& page);
std::string phones_html(const Result& result);
// Fills `page` with what is shown.
std::string wire_html(const HtmlOptions& options, OnPage& page);

}  // namespace understudy::conformance
