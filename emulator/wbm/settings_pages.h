// The pages of settings: the list of sections, a section as a form, what a search finds.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "wbm/page.h"
#include "wbm/settings.h"

namespace understudy::wbm {

// Where everything is; with a query, what of it has the words in name, label, meaning or value.
Page settings_page(const Visit& visit);
// What stands in a form beside what the phone holds: after a save that was refused.
struct Draft {
  std::map<std::string, std::string> values;      // by field_of(); what was typed
  std::map<std::string, std::string> objections;  // likewise; shown at the field
};
// `said`: banners above the form.
Page section_page(const Visit& visit, const Section& section, const Draft& draft, const std::string& said);

// What a save will do at this phone, in a sentence.
std::string on_save(const phone::Phone& phone);
// The wishes in a form that was sent: the fields that say something else than the phone, with what the page showed, where the
// phone changed since it was made, as objections.
struct Posted {
  std::vector<Wish> wishes;
  Draft draft;
};
Posted posted_settings(const Visit& visit, const Section& section);

}  // namespace understudy::wbm
