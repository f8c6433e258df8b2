#include "wbm/face.h"

#include <array>
#include <charconv>
#include <utility>

#include "look/html.h"
#include "phone/media.h"
#include "wbm/actions.h"

namespace understudy::wbm {

using look::escaped;

namespace {

// What keys do, by the number in function-key-def: 3, 6, 54, 57 and 59 the guide (p.120), the others field.
struct KeyFunction {
  int code;
  std::string_view name;
};
constexpr std::array<KeyFunction, 25> key_functions = {{
    {0, "no function"},        {1, "selected dialling"}, {3, "repeat dialling"}, {6, "forwarding"},     {9, "ringer off"},
    {10, "hold"},              {11, "alternate"},        {12, "blind transfer"}, {13, "transfer"},      {14, "deflect"},
    {18, "shift"},             {22, "conference"},       {24, "headset"},        {25, "do not disturb"}, {29, "group pickup"},
    {30, "repertory dialling"}, {31, "line"},            {50, "consultation"},   {54, "server feature"}, {57, "AICS zip tone"},
    {58, "feature toggle"},    {59, "BLF"},              {60, "XML application"}, {63, "send URL"},      {2, "abbreviated dialling"},
}};

std::string function_named(const std::string& code) {
  int number = -1;
  std::from_chars(code.data(), code.data() + code.size(), number);
  for (const KeyFunction& known : key_functions)
    if (known.code == number) return std::string(known.name);
  return code.empty() ? "no function" : "function " + code;
}

std::string value_of(const phone::Phone& phone, std::string_view name, std::optional<int> index = std::nullopt) {
  const std::string* value = phone.store().find(name, index);
  return value ? *value : std::string();
}

std::string first_of(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts)
    if (!text.empty()) return text;
  return "";
}

// Of a key on a module that is not plugged in: what was programmed on it stays.
bool is_gone(const phone::Phone& phone, int key) {
  int plugged = 0;
  const std::string text = value_of(phone, "key-modules");
  std::from_chars(text.data(), text.data() + text.size(), plugged);
  return key >= items::first_key_of_modules + plugged * items::keys_between_modules;
}

std::string keys_of(const phone::Phone& phone) {
  std::string own, modules;
  for (const wpi::Item& key : phone.store().instances("function-key-def")) {
    const int index = items::index_of(key).value_or(0);
    if (is_gone(phone, index % items::shifted_level)) continue;
    const std::string label = first_of({value_of(phone, "key-label-unicode", index), value_of(phone, "key-label", index)});
    const bool empty = key.value.empty() || key.value == "0";
    if (empty && label.empty() && index > items::shifted_level) continue;  // an unused second level is no news
    (index % items::shifted_level < items::first_key_of_modules ? own : modules) +=
        std::string("<li class=\"key") + (empty ? " unused" : "") + "\"><span class=\"n\">" + std::to_string(index) + "</span> <span>" +
        escaped(label) + "</span><small>" + escaped(empty ? std::string() : function_named(key.value)) + "</small></li>";
  }
  std::string out;
  if (!own.empty()) out += "<h3>Keys, their labels and functions</h3><ul class=\"keys\" role=\"list\">" + own + "</ul>";
  if (!modules.empty()) out += "<h3>Keys on modules</h3><ul class=\"keys modules\" tabindex=\"0\" role=\"list\">" + modules + "</ul>";
  return out.empty() ? "<p class=\"small quiet\">This model has no keys that can be programmed.</p>" : out;
}

std::string user_line(const phone::Phone& phone) {
  if (value_of(phone, "mobility-enabled") != "true") return "";
  const std::string state = value_of(phone, "sip-mobility-state");
  if (state == "1") return "no mobile user is logged on";
  return state == "0" ? "a mobile user is logged on" : "a mobile user is being logged on";
}

// A picture as it is, any other file to be saved; nothing where the phone lists what it does not hold.
std::string file_itself(const Visit& visit, const std::string& type, const std::string& name) {
  const auto bytes = visit.house.file(visit.id, type, name);
  if (!bytes) return "";
  const std::string path = path_of(visit.id, "files/" + percent_encoded(type) + "/" + percent_encoded(name));
  const phone::Media media = phone::look_at(*bytes);
  const std::string size = std::to_string(bytes->size()) + " bytes";
  if (media.format != phone::Format::png && media.format != phone::Format::jpeg && media.format != phone::Format::bmp)
    return "<a href=\"" + path + "\" download>" + size + "</a>";
  return "<a href=\"" + path + "\"><img src=\"" + path + "\" alt=\"" + escaped(type + " " + name) + ", " + std::to_string(media.width) + " x " +
         std::to_string(media.height) + " pixels\" loading=\"lazy\"></a>";
}

std::string files_of(const Visit& visit) {
  const phone::Phone& phone = *visit.phone;
  std::string rows;
  for (const wpi::Item& file : phone.store().instances("file-deployment-name")) {
    const auto index = items::index_of(file);
    const auto cell = [&](std::string_view name) { return "<td>" + escaped(value_of(phone, name, index)) + "</td>"; };
    if (file.value.empty()) continue;
    rows += "<tr><th scope=\"row\">" + escaped(file.value) + "</th>" + cell("file-deployment-type") + cell("file-deployment-date") +
            cell("file-deployment-time") + cell("file-deployment-status") + "<td>" +
            file_itself(visit, value_of(phone, "file-deployment-type", index), file.value) + "</td></tr>";
  }
  if (rows.empty()) return "<p class=\"quiet\">No service has sent it a file.</p>";
  return "<div class=\"scroll\"><table><thead><tr><th>file</th><th>type</th><th>date</th><th>time</th><th>result</th><th>what the phone holds</th></tr></thead><tbody>" + rows +
         "</tbody></table></div>";
}

std::string argument_of(const Action& action) {
  if (action.argument.empty()) return "";
  const std::string id = "argument-" + std::string(action.name);
  return "<label for=\"" + id + "\" class=\"hidden\">" + escaped(action.argument) + "</label><input id=\"" + id + "\" name=\"argument\" placeholder=\"" +
         escaped(action.argument) + "\" required autocomplete=\"off\">";
}

std::string action_forms(const Visit& visit) {
  std::string out = "<ul class=\"doable\">";
  for (const Action& action : actions()) {
    if (action.role == Role::administrator && visit.role != Role::administrator) continue;
    out += "<li><form method=\"post\" action=\"" + path_of(visit.id, "actions/" + std::string(action.name)) + "\">" + token_field(visit) +
           argument_of(action) + "<button class=\"plain\">" + escaped(action.title) + "</button></form><span class=\"small quiet\">" +
           escaped(action.text) + "</span></li>";
  }
  return out + "</ul>";
}

// The last exchange that the phone had, if it is still remembered.
const transcript::Exchange* last_exchange(const look::Ladders& ladders, const std::string& id) {
  const auto& all = ladders.of(id);
  for (auto ladder = all.rbegin(); ladder != all.rend(); ++ladder)
    for (auto rung = (*ladder)->rungs.rbegin(); rung != (*ladder)->rungs.rend(); ++rung)
      if (const auto* exchange = std::get_if<std::shared_ptr<const transcript::Exchange>>(&rung->what)) return exchange->get();
  return nullptr;
}

bool restarts(const look::Ladders& ladders, const std::string& id) {
  const auto& all = ladders.of(id);
  if (all.empty() || all.back()->rungs.empty()) return false;
  const auto* mark = std::get_if<transcript::Mark>(&all.back()->rungs.back().what);
  return mark && mark->event == transcript::Event::restart;
}

std::size_t remarks_of(const look::Ladders& ladders, const std::string& id) {
  std::size_t count = 0;
  for (const auto& ladder : ladders.of(id)) {
    count += ladder->remarks.size();
    for (const look::Rung& rung : ladder->rungs) count += rung.remarks.size();
  }
  return count;
}

}  // namespace

