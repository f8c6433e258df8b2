// Files that the service has by itself, made in code when they are asked for, so that a deployment can be tried with nothing
// at hand.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace understudy::reference {

// The bytes of "logo-openstage-60.png" and the like; nullopt: there is none of that name.
std::optional<std::string> sample_bytes(std::string_view name);

// The name of the one that fits a phone: `type` is LOGO, RINGTONE or SCREENSAVER; a logo is for its model, "OpenStage 60". The
// error is one sentence without full stop: the model shows none, there is none of that type.
tl::expected<std::string, std::string> sample_for(const std::string& model, std::string_view type);

}  // namespace understudy::reference
