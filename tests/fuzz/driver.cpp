// Runs a fuzz target without libFuzzer: every seed as it is, then damaged seeds, the same for the same
// --seed.
//
//   fuzz_NAME [--runs N] [--seed S] [--from K] FILE...
//
// A .jsonl file is one of recorded exchanges and gives a seed for each body and each whole answer; any other
// file is a seed itself. When the target fails, the input is written to fuzz-failure-S-K; `--seed S --from K
// --runs 1` makes it again.
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

#include "mutation.h"
#include "support/recordings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr unsigned seconds_for_an_input = 20;

// What the handlers below write; a signal handler can be told of it in no other way.
const std::string* current_input = nullptr;
char failure_file[96] = "fuzz-failure";

void keep_input() {
  if (!current_input) return;
  const int file = open(failure_file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  [[maybe_unused]] ssize_t ignored = write(file, current_input->data(), current_input->size());
  close(file);
  constexpr std::string_view words = "the input is in ";
  ignored = write(STDERR_FILENO, words.data(), words.size());
  ignored = write(STDERR_FILENO, failure_file, std::char_traits<char>::length(failure_file));
  ignored = write(STDERR_FILENO, "\n", 1);
  current_input = nullptr;
}

void on_signal(int) {
  keep_input();
  _exit(1);
}

void watch_for_failures() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_set_death_callback(keep_input);
#else
  std::signal(SIGSEGV, on_signal);
#endif
  std::signal(SIGABRT, on_signal);  // a target's own judgement, or an exception that nobody caught
  std::signal(SIGALRM, on_signal);  // no end
}

void run(const std::string& input, std::uint64_t seed, const std::string& number) {
  const std::string name = "fuzz-failure-" + std::to_string(seed) + "-" + number;
  failure_file[name.copy(failure_file, sizeof failure_file - 1)] = '\0';
  current_input = &input;
  alarm(seconds_for_an_input);
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  current_input = nullptr;
}

void add_seeds(std::vector<std::string>& seeds, const std::string& path) {
  if (path.ends_with(".jsonl")) {
    for (const auto& recorded : understudy::read_recordings(path))
      seeds.insert(seeds.end(), {recorded.request.body, recorded.response.body, recorded.answer()});
    return;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

int fuzz(const std::vector<std::string>& arguments) {
  std::uint64_t runs = 20'000, seed = 1, from = 0;
  std::vector<std::string> seeds;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::uint64_t* option = nullptr;
    if (arguments[i] == "--runs") option = &runs;
    if (arguments[i] == "--seed") option = &seed;
    if (arguments[i] == "--from") option = &from;
    if (!option)
      add_seeds(seeds, arguments[i]);
    else if (++i < arguments.size())
      *option = std::stoull(arguments[i]);
    else
      throw std::runtime_error(arguments[i - 1] + " wants a number");
  }
  if (seeds.empty()) throw std::runtime_error("no seed was given");
  std::cout << seeds.size() << " seeds, " << runs << " runs, --seed " << seed << std::endl;
  watch_for_failures();
  for (std::size_t i = 0; i < seeds.size(); ++i) run(seeds[i], seed, "seed-" + std::to_string(i));
  for (std::uint64_t k = from; k < from + runs; ++k) {
    // Each run has its own chance, so that it can be made again alone.
    std::mt19937_64 random(seed * 1'000'003 + k);
    run(understudy::fuzz::mutated(seeds, random), seed, std::to_string(k));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return fuzz({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
