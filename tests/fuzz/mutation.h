// Small deterministic damage to a message.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace understudy::fuzz {

// A seed, damaged in one to five places: bits, bytes, blocks, tokens that parsers stumble over, parts of
// other seeds.
std::string mutated(const std::vector<std::string>& seeds, std::mt19937_64& random);

}  // namespace understudy::fuzz
