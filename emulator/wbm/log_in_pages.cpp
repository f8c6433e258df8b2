#include "wbm/log_in_pages.h"

#include "look/html.h"

namespace understudy::wbm {

using look::escaped;

namespace {

std::string password_field(const std::string& name, const std::string& label, std::string_view kind) {
  return "<div class=\"field\"><label for=\"" + name + "\">" + label + "</label><input id=\"" + name + "\" name=\"" + name +
         "\" type=\"password\" autocomplete=\"" + std::string(kind) + "\"" + (name == "password" ? " required autofocus" : "") + "></div>";
}

}  // namespace

Page log_in_page(const Visit& visit, Role role, const std::string& next, const std::string& said) {
  Page page{"Log in", Part::log_in, "", false};
  const auto choice = [&](Role one, const std::string& label) {
    return "<label class=\"choice\"><input type=\"radio\" name=\"role\" value=\"" + std::string(name_of(one)) + "\"" + (one == role ? " checked" : "") + "> " +
           label + "</label>";
  };
  page.main = "<h1>Log in to phone " + escaped(visit.phone->identity().e164) + "</h1>" + said + "<form class=\"card narrow\" method=\"post\" action=\"" +
              path_of(visit.id, "login") + "\"><input type=\"hidden\" name=\"next\" value=\"" + escaped(next) + "\"><fieldset><legend>As</legend>" +
              choice(Role::user, "user") + choice(Role::administrator, "administrator") + "</fieldset>" +
              password_field("password", "Password", "current-password") +
              "<button class=\"primary\">Log in</button><p class=\"small quiet\">Out of the box the administrator's is 123456 and the user's 000000. "
              "A service may have written others.</p></form>";
  return page;
}

Page password_page(const Visit& visit, const std::string& said) {
  Page page{"Password", Part::password, "<h1>Change a password</h1>" + said, false};
  const auto form = [&](Role whose, const std::string& title, bool with_old) {
    return "<h2>" + title + "</h2><form class=\"card narrow\" method=\"post\" action=\"" + path_of(visit.id, "password") + "\">" + token_field(visit) +
           "<input type=\"hidden\" name=\"role\" value=\"" + std::string(name_of(whose)) + "\">" +
           (with_old ? password_field("password", "Password now", "current-password") : std::string()) +
           password_field("new", "New password", "new-password") + password_field("again", "New password, once more", "new-password") +
           "<button class=\"primary\">Change it</button></form>";
  };
  page.main += form(visit.role, visit.role == Role::user ? "The user's" : "The administrator's", true);
  page.main += "<p class=\"small quiet\">What a password must have is said by the settings of the password policy (guide p.194-197). The service hears that it "
               "changed, as of every setting.</p>";
  return page;
}

}  // namespace understudy::wbm
