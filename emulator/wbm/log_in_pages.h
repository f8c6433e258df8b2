// The pages of passwords: logging in, and changing one.
#pragma once

#include <string>

#include "wbm/page.h"

namespace understudy::wbm {

// `next`: where to go afterwards, a path of ours; `said`: banners.
Page log_in_page(const Visit& visit, Role role, const std::string& next, const std::string& said);
Page password_page(const Visit& visit, const std::string& said);

}  // namespace understudy::wbm
