// Keys that are pressed while something runs, where somebody sits at a terminal.
#pragma once

#include <functional>
#include <memory>

#include "net/carrier.h"

namespace understudy::tools {

class Keys {
 public:
  // Where standard input and standard error are a terminal, and `wanted`: from now on keys are read one by one and not shown, and
  // `pressed` is called from the clock, which must outlive it. Ctrl-C stays what it is.
  Keys(net::Clock& clock, bool wanted, std::function<void(char key)> pressed);
  // The terminal is as it was.
  ~Keys();
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;

  bool there() const { return there_; }

 private:
  struct Reading;
  std::shared_ptr<Reading> reading_;
  bool there_ = false;
};

}  // namespace understudy::tools
