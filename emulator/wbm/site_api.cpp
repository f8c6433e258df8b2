// The part of the site that answers to programs: see openapi.json.
#include <utility>

#include "wbm/actions.h"
#include "wbm/api.h"
#include "wbm/site.h"

namespace understudy::wbm {

namespace {

Answer not_there() { return api_problem(404, "There is nothing at this address; /api/openapi.json says what there is."); }

}  // namespace

Answer Site::api(Visit& visit, const std::vector<std::string>& path) {
  const std::string& method = visit.asked.method;
  if (path.size() == 2 && path[1] == "phones" && method == "GET") return json_answer(phones_json(house_, ladders_));
  if (!visit.phone) return not_there();
  if (path.size() == 4 && path[3] == "session" && method == "POST") return api_log_in(visit);
  if (!visit.logged_in) return api_problem(401, "Log in first: POST /api/phones/" + visit.id + "/session.");
  if (method != "GET" && !same_secret(visit.asked.token, visit.session->token))
    return api_problem(403, "The header X-Token has to say the token that logging in gave.");
  return api_of_phone(visit, path);
}

Answer Site::api_log_in(Visit& visit) {
  const auto role_name = member_in(visit.asked.body, "role");
  const auto password = member_in(visit.asked.body, "password");
  if (!role_name) return api_problem(400, role_name.error());
  if (*role_name != name_of(Role::user) && *role_name != name_of(Role::administrator))
    return api_problem(400, "role has to be \"user\" or \"administrator\".");
  const Role role = *role_name == name_of(Role::user) ? Role::user : Role::administrator;
  const LogIn came = try_password(visit, role, *password);
  const auto with_cookie = [&](Answer answer) {
    answer.headers.emplace_back("Set-Cookie", cookie_of(*visit.session));
    return answer;
  };
  // The session is a new one then too: it goes on where it is logged in elsewhere.
  if (came.came == LogIn::Came::must_change)
    return with_cookie(api_problem(403, "The password has to be changed first, in the pages."));
  if (came.came != LogIn::Came::in) return api_problem(403, came.text);
  std::string body;
  transcript::JsonWriter json(body);
  json.object();
  json.member("role", name_of(role));
  json.member("token", visit.session->token);
  json.end();
  return with_cookie(json_answer(std::move(body)));
}

Answer Site::api_of_phone(Visit& visit, const std::vector<std::string>& path) {
  const Asked& asked = visit.asked;
  const bool reads = asked.method == "GET";
  if (path.size() == 3 && reads) return json_answer(phone_json(visit.id, *visit.phone, ladders_));
  const std::string& what = path.size() > 3 ? path[3] : path.back();
  const auto may_see = [&](const std::string& name) { return visit.role == Role::administrator || section_of(name).role == Role::user; };
  if (path.size() == 4 && reads) {
    if (what == "sections") return json_answer(sections_json(visit.role));
    if (what == "files") return json_answer(files_json(*visit.phone));
    if (what == "events") return events(visit);
    if (what == "interactions") return json_answer(ladders_json(ladders_, about_, visit.id, number_in(asked.in_query("after"))));
    if (what == "items") {
      const std::string& section = asked.in_query("section");
      return json_answer(settings_json(about_, settings_of(*visit.phone, [&](const std::string& name) {
                                         return may_see(name) && (section.empty() || section_of(name).key == section);
                                       })));
    }
  }
  if (what == "session" && path.size() == 4 && asked.method == "DELETE") {
    sessions_.close(visit.session->id);
    Answer answer;
    answer.status = 204;
    return answer;
  }
  if (what == "items" && path.size() == 5 && reads) {
    if (!may_see(path[4])) return api_problem(403, path[4] + " is for administrators.");
    auto found = settings_of(*visit.phone, [&](const std::string& name) { return name == path[4]; });
    if (found.empty()) return api_problem(404, "The phone has no item " + path[4] + ".");
    return json_answer(settings_json(about_, found));
  }
  if (what == "items" && path.size() == 4 && asked.method == "PATCH") {
    const auto wishes = wishes_in(asked.body);
    if (!wishes) return api_problem(400, wishes.error());
    Weighed weighed = weigh(*visit.phone, visit.role, *wishes);
    const bool good = weighed.objections.empty();
    std::string body = weighed_json(*wishes, weighed);
    if (good) changed(visit.id, std::move(weighed.changes), visit.role);
    return json_answer(std::move(body), good ? 200 : 422);
  }
  if (what == "interactions" && path.size() == 5 && reads) {
    const auto ladder = ladders_.find(visit.id, number_in(path[4]));
    return ladder ? json_answer(ladder_json(*ladder, about_, masker_)) : api_problem(404, "There is no interaction of that number, or it is not kept any more.");
  }
  if (what == "actions" && path.size() == 5 && asked.method == "POST") {
    const auto argument = member_in(asked.body, "argument");
    if (!argument) return api_problem(400, argument.error());
    std::string done;
    Answer refused = act(visit, path[4], *argument, done);
    return done.empty() ? refused : json_answer(phone_json(visit.id, *visit.phone, ladders_), 202);
  }
  return not_there();
}

}  // namespace understudy::wbm
