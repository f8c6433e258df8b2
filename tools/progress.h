// One line on the terminal that says what is going on, while it goes on; nothing where there is no terminal.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <string>

#include "transcript/entry.h"

namespace understudy::tools {

// Passes every entry on.
class Progress : public transcript::Sink {
 public:
  explicit Progress(transcript::Sink& next) : next_(next), terminal_(::isatty(STDERR_FILENO) == 1) {}

  void take(const transcript::Entry& entry) override {
    next_.take(entry);
    if (!terminal_) return;
    if (const auto* mark = std::get_if<transcript::Mark>(&entry); mark && mark->event == transcript::Event::step)
      step_ = mark->phone + ", " + mark->text;
    else if (std::holds_alternative<transcript::Exchange>(entry))
      ++messages_;
    std::fprintf(stderr, "\r\x1b[K  %s ... %d messages", step_.c_str(), messages_);
  }

  // Takes the line away.
  void done() const {
    if (terminal_) std::fputs("\r\x1b[K", stderr);
  }

 private:
  transcript::Sink& next_;
  bool terminal_;
  std::string step_;
  int messages_ = 0;
};

}  // namespace understudy::tools
