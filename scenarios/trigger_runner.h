// Carries out triggers: has the user's service start jobs for phones.
#pragma once

#include <functional>
#include <string>

#include <tl/expected.hpp>

#include "net/carrier.h"
#include "phone/phone.h"
#include "scenarios/placeholders.h"
#include "scenarios/shell.h"
#include "scenarios/triggers.h"

namespace understudy::scenarios {

struct TriggerFailure {
  std::string why;   // one line, without a word of what was said
  std::string said;  // the last of what a command printed or a service answered; may hold what is nobody's business
};
// Of a job that was started: what the command printed, or the service answered, without the white space around it.
using TriggerResult = tl::expected<std::string, TriggerFailure>;

class TriggerRunner {
 public:
  // Both must outlive it. HTTP goes where the carrier may connect, on connections of its own.
  TriggerRunner(net::EventLoop& loop, net::Carrier& carrier) : loop_(loop), carrier_(carrier), shell_(loop) {}

  // Calls `done` once from the loop, when the service has accepted the job or it is clear that it has not. Commands that
  // run when this object goes are killed, and nobody is called.
  void start(const Trigger& trigger, const Subject& subject, std::function<void(TriggerResult)> done);

 private:
  void call(const HttpCall& call, const Subject& subject, microseconds limit, std::function<void(TriggerResult)> done);
  void run(const UserCommand& command, const Subject& subject, microseconds limit, std::function<void(TriggerResult)> done);

  net::EventLoop& loop_;
  net::Carrier& carrier_;
  Shell shell_;
  std::uint64_t calls_ = 0;
};

}  // namespace understudy::scenarios
