// A day of 1,000 phones that poll each minute, in simulated time, judged, the transcript hashed and not kept. Budget: 20 s of
// wall clock; and the same day again has the same hash.
//
// The yardstick is what no such day can do without: as many moments planned and taken in their order, and a SHA-256 of as
// many bytes.
//
// Usage: bench_simulated_day [PHONES] [HOURS]
#include <openssl/evp.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <queue>
#include <vector>

#include "support/simulated_day.h"
#include "wpi/reader.h"

namespace {

using namespace understudy;
using Clock = std::chrono::steady_clock;

constexpr double budget = 20;  // seconds

double seconds_of(const std::function<void()>& work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Two moments a poll: the phone's timer, and the answer.
void least(const DayPassed& passed, int phones) {
  std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> moments;
  for (int k = 0; k < phones; ++k) moments.push(static_cast<std::uint64_t>(k));
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, EVP_sha256(), nullptr);
  const std::vector<char> line(passed.bytes / passed.lines, 'x');
  for (std::uint64_t n = 0; n < passed.lines; ++n) {
    for (int i = 0; i < 2; ++i) {
      const std::uint64_t now = moments.top();
      moments.pop();
      moments.push(now + 60'000'000);
    }
    EVP_DigestUpdate(context, line.data(), line.size());
  }
  EVP_MD_CTX_free(context);
}

}  // namespace

int main(int argc, char** argv) {
  Day day;
  if (argc > 1) day.phones = std::atoi(argv[1]);
  const int hours = argc > 2 ? std::atoi(argv[2]) : 24;
  if (day.phones < 1 || day.phones > 20'000 || hours < 1) {
    std::fprintf(stderr, "bench_simulated_day: PHONES is a number from 1 to 20000, HOURS one from 1 on\n");
    return 2;
  }
  day.length = std::chrono::hours(hours);

  const wpi::XmlRuntime xml;
  DayPassed first, again;
  const double took = seconds_of([&] { first = pass(day); });
  const double took_again = seconds_of([&] { again = pass(day); });
  const double bare = seconds_of([&] { least(first, day.phones); });
  const bool conforming = first.verdict.conforming(false), same = first.hash == again.hash;

  const auto count = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf("simulated day: %d phones, %d h, %llu polls, %llu messages in %llu interactions, %llu transcript lines of %.0f MB\n",
              day.phones, hours, count(first.polls), count(first.messages), count(first.interactions), count(first.lines),
              static_cast<double>(first.bytes) / 1e6);
  std::printf("  understudy   %.2f s, again %.2f s of wall clock\n  bare loop    %.2f s: a queue of moments and SHA-256\n", took,
              took_again, bare);
  std::printf("  ratio        %.1f; budget %.0f s, %s; %s; %s\n", took / bare, budget, took <= budget ? "kept" : "MISSED",
              conforming ? "conforming" : "NOT conforming", same ? "the same hash twice" : "NOT the same hash twice");
  std::printf("  hash         %s\n", first.hash.c_str());
  return conforming && same && first.clean == first.interactions ? 0 : 1;
}
