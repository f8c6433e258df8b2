#include "scenarios/triggers.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include "scenarios/placeholders.h"
#include "wpi/utf8.h"

namespace understudy::scenarios {

namespace data {
extern const std::string_view triggers_xsd;
}

namespace {

template <typename What>
using Read = tl::expected<What, FileError>;

// One element's worth of reading: the file is there for the places of errors.
class Reading {
 public:
  Reading(const XmlFile& file, const MayCall& may_call) : file_(file), may_call_(may_call) {}
  Read<Trigger> trigger(const XmlElement& element) const;

 private:
  tl::unexpected<FileError> wrong(std::size_t place, std::string text) const { return tl::unexpected(file_.error(place, std::move(text))); }
  Read<HttpCall> http(const XmlElement& element) const;
  Read<UserCommand> command(const XmlElement& element) const;
  Read<microseconds> timeout(const XmlAttribute& attribute) const;
  Read<std::vector<Statuses>> statuses(const XmlAttribute& attribute) const;
  Read<net::Target> target(const XmlAttribute& attribute) const;
  Read<void> placeholders(std::string_view text, std::size_t begin, std::size_t end, bool in_command = false) const;

  const XmlFile& file_;
  const MayCall& may_call_;
};

Read<void> Reading::placeholders(std::string_view text, std::size_t begin, std::size_t end, bool in_command) const {
  const auto unknown = unknown_placeholder(text, in_command);
  if (!unknown) return {};
  return wrong(file_.place_of(unknown->part, begin, end), unknown->text);
}

Read<microseconds> Reading::timeout(const XmlAttribute& attribute) const {
  const auto duration = duration_of(attribute.value);
  if (!duration) return wrong(attribute.begin, duration.error());
  if (duration->count() == 0) return wrong(attribute.begin, "\"" + attribute.value + "\" is no time to wait");
  return *duration;
}

// "201", or "2xx" for the hundred.
std::optional<Statuses> statuses_of(std::string_view word) {
  const auto digit = [&](std::size_t i) { return word[i] >= '0' && word[i] <= '9'; };
  if (word.size() != 3 || word[0] < '1' || word[0] > '5') return std::nullopt;
  const int hundred = (word[0] - '0') * 100;
  if (word.substr(1) == "xx") return Statuses{hundred, hundred + 99};
  if (!digit(1) || !digit(2)) return std::nullopt;
  const int status = hundred + (word[1] - '0') * 10 + (word[2] - '0');
  return Statuses{status, status};
}

Read<std::vector<Statuses>> Reading::statuses(const XmlAttribute& attribute) const {
  std::vector<Statuses> out;
  const std::string_view text = attribute.value;
  for (std::size_t at = 0; (at = text.find_first_not_of(' ', at)) != std::string_view::npos;) {
    const std::string_view word = text.substr(at, text.find(' ', at) - at);
    const auto status = statuses_of(word);
    if (!status)
      return wrong(file_.place_of(word, attribute.begin + at, attribute.end), "\"" + std::string(word) + "\" is no status; write 201, or 2xx for all of them");
    out.push_back(*status);
    at += word.size();
  }
  if (out.empty()) return wrong(attribute.begin, "no status would be a success; write 2xx");
  return out;
}

Read<net::Target> Reading::target(const XmlAttribute& attribute) const {
  auto target = net::poll_target_of(attribute.value);
  if (!target) return wrong(attribute.begin, target.error());
  if (auto known = placeholders(attribute.value, attribute.begin, attribute.end); !known) return tl::unexpected(std::move(known.error()));
  if (std::string why = may_call_(target->host); !why.empty()) return wrong(attribute.begin, std::move(why));
  return std::move(*target);
}

Read<HttpCall> Reading::http(const XmlElement& element) const {
  HttpCall call;
  call.method = element.attribute("method").value;
  call.body = wpi::trimmed(element.text);
  const XmlAttribute& type = element.attribute("content-type");
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (type.value.empty() || !std::all_of(type.value.begin(), type.value.end(), printable))
    return wrong(type.begin, "\"" + type.value + "\" is no content type");
  call.content_type = type.value;
  auto target = this->target(element.attribute("url"));
  if (!target) return tl::unexpected(std::move(target.error()));
  call.target = std::move(*target);
  auto success = statuses(element.attribute("success"));
  if (!success) return tl::unexpected(std::move(success.error()));
  call.success = std::move(*success);
  if (auto known = placeholders(call.body, element.begin, element.end); !known) return tl::unexpected(std::move(known.error()));
  return call;
}

Read<UserCommand> Reading::command(const XmlElement& element) const {
  UserCommand command;
  command.text = wpi::trimmed(element.text);
  command.folder = std::filesystem::path(file_.path()).parent_path().string();
  if (command.text.empty()) return wrong(element.begin, "<command> has no command");
  if (auto known = placeholders(command.text, element.begin, element.end, true); !known) return tl::unexpected(std::move(known.error()));
  return command;
}

Read<Trigger> Reading::trigger(const XmlElement& element) const {
  Trigger trigger;
  trigger.job = element.attribute("job").value;
  const XmlElement& how = element.children.front();  // the schema has it so
  auto timeout = this->timeout(how.attribute("timeout"));
  if (!timeout) return tl::unexpected(std::move(timeout.error()));
  trigger.timeout = *timeout;
  if (how.name == "http") {
    auto call = http(how);
    if (!call) return tl::unexpected(std::move(call.error()));
    trigger.how = std::move(*call);
  } else {
    auto command = this->command(how);
    if (!command) return tl::unexpected(std::move(command.error()));
    trigger.how = std::move(*command);
  }
  return trigger;
}

Read<Triggers> understood(const Read<XmlFile>& file, const MayCall& may_call) {
  if (!file) return tl::unexpected(file.error());
  const Reading reading(*file, may_call);
  Triggers out;
  for (const XmlElement& element : file->root().children) {
    auto trigger = reading.trigger(element);
    if (!trigger) return tl::unexpected(std::move(trigger.error()));
    if (out.find(trigger->job)) return tl::unexpected(file->error(element.begin, "a second trigger for the job " + trigger->job));
    out.all.push_back(std::move(*trigger));
  }
  return out;
}

}  // namespace

const Trigger* Triggers::find(std::string_view job) const {
  const auto at = std::find_if(all.begin(), all.end(), [&](const Trigger& one) { return one.job == job; });
  return at == all.end() ? nullptr : &*at;
}

const Trigger* Triggers::for_check() const {
  for (const char* job : {"read", "write", "restart"})
    if (const Trigger* trigger = find(job)) return trigger;
  return nullptr;
}

Read<Triggers> read_triggers(const std::string& path, const MayCall& may_call) {
  const XmlSchema schema(data::triggers_xsd);
  return understood(XmlFile::read(path, schema), may_call);
}

Read<Triggers> parse_triggers(std::string path, std::string bytes, const MayCall& may_call) {
  const XmlSchema schema(data::triggers_xsd);
  return understood(XmlFile::parse(std::move(path), std::move(bytes), schema), may_call);
}

}  // namespace understudy::scenarios
