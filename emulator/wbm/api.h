// The pages' API: JSON, as openapi.json describes it.
#pragma once

#include <string>
#include <vector>

#include "look/ladder_html.h"
#include "transcript/json.h"
#include "transcript/mask.h"
#include "wbm/page.h"
#include "wbm/settings.h"

namespace understudy::wbm {

// {"error": text}
Answer api_problem(int status, const std::string& text);
Answer json_answer(std::string body, int status = 200);

std::string phones_json(const House& house, const look::Ladders& ladders);
std::string phone_json(const std::string& id, const phone::Phone& phone, const look::Ladders& ladders);
std::string sections_json(Role role);
// As they stand in a list, and in the pages' events: a secret has no value.
void write_setting(transcript::JsonWriter& json, const About& about, const Setting& setting);
std::string settings_json(const About& about, const std::vector<Setting>& settings);
std::string weighed_json(const std::vector<Wish>& wishes, const Weighed& weighed);
std::string files_json(const phone::Phone& phone);
std::string ladders_json(const look::Ladders& ladders, const About& about, const std::string& id, std::uint64_t after);
// With every byte that was said, as far as the masker shows it.
std::string ladder_json(const look::Ladder& ladder, const About& about, transcript::Masker* masker);

// The wishes in the body of a PATCH: [{"name", "index"?, "value", "was"?}]. The error is one sentence.
tl::expected<std::vector<Wish>, std::string> wishes_in(const std::string& body);
// The string member of that name of a JSON object; empty where there is none. The error is one sentence.
tl::expected<std::string, std::string> member_in(const std::string& body, const std::string& name);

}  // namespace understudy::wbm
