// The reader of triggers: of any bytes it makes triggers that can be carried out, or one line with a place in the file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "scenarios/placeholders.h"
#include "scenarios/triggers.h"
#include "wpi/reader.h"

namespace {

using namespace understudy;
using namespace understudy::scenarios;

void expect(bool holds) {
  if (!holds) std::abort();
}

void check(const Trigger& trigger) {
  const phone::Identity who{"00:1A:E8:FF:00:01", "4930000001", "127.0.0.11"};
  expect(!trigger.job.empty() && trigger.timeout.count() > 0 && trigger.timeout <= longest_duration);
  if (const auto* call = std::get_if<HttpCall>(&trigger.how)) {
    const std::string path = filled_url(call->target.path, who);
    expect(path.starts_with('/') && std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c <= '~'; }));
    expect(!call->success.empty() && !unknown_placeholder(filled_body(call->body, who, call->content_type), true));
  } else {
    expect(!shell_command(std::get<UserCommand>(trigger.how).text).empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const wpi::XmlRuntime runtime;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto triggers = parse_triggers("t.xml", bytes, [](const std::string&) { return std::string(); });
  if (triggers) {
    expect(!triggers->all.empty());
    for (const Trigger& trigger : triggers->all) check(trigger);
    return 0;
  }
  const FileError& error = triggers.error();
  expect(!error.text.empty() && std::none_of(error.text.begin(), error.text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }));
  expect(error.line <= static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n')) + 1 && error.column <= size + 1);
  return 0;
}