Condition condition_of(const phone::Phone& phone, const look::Ladders& ladders, const std::string& id) {
  Condition out;
  const auto& all = ladders.of(id);
  if (restarts(ladders, id))
    out.word = "restarts";
  else if (!all.empty() && all.back()->open)
    out.word = "talks to its service: " + all.back()->reason;
  else if (!phone.idle())
    out.word = "waits to talk to its service";
  else
    out.word = "idle";
  if (phone.wants_pin()) out.word = "asks for the PIN of Secure Mode";
  if (phone.in_call()) out.word = "in a call" + (out.word == "idle" ? "" : "; " + out.word);
  const transcript::Exchange* last = last_exchange(ladders, id);
  if (last && last->outcome != transcript::Outcome::answered && last->outcome != transcript::Outcome::interrupted)
    out.away = "The service does not answer" + (last->failure.empty() ? std::string() : ": " + last->failure) +
               ". The phone tries again by itself.";
  return out;
}

std::string face(const phone::Phone& phone, const Condition& condition) {
  const std::string number = value_of(phone, "e164");
  const std::string name = first_of({value_of(phone, "display-id-unicode"), value_of(phone, "display-id")});
  std::string out = "<section class=\"phone\" id=\"face\" aria-label=\"the phone\"><div class=\"display\"><p class=\"bar\"><span class=\"number\">" +
                    escaped(number) + "</span><span data-clock></span></p>";
  if (!name.empty()) out += "<p class=\"name\">" + escaped(name) + "</p>";
  out += "<p class=\"state" + std::string(phone.in_call() ? " selected" : "") + "\">" + escaped(condition.word) + "</p>";
  if (phone.secure()) out += "<p class=\"secure\">Secure Mode</p>";
  if (const std::string user = user_line(phone); !user.empty()) out += "<p class=\"user\">" + escaped(user) + "</p>";
  const std::string modules = value_of(phone, "key-modules");
  if (!modules.empty() && modules != "0") out += "<p class=\"modules\">" + escaped(modules) + (modules == "1" ? " key module" : " key modules") + "</p>";
  return out + "</div>" + keys_of(phone) + "</section>";
}

