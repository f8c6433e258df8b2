// A phone on the bench: events in, the one Send that is expected out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "phone/phone.h"
#include "wpi/reader.h"

namespace understudy::phone {

class Bench {
 public:
  explicit Bench(const std::string& firmware, Quirks quirks = {}, Limits limits = {}, Switches switches = {},
                 std::shared_ptr<const Keys> keys = nullptr);

  Send power_on();
  // Changes an item as the user does and lets the gathering timer fire.
  Send change(const std::string& item, const std::string& value);
  // The service answers with what stands inside Message; the phone is expected to say something.
  Send answer(const std::string& inside, wpi::Headers headers = {});
  // The same where the phone is expected to say nothing more: how its interaction ended.
  End answer_last(const std::string& inside, wpi::Headers headers = {});
  // Answers anything with CleanUp.
  void settle(const Send& send);
  // Any answer; the effects as they are.
  Effects respond(int status, const std::string& body, wpi::Headers headers = {});

  wpi::Reader reader;
  Phone phone;
  Effects last;   // of the last event

 private:
  std::string nonce_;
  Send the_send();
};

std::vector<std::string> names(const Send& send);
template <typename T>
const T* effect(const Effects& effects) {
  for (const Effect& e : effects)
    if (const T* found = std::get_if<T>(&e)) return found;
  return nullptr;
}

}  // namespace understudy::phone
