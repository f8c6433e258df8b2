// Whether phones can call from a range of addresses.
#pragma once

#include <cstdint>
#include <string>

#include "net/address_range.h"

namespace understudy::tools {

// Why so many phones cannot call from there, with the commands that change it; empty: they can. Only the first address and the
// last that is needed are tried.
std::string cannot_call_from(const net::AddressRange& range, std::uint64_t phones);

}  // namespace understudy::tools
