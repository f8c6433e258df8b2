// The reader of HTTP archives: of any bytes it makes a transcript, or one line that says why not; what it reads is written
// and read again, and tells the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "transcript/har.h"
#include "wpi/reader.h"

namespace {

using namespace understudy::transcript;

void expect(bool holds) {
  if (!holds) std::abort();
}

std::size_t exchanges_in(const Transcript& transcript) {
  return static_cast<std::size_t>(
      std::count_if(transcript.entries.begin(), transcript.entries.end(), [](const Entry& entry) {
        return std::holds_alternative<Exchange>(entry) || std::holds_alternative<Contact>(entry);
      }));
}

tl::expected<Transcript, FileProblem> kept(std::istream& in, std::size_t window) {
  Transcript out;
  auto extent = read_har(
      in,
      [&](Entry entry) {
        out.entries.push_back(std::move(entry));
        return true;
      },
      window);
  if (!extent) return tl::unexpected(extent.error());
  static_cast<Extent&>(out) = std::move(*extent);
  return out;
}

void expect_one_line(const std::string& text) {
  expect(!text.empty() &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const understudy::wpi::XmlRuntime runtime;
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  const auto read = kept(in, har_window);
  if (!read) {
    expect_one_line(read.error().text);
    return 0;
  }
  expect(!read->entries.empty() && std::holds_alternative<Start>(read->entries.front()));
  expect(exchanges_in(*read) <= read->recorded && read->left_out.count() <= read->recorded);
  // A window of a few messages: the same is heard.
  std::istringstream passing(std::string(reinterpret_cast<const char*>(data), size));
  const auto in_passing = kept(passing, 4'096);
  expect(in_passing && in_passing->recorded == read->recorded && in_passing->cut_off == read->cut_off);
  std::istringstream again(to_har(read->entries, nullptr));
  const auto reread = kept(again, har_window);
  expect(reread.has_value() && reread->recorded == exchanges_in(*read));
  return 0;
}
