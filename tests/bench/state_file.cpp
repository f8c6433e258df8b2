// How long it takes to keep a phone's memory, so that a power cut cannot take it: a phone with 50 changed items, kept again and
// again. Budget: 10 times as long as writing and syncing the same bytes, and 1 ms.
//
// The yardstick is a file of its own that the same bytes are written to and synced. A disk that is slow is slow for both.
//
// Usage: bench_state_file [FOLDER]     the files are made there, and removed
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <vector>

#include "fleet/state_file.h"
#include "wpi/reader.h"

namespace {

using namespace understudy;
using Clock = std::chrono::steady_clock;

constexpr int times = 200, items_changed = 50;
constexpr double budget_of = 10, budget_beside = 1;  // times the yardstick; ms

double milliseconds_of(const std::function<void()>& work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double median_of(const std::function<void(int)>& work) {
  std::vector<double> took;
  for (int n = 0; n < times; ++n) took.push_back(milliseconds_of([&] { work(n); }));
  std::nth_element(took.begin(), took.begin() + times / 2, took.end());
  return took[times / 2];
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "bench_state_file: %s\n", why.c_str());
  std::exit(4);
}

void change(phone::Phone& phone, int n) {
  std::vector<wpi::Item> items(items_changed);
  for (int k = 0; k < items_changed; ++k) {
    items[static_cast<std::size_t>(k)].name = "key-label";
    items[static_cast<std::size_t>(k)].index = std::to_string(k + 1);
    items[static_cast<std::size_t>(k)].value = "host-" + std::to_string(n) + ".example.net";
  }
  phone.set_up(items);
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : std::filesystem::temp_directory_path();
  const std::string path = folder / ("bench-" + std::to_string(::getpid()) + ".state"), plain = path + ".plain";
  auto file = fleet::StateFile::open(path);
  if (!file) give_up(file.error().text);
  phone::Phone phone({"00:1A:E8:FF:00:01", "4241", "127.0.0.1"}, **phone::model_named("OpenStage 60"), **phone::firmware_named("V3 R5"),
                     "127.0.0.1:18443", "/", 1, {}, {});
  const double kept = median_of([&](int n) {
    change(phone, n);
    if (const auto done = (*file)->keep(phone); !done) give_up(done.error());
  });
  file->reset();

  const std::string bytes = phone.memory();
  const int file_of_yardstick = ::open(plain.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const double written = median_of([&](int) {
    if (::pwrite(file_of_yardstick, bytes.data(), bytes.size(), 0) < 0 || ::fsync(file_of_yardstick) != 0)
      give_up(plain + ": cannot be written");
  });
  ::close(file_of_yardstick);

  const double budget = budget_of * written + budget_beside;
  std::printf("memory of a phone kept: %zu bytes, %d times\n", bytes.size(), times);
  std::printf("  understudy   %.2f ms (median)\n", kept);
  std::printf("  write, fsync %.2f ms (median)\n", written);
  std::printf("  ratio        %.1f; budget %.1f ms: %s\n", kept / written, budget, kept <= budget ? "held" : "MISSED");
  std::filesystem::remove(path);
  std::filesystem::remove(plain);
  return kept <= budget ? 0 : 1;
}
