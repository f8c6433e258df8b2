// The reader of what a master of Locust says: of any bytes it makes an order with sensible numbers, or one line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "locust/message.h"

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace understudy::locust;
  const auto order = read(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!order) {
    expect(!order.error().empty() && order.error().find('\n') == std::string::npos);
    return 0;
  }
  if (const auto* spawn = std::get_if<Spawn>(&*order)) {
    std::uint64_t all = 0;
    for (const auto& [name, so_many] : spawn->users) all += so_many;
    expect(all <= 10'000'000 && spawn->stop_timeout.count() >= 0);
  }
  return 0;
}
