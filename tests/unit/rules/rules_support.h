// Hand-made conversations for the judge's tests.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rules/judge.h"
#include "rules/verdict.h"
#include "transcript/entry.h"
#include "transcript/mask.h"
#include "wpi/reader.h"

namespace understudy::conformance {

// A phone's message: reason and its attributes as they stand in the start tag.
std::string phone_says(const std::string& reason, const std::string& attributes = "",
                       const std::string& nonce = "A1B2C3D4", const std::string& fragment = "");
inline std::string reply_to(const std::string& action, const std::string& status = "accepted") {
  return phone_says("reply-to", R"( action=")" + action + R"(" status=")" + status + '"', "A1B2C3D4",
                    "final");
}

// A service's message with `inside` in Message, behind nothing.
std::string service_says(const std::string& inside, const std::string& nonce = "A1B2C3D4");
inline std::string order(const std::string& action, const std::string& items = "") {
  return service_says("<Action>" + action + "</Action>" +
                      (items.empty() ? "" : "<ItemList>" + items + "</ItemList>"));
}
inline std::string item(const std::string& name, const std::string& value = "",
                        const std::string& attributes = "") {
  return "<Item name=\"" + name + "\"" + attributes + ">" + value + "</Item>";
}

// The same phone's message with these items.
std::string with_items(std::string message, const std::string& items);

// An answer before it is put on the wire; Content-Length is added unless `length` is false.
struct Answer {
  int status = 200;
  std::string version = "HTTP/1.1";
  wpi::Headers headers = {{"Content-Type", "text/xml"}};
  std::string body;
  bool length = true;
};
wpi::HttpResponse response_of(const Answer& answer);

// A phone's message and what came of it. `change` has the last word on the exchange.
struct Turn {
  std::string said;
  Answer answer;
  std::function<void(transcript::Exchange&)> change = {};
};

// start-up, ReadAllItems, WriteItems, ReadItems, CleanUp: nothing is wrong with it.
std::vector<Turn> conversation();
// One message and its answer.
std::vector<Turn> single(const std::string& said, const std::string& answer);

struct Stage {
  std::string firmware = "V3 R5.12.0";
  std::string ending = "clean_up";  // empty: nothing says how it ended
  std::string certificate_password = {};
  transcript::Masker* masker = nullptr;
  Selection selection = {};
};

// Feeds a judge with interactions of one phone after another.
class Bench {
 public:
  explicit Bench(const Stage& stage = {});
  // An interaction as it is heard, with all its times, numbers and documents.
  void hear(const std::vector<Turn>& turns, const std::string& ending, const std::string& phone = "phone-1");
  transcript::Exchange exchange(const Turn& turn, const std::string& phone = "phone-1");
  void take(const transcript::Entry& entry) { judge_.take(entry); }
  void tell(std::function<void(const Finding&, const Spot&)> told) { judge_.tell(std::move(told)); }
  Verdict finish() { return judge_.finish(); }

 private:
  Judge judge_;
  std::string firmware_, certificate_password_;
  std::uint64_t exchanges_ = 0, connections_ = 0;
  std::uint32_t interaction_ = 0, message_ = 0;
  transcript::microseconds now_{};
  wpi::Reader reader_;
};

// One interaction, judged.
Verdict judged(const std::vector<Turn>& turns, const Stage& stage = {});

// Ids of the rules that deviated, in the order of the table.
std::vector<std::string> deviating(const Verdict& verdict);
const RuleResult& result(const Verdict& verdict, const std::string& rule);
// The one finding of a rule; fails the test if there is not exactly one.
Finding only_finding(const Verdict& verdict, const std::string& rule);
// The levels of a rule's findings, in their order.
std::vector<Level> levels(const Verdict& verdict, const std::string& rule);
// What the carets of an excerpt stand under.
std::string marked(const std::optional<Excerpt>& excerpt);

}  // namespace understudy::conformance
