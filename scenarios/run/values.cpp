#include "scenarios/run/values.h"

namespace understudy::scenarios {

void Values::set(std::uint32_t phone, const std::string& name, std::string value) {
  last_[name] = value;
  own_[{phone, name}] = std::move(value);
}

std::optional<std::string> Values::find(std::uint32_t phone, const std::string& name) const {
  if (const auto own = own_.find({phone, name}); own != own_.end()) return own->second;
  if (const auto last = last_.find(name); last != last_.end()) return last->second;
  return std::nullopt;
}

}  // namespace understudy::scenarios
