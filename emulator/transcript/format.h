// What writer and reader of transcripts share. Not for others.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "wpi/http.h"

namespace understudy::transcript {

inline constexpr std::string_view format_family = "understudy.transcript/";
inline constexpr std::string_view format_name = "understudy.transcript/1";

inline constexpr std::array<std::string_view, 4> framings = {"none", "content_length", "chunked",
                                                             "until_close"};
inline std::string_view name_of(wpi::Framing framing) {
  return framings[static_cast<std::size_t>(framing)];
}
inline std::optional<wpi::Framing> framing_named(std::string_view name) {
  for (std::size_t i = 0; i < framings.size(); ++i)
    if (framings[i] == name) return static_cast<wpi::Framing>(i);
  return std::nullopt;
}

}  // namespace understudy::transcript
