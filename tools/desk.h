// What a user can do with phones on the desk, as words that are typed.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/stage.h"
#include "wbm/actions.h"

namespace understudy::tools {

class Desk {
 public:
  // `say` shows a line to the user; `end` is called by `quit`.
  Desk(fleet::Stage& stage, std::vector<std::string> phones, std::function<void(const std::string&)> say, std::function<void()> end)
      : stage_(stage), phones_(std::move(phones)), say_(std::move(say)), end_(std::move(end)) {}

  // "call", "set key-label[3]=Door", "phone-2 restart"; what cannot be done is said in a line.
  void take(std::string_view line);

  // What there is, a line each.
  static std::vector<std::string> help();

 private:
  void act(const std::string& phone, const wbm::Action& action, std::string_view argument);
  void carry_out(const std::string& phone, std::string_view verb, std::string_view rest);
  void set(const std::string& phone, std::string_view setting);
  void show(const std::string& phone, std::string_view name);
  void status(const std::string& phone);

  fleet::Stage& stage_;
  std::vector<std::string> phones_;  // ids; the first is meant where none is named
  std::function<void(const std::string&)> say_;
  std::function<void()> end_;
};

}  // namespace understudy::tools
