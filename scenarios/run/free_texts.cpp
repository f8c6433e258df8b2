#include "scenarios/run/free_texts.h"

#include <algorithm>
#include <array>

#include "items/catalogue.h"
#include "items/domain.h"
#include "phone/setting.h"

namespace understudy::scenarios {

namespace {

// What names the phone, or orders and reports: another text there is another phone, or no phone.
constexpr std::array<std::string_view, 17> no_free_texts = {
    "e164", "basic-e164", "fully-qualified-phone-no", "reg-id", "reg-number", "modified-items", "requested-items", "send-solicited",
    "secure-mode-data", "key-modules", "blf-modules", "cloud-pin-value", "country-iso", "language-iso", "part-number",
    "software-type", "software-version"};

bool is_free(const items::Entry& entry) {
  return entry.type == items::Type::string && entry.access == items::Access::read_write && !entry.secret && entry.values.empty() &&
         !entry.name.starts_with("file-") && !entry.name.starts_with("fault-") && !entry.name.starts_with("related-") &&
         std::find(no_free_texts.begin(), no_free_texts.end(), entry.name) == no_free_texts.end();
}

}  // namespace

std::vector<wpi::Item> free_texts(const phone::Model& model, const phone::Firmware& firmware, std::string_view text) {
  std::vector<wpi::Item> out;
  for (const items::Entry& entry : items::catalogue()) {
    if (!is_free(entry) || items::too_long(entry, text)) continue;
    const bool has_index = items::fit_index(entry, std::nullopt) != items::IndexFit::fits;
    const std::optional<int> index = has_index ? std::optional(1) : std::nullopt;
    if (!phone::objection_to_item(entry, model, firmware, index).empty()) continue;
    wpi::Item item;
    item.name = entry.name;
    if (index) item.index = "1";
    item.value = text;
    out.push_back(std::move(item));
  }
  return out;
}

}  // namespace understudy::scenarios
