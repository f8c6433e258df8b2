#include "wbm/settings_pages.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "items/domain.h"
#include "look/html.h"

namespace understudy::wbm {

using look::escaped;

namespace {

bool may_see(const Visit& visit, const Section& section) {
  return visit.role == Role::administrator || section.role == Role::user;
}

std::string in_guide(const Section& section) {
  return section.guide.empty() ? "" : "guide " + section.guide;
}

// "1-300; up to 24 characters"
std::string takes(const items::Entry& entry) {
  std::string out = entry.values;
  if (entry.max_length) out += (out.empty() ? "" : "; ") + std::string("up to ") + std::to_string(*entry.max_length) + " characters";
  return out.empty() ? std::string(name_of(entry.type)) : out;
}

std::string meaning(const Setting& setting) {
  const items::Entry* entry = setting.entry;
  if (!entry) return "The catalogue does not know this item: the service wrote it.";
  std::string out;
  if (setting.secret) out += "Secret: it is kept, and not shown. ";
  if (!entry->note.empty() && !entry->note.starts_with("SENSITIVE")) out += escaped(entry->note) + ". ";
  out += "Takes: " + escaped(takes(*entry)) + ".";
  if (entry->index != "no") out += " Index: " + escaped(items::is_of_a_key(*entry) ? "the number of a key" : entry->index) + ".";
  if (!entry->evidence.empty()) out += " <span class=\"source\">[" + escaped(entry->evidence) + "]</span>";
  return out;
}

std::string control(const Setting& setting, const std::string& field, const std::string& value, bool bad) {
  const std::string common = " id=\"f-" + escaped(field) + "\" name=\"v." + escaped(field) + "\" aria-describedby=\"w-" + escaped(field) + " e-" +
                             escaped(field) + "\"" + (bad ? " aria-invalid=\"true\"" : "") + (setting.fixed.empty() ? "" : " disabled");
  if (setting.secret)
    return "<input type=\"password\" autocomplete=\"new-password\" data-secret" + common + " placeholder=\"" +
           (setting.set ? "set, not shown" : "not set") + "\">";
  const auto choices = setting.entry ? items::choices(*setting.entry) : std::vector<items::Choice>{};
  const bool boolean = setting.entry && setting.entry->type == items::Type::boolean;
  if (choices.empty() || !(setting.entry->closed || boolean)) {
    const bool number = setting.entry && setting.entry->type == items::Type::integer;
    return "<input" + common + (number ? " inputmode=\"numeric\"" : "") + " value=\"" + escaped(value) + "\" autocomplete=\"off\">";
  }
  std::string out = "<select" + common + ">";
  bool there = false;
  for (const items::Choice& choice : choices) {
    const bool is = choice.value == value;
    there = there || is;
    out += "<option value=\"" + escaped(choice.value) + "\"" + (is ? " selected" : "") + ">" + escaped(choice.value) +
           (choice.meaning.empty() ? "" : " = " + escaped(choice.meaning)) + "</option>";
  }
  if (!there || value.empty())
    out += "<option value=\"" + escaped(value) + "\" selected>" + (value.empty() ? "not set" : escaped(value)) + "</option>";
  return out + "</select>";
}

// One control with what is said of it. `label` and `hint` are HTML.
std::string control_row(const Visit& visit, const Setting& setting, const Draft& draft, const std::string& label, const std::string& hint) {
  const std::string field = field_of(setting.name, setting.index);
  const auto typed = draft.values.find(field);
  const auto objection = draft.objections.find(field);
  const bool bad = objection != draft.objections.end();
  std::string out = "<div class=\"field" + std::string(bad ? " bad" : "") + "\" data-field=\"" + escaped(field) + "\"><label for=\"f-" +
                    escaped(field) + "\">" + label + "</label>" +
                    control(setting, field, typed == draft.values.end() ? setting.value : typed->second, bad);
  out += "<div class=\"hint\"><span class=\"who\" id=\"w-" + escaped(field) + "\">" + (setting.fixed.empty() ? "" : escaped(setting.fixed) + " ") +
         who_and_when(visit.about, setting.change) + "</span> <span>" + hint + "</span></div>";
  out += "<p class=\"error\" id=\"e-" + escaped(field) + "\">" + (bad ? escaped(objection->second) : "") + "</p></div>";
  return out;
}

// An index that the phone does not have yet.
std::string new_instance(const Setting& setting, const Draft& draft) {
  const std::string field = setting.name + ".new";
  const auto value_at = [&](const std::string& name) {
    const auto found = draft.values.find(name);
    return found == draft.values.end() ? std::string() : escaped(found->second);
  };
  const auto objection = draft.objections.find(field);
  const bool bad = objection != draft.objections.end();
  const std::string name = escaped(setting.name);
  return "<div class=\"field new" + std::string(bad ? " bad" : "") + "\" data-field=\"" + escaped(field) + "\"><span class=\"index\"><label for=\"i-" + name +
         "\" class=\"hidden\">a new index of " + name + "</label><input id=\"i-" + name + "\" name=\"i." + name +
         "\" inputmode=\"numeric\" placeholder=\"index\" value=\"" + value_at(setting.name + ".index") + "\"></span><input id=\"f-" + escaped(field) +
         "\" name=\"v." + escaped(field) + "\" aria-label=\"its value\" placeholder=\"its value\" value=\"" + value_at(field) + "\"" +
         (setting.secret ? " type=\"password\" autocomplete=\"new-password\"" : "") + "><div class=\"hint\"></div><p class=\"error\" id=\"e-" + escaped(field) +
         "\">" + (bad ? escaped(objection->second) : "") + "</p></div>";
}

bool is_family(const Setting& setting) { return setting.index || (setting.entry && items::fit_index(*setting.entry, std::nullopt) != items::IndexFit::fits); }

// The settings as fields; those of one name stand together.
std::string fields(const Visit& visit, const std::vector<Setting>& settings, const Draft& draft) {
  std::string out;
  for (std::size_t n = 0; n < settings.size();) {
    const Setting& first = settings[n];
    std::size_t end = n + 1;
    while (end < settings.size() && settings[end].name == first.name) ++end;
    if (!is_family(first)) {
      out += "<div class=\"setting\" id=\"" + escaped(first.name) + "\">" +
             control_row(visit, first, draft, "<code>" + escaped(first.name) + "</code>", meaning(first)) + "</div>";
    } else {
      out += "<fieldset class=\"setting family\" id=\"" + escaped(first.name) + "\"><legend><code>" + escaped(first.name) +
             "</code></legend><p class=\"hint\">" + meaning(first) + "</p><div class=\"instances\">";
      for (std::size_t i = n; i < end; ++i)
        if (settings[i].held)
          out += control_row(visit, settings[i], draft, settings[i].index ? "<code>" + std::to_string(*settings[i].index) + "</code>" : "without index", "");
      if (first.fixed.empty() && first.entry) out += new_instance(first, draft);
      out += "</div></fieldset>";
    }
    n = end;
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool has_words(const Setting& setting, const std::vector<std::string>& words) {
  std::string all = label_of(setting.name, setting.index) + "\n" + setting.value + "\n";
  if (setting.entry) all += setting.entry->note + "\n" + setting.entry->topic;
  all = lower(all + "\n" + section_of(setting.name).title);
  return std::all_of(words.begin(), words.end(), [&](const std::string& word) { return all.find(word) != std::string::npos; });
}

std::vector<std::string> words_in(const std::string& query) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : lower(query) + " ")
    if (c == ' ') {
      if (!word.empty()) out.push_back(std::exchange(word, {}));
    } else {
      word += c;
    }
  return out;
}

// Beside the content where there is room for it.
std::string section_list(const Visit& visit, const Section* current) {
  std::string out = "<nav class=\"side\" aria-label=\"sections of settings\">";
  for (const Section& section : sections())
    if (may_see(visit, section))
      out += "<a href=\"" + path_of(visit.id, "settings/" + section.key) + "\"" + (&section == current ? " aria-current=\"page\"" : "") + ">" +
             escaped(section.title) + "</a>";
  return out + "</nav>";
}

std::string search_form(const Visit& visit, const std::string& query) {
  return "<form class=\"search\" role=\"search\" method=\"get\" action=\"" + path_of(visit.id, "settings/") +
         "\"><label for=\"q\">Search the settings</label> <input id=\"q\" type=\"search\" name=\"q\" value=\"" + escaped(query) +
         "\"><button class=\"plain\">Search</button></form>";
}

std::string found_page(const Visit& visit, const std::string& query) {
  constexpr std::size_t most = 300;
  const auto words = words_in(query);
  std::vector<Setting> all = settings_of(*visit.phone, [&](const std::string& name) { return may_see(visit, section_of(name)); });
  std::erase_if(all, [&](const Setting& setting) { return !has_words(setting, words); });
  if (all.empty()) return "<p>No setting has these words. Items go by the names of the guide, such as <code>sntp-addr</code>.</p>";
  std::string out = "<p>" + std::to_string(all.size()) + " found" +
                    (all.size() > most ? "; the first " + std::to_string(most) + " are shown" : std::string()) +
                    "</p><div class=\"scroll\"><table><thead><tr><th>setting</th><th>value</th><th>set by</th><th>section</th></tr></thead><tbody>";
  for (std::size_t n = 0; n < std::min(most, all.size()); ++n) {
    const Setting& one = all[n];
    const Section& section = section_of(one.name);
    const std::string field = field_of(one.name, one.index);
    out += "<tr data-field=\"" + escaped(field) + "\"><th scope=\"row\"><a href=\"" + path_of(visit.id, "settings/" + section.key) + "#" + escaped(one.name) + "\"><code>" +
           escaped(label_of(one.name, one.index)) + "</code></a></th><td class=\"value\">" +
           (one.secret ? (one.set ? "set, not shown" : "not set") : escaped(one.value)) + "</td><td class=\"who\">" +
           who_and_when(visit.about, one.change) + "</td><td>" + escaped(section.title) + "</td></tr>";
  }
  return out + "</tbody></table></div>";
}

}  // namespace

std::string on_save(const phone::Phone& phone) {
  if (phone.firmware().attached_changes)
    return "On save the phone keeps what you changed, and says it to its service in a message local-changes (guide p.40).";
  return "On save the phone keeps what you changed, and tells its service that something did, in a message local-changes; with firmware " +
         phone.firmware().version + " the service has to read what (guide p.37).";
}

Page settings_page(const Visit& visit) {
  const std::string& query = visit.asked.in_query("q");
  Page page{"Settings", Part::settings, "<h1>Settings</h1>" + search_form(visit, query), true};
  if (!query.empty()) {
    page.main += "<section id=\"found\">" + found_page(visit, query) + "</section>";
    return page;
  }
  std::map<std::string, std::size_t> counts;
  for (const Setting& setting : settings_of(*visit.phone, [](const std::string&) { return true; }))
    if (setting.held) ++counts[section_of(setting.name).key];
  for (const Role role : {Role::user, Role::administrator}) {
    if (role == Role::administrator && visit.role != Role::administrator) continue;
    page.main += role == Role::user ? "<h2>The user's</h2>" : "<h2>The administrator's</h2>";
    page.main += "<ul class=\"sections\">";
    for (const Section& section : sections())
      if (section.role == role)
        page.main += "<li><a href=\"" + path_of(visit.id, "settings/" + section.key) + "\">" + escaped(section.title) + "</a> <span class=\"small quiet\">" +
                     std::to_string(counts[section.key]) + " held" + (section.guide.empty() ? "" : ", " + escaped(in_guide(section))) + "</span></li>";
    page.main += "</ul>";
  }
  if (visit.role == Role::user)
    page.main += "<p class=\"quiet\">The others are the administrator's: <a href=\"" + path_of(visit.id, "login") + "\">log in as administrator</a>.</p>";
  return page;
}

Page section_page(const Visit& visit, const Section& section, const Draft& draft, const std::string& said) {
  Page page{section.title, Part::settings, "", true};
  page.main = "<div class=\"columns side\">" + section_list(visit, &section) + "<div><p class=\"small quiet\"><a href=\"" + path_of(visit.id, "settings/") + "\">All settings</a>" +
              (section.guide.empty() ? "" : ", " + escaped(in_guide(section))) + "</p><h1>" + escaped(section.title) + "</h1>";
  if (!section.note.empty()) page.main += "<p>" + escaped(section.note) + "</p>";
  const auto settings = settings_of(*visit.phone, [&](const std::string& name) { return &section_of(name) == &section; });
  page.main += "<div id=\"said\">" + said + "</div>";
  if (settings.empty()) {
    page.main += "<p>This phone has no such settings: its model and firmware, " + escaped(visit.phone->model().device_type) + " with " +
                 escaped(visit.phone->firmware().version) + ", lack them.</p></div></div>";
    return page;
  }
  page.main += "<form class=\"settings\" method=\"post\" action=\"" + path_of(visit.id, "settings/" + section.key) + "\">" + token_field(visit) +
               "<input type=\"hidden\" name=\"at\" value=\"" + std::to_string(visit.house.now().count()) + "\">" +
               fields(visit, settings, draft) + "<div class=\"save\"><button class=\"primary\">Save</button><p class=\"on-save\">" +
               escaped(on_save(*visit.phone)) + "</p></div></form></div></div>";
  return page;
}

Posted posted_settings(const Visit& visit, const Section& section) {
  Posted out;
  std::int64_t shown_at = 0;
  const std::string& at = visit.asked.in_form("at");
  std::from_chars(at.data(), at.data() + at.size(), shown_at);
  for (const Setting& one : settings_of(*visit.phone, [&](const std::string& name) { return &section_of(name) == &section; })) {
    const std::string field = field_of(one.name, one.index);
    const auto typed = visit.asked.form.find("v." + field);
    const auto fresh = visit.asked.form.find("v." + one.name + ".new");
    if (typed != visit.asked.form.end() && (one.secret ? !typed->second.empty() : typed->second != one.value)) {
      out.draft.values[field] = one.secret ? "" : typed->second;
      if (one.change.when.count() > shown_at && !one.secret) {
        // The person may not even have touched it: what the page showed is not known any more.
        out.draft.values.erase(field);
        out.draft.objections[field] = "It was changed meanwhile by " + std::string(in_words(one.change.who)) + ", to what stands here now; you had \"" +
                                      typed->second + "\".";
      } else {
        out.wishes.push_back({one.name, one.index ? std::optional(std::to_string(*one.index)) : std::nullopt, typed->second});
      }
    }
    if (fresh == visit.asked.form.end() || out.draft.values.contains(one.name + ".new")) continue;
    const std::string& index = visit.asked.in_form("i." + one.name);
    if (fresh->second.empty() && index.empty()) continue;
    out.draft.values[one.name + ".new"] = one.secret ? "" : fresh->second;
    out.draft.values[one.name + ".index"] = index;
    out.wishes.push_back({one.name, index, fresh->second});
  }
  return out;
}

}  // namespace understudy::wbm
