// The reader of scenarios: of any bytes it makes a scenario whose places lie in its files, or one error with a place; lint has
// something to say of it, or not. The same bytes are what it includes; its tables are its first comment.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/language/lint.h"
#include "scenarios/language/reader.h"
#include "scenarios/language/walk.h"
#include "wpi/reader.h"

namespace {

using namespace understudy;
using namespace understudy::scenarios;
using namespace understudy::scenarios::language;

void expect(bool holds) {
  if (!holds) std::abort();
}

void check(const FileError& error) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < ' '; };
  expect(!error.text.empty() && std::none_of(error.text.begin(), error.text.end(), control));
  const std::string shown = error.with_source();
  expect(std::count(shown.begin(), shown.end(), '\n') == (error.excerpt ? 2 : 0));
}

void check(const Scenario& scenario, const Place& place) {
  expect(place.file < scenario.sources.size() &&
         place.offset + place.length <= scenario.sources[place.file].bytes.size());
}

void check(const Scenario& scenario) {
  expect(!scenario.phones.empty() && !scenario.steps.empty() && !scenario.summary.empty());
  for (const PhoneEntry& phone : scenario.phones)
    expect(!phone.name.empty() && phone.kind < scenario.kinds.size());
  each_step(scenario.steps, [&](const Step& step) {
    check(scenario, step.place);
    if (step.phones)
      expect(step.phones->count > 0 && step.phones->first + step.phones->count <= scenario.phones.size());
    for (const Text* text : texts_of(step)) {
      check(scenario, text->place);
      for (const TextPart& part : text->parts) check(scenario, part.place);
    }
    if (const auto* meet = std::get_if<Meet>(&step.what)) expect(meet->strands > 0);
    if (const auto* wait = std::get_if<WaitUntil>(&step.what)) expect(wait->at_most.count() > 0);
  });
  for (const FileError& warning : lint(scenario)) check(warning);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const wpi::XmlRuntime runtime;
  static const Reader reader({"nonce.echo", "busy.clean-up"});
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const OtherFile other = [&](const std::string& path) -> tl::expected<std::string, std::string> {
    if (!path.ends_with(".tsv")) return bytes;
    const std::size_t begin = std::min(bytes.find("<!--"), bytes.size());
    return bytes.substr(std::min(begin + 4, bytes.size()), bytes.find("-->", begin) - begin - 4);
  };
  const auto scenario = reader.parse("s.xml", bytes, other);
  if (scenario)
    check(**scenario);
  else
    check(scenario.error());
  return 0;
}