Page phone_page(const Visit& visit, const look::Ladders& ladders, const std::string& lines, const std::string& said) {
  Page page{"Phone", Part::phone, said, true};
  const phone::Identity& who = visit.phone->identity();
  page.main += "<h1>Phone " + escaped(who.e164) + "</h1><div class=\"columns face\"><div>" +
               face(*visit.phone, condition_of(*visit.phone, ladders, visit.id)) +
               "</div><div><h2>What you can do</h2>" + action_forms(visit) + "</div></div><h2>Said lately</h2><p class=\"small\"><a href=\"" +
               path_of(visit.id, "wire/") + "\">All that was said</a></p><ol class=\"ladders\" id=\"wire\" data-most=\"10\">" + lines +
               "</ol><div class=\"columns\"><div><h2>Files</h2><div id=\"files\">" + files_of(visit) +
               "</div></div><div><h2>Who it is</h2><dl class=\"pairs\"><dt>MAC address</dt><dd><code>" + escaped(who.mac) +
               "</code></dd><dt>address</dt><dd><code>" + escaped(who.address) + "</code></dd><dt>is asked to call at</dt><dd><code>" +
               escaped(value_of(*visit.phone, "contact-me-uri")) + "</code></dd><dt>polls</dt><dd><code>" +
               escaped(first_of({visit.phone->poll_url(), "no"})) + "</code></dd></dl></div></div>";
  return page;
}

std::string phone_row(const std::string& id, const phone::Phone& phone, const look::Ladders& ladders) {
  const Condition condition = condition_of(phone, ladders, id);
  const std::size_t remarks = remarks_of(ladders, id);
  const std::string state =
      condition.away.empty() ? escaped(condition.word) : std::string("<span class=\"chip must\">service away</span>");
  const auto code = [](const std::string& text) { return "<td><code>" + escaped(text) + "</code></td>"; };
  return "<tr id=\"row-" + escaped(id) + "\"><th scope=\"row\"><a href=\"" + path_of(id) + "\">" + escaped(id) + "</a></th><td>" + state +
         "</td><td class=\"n\">" + std::to_string(remarks) + "</td>" + code(value_of(phone, "e164")) + "<td>" +
         escaped(phone.model().device_type) + ", " + escaped(phone.firmware().version) + "</td>" + code(phone.identity().mac) +
         code(phone.identity().address) + "</tr>";
}

Page phones_page(const Visit& visit, const look::Ladders& ladders) {
  Page page{"Phones", Part::phones, "", true};
  page.main = "<h1>" + std::to_string(visit.house.phones().size()) +
              " phones</h1><p><label for=\"filter\">Show those with</label> <input id=\"filter\" type=\"search\" data-filters=\"phones\"></p>"
              "<div class=\"scroll\"><table id=\"phones\"><thead><tr><th>phone</th><th>state</th><th class=\"n\">deviations</th>"
              "<th>number</th><th>model</th><th>MAC address</th><th>address</th></tr></thead><tbody>";
  for (const std::string& id : visit.house.phones()) page.main += phone_row(id, visit.house.phone(id), ladders);
  page.main += "</tbody></table></div>";
  return page;
}

}  // namespace understudy::wbm
