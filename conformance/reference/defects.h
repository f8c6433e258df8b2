// The defects that our service can be told to have: at least one for each rule.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace understudy::reference {

struct Defect {
  std::string_view name;  // "nonce.echo/previous": the rule, then the variant
  std::string_view text;  // what the service does: "answers with the nonce of the message before"
  std::vector<std::string_view> consequences = {};  // further rules that deviate because of it, rightly
  std::string_view needs = {};                      // a job that gives the occasion ("restart"), or empty
  std::string_view phone = {};  // a quirk that the phone must have ("reply-before-restart"), or empty
  std::string_view scenario = {};  // of the library, that gives the occasion; or empty
  std::string_view rule() const { return name.substr(0, name.find('/')); }
};

std::span<const Defect> defects();
const Defect* find_defect(std::string_view name);
// "nonce.echo" names the first variant of that rule. The error is one line with "did you mean".
tl::expected<const Defect*, std::string> defect_named(std::string_view name);

}  // namespace understudy::reference
