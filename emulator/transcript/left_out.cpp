#include <algorithm>

#include "transcript/recording.h"

namespace understudy::transcript {

namespace {

// Of one and of several.
struct Words {
  std::string_view one, many;
};

Words words_of(Lack lack) {
  switch (lack) {
    case Lack::no_wpi:
      return {"is no POST of WPI", "are no POST of WPI"};
    case Lack::no_body:
      return {"has no body", "have no body"};
    case Lack::unreadable:
      return {"holds a message that is no whole XML", "hold a message that is no whole XML"};
    case Lack::no_phone:
      return {"does not tell whose it is", "do not tell whose they are"};
    case Lack::no_request:
      return {"began before the recording did", "began before the recording did"};
    case Lack::gap:
      return {"follows a message that is missing", "follow messages that are missing"};
    case Lack::no_answer:
      return {"has no answer", "have no answer"};
    case Lack::not_kept:
      return {"has an answer whose body was not kept whole", "have an answer whose body was not kept whole"};
    case Lack::no_http:
      return {"is a connection without HTTP that can be read",
              "are connections without HTTP that can be read"};
    case Lack::sealed:
      return {"is a connection over TLS whose keys are not known",
              "are connections over TLS whose keys are not known"};
    case Lack::bad_entry:
      return {"is not as HAR has them", "are not as HAR has them"};
    case Lack::apart:
      return {"was said on purpose to try the service", "were said on purpose to try the service"};
  }
  return {};
}

}  // namespace

void LeftOut::add(Lack lack, std::size_t entry, std::string example) {
  add({lack, 1, entry, std::move(example)});
}

void LeftOut::add(const Kind& kind) {
  const auto same =
      std::find_if(kinds_.begin(), kinds_.end(), [&](const Kind& k) { return k.lack == kind.lack; });
  if (same == kinds_.end()) {
    kinds_.push_back(kind);
    return;
  }
  same->count += kind.count;
  if (kind.first < same->first) same->first = kind.first, same->example = kind.example;
}

std::size_t LeftOut::count() const {
  std::size_t sum = 0;
  for (const Kind& kind : kinds_) sum += kind.count;
  return sum;
}

std::string in_words(const LeftOut::Kind& kind, std::string_view example, std::string_view place) {
  const Words words = words_of(kind.lack);
  std::string text =
      std::to_string(kind.count) + " " + std::string(kind.count == 1 ? words.one : words.many) + " (";
  if (kind.count > 1) text += "first: ";
  text += std::string(place) + " " + std::to_string(kind.first);
  if (!example.empty()) text += ", " + std::string(example);
  return text + ")";
}

}  // namespace understudy::transcript
