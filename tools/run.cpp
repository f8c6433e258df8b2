// understudy run: scenarios are played, and the service is judged meanwhile.
#include <utility>

#include "again.h"
#include "commands.h"
#include "house.h"
#include "production.h"

namespace understudy::tools {

namespace {

constexpr const char* simulated_service = "https://127.0.0.1:18443";

// The same run once more.
std::string again_command(const RunOptions& options) {
  std::string out = "understudy run";
  for (const std::string& name : options.scenarios) out += " " + quoted(name);
  out += options.simulated ? " --simulated" : " --service " + quoted(options.service);
  for (const std::string& defect : options.defects) out += " --defect " + quoted(defect);
  if (options.repeat != 1) out += " --repeat " + std::to_string(options.repeat);
  if (options.keep_going) out += " --keep-going";
  return out + again_options(options);
}

}  // namespace

int run(const RunOptions& options) {
  if (!options.simulated && options.service.empty())
    return refuse(exit_wrong_command_line, "whom do the phones call? --service https://host:port, or --simulated for our own service");
  if (options.simulated && !options.service.empty())
    return refuse(exit_wrong_command_line, "--simulated plays against our own service in this process: leave out --service");
  if (const std::string wrong = objection_to_defects(options.defects, options.simulated); !wrong.empty())
    return refuse(exit_wrong_command_line, wrong);
  auto production = understand(options, options.simulated ? simulated_service : options.service);
  if (!production) return refuse(production.error().exit, production.error().text);
  auto all = load_scenarios(options.scenarios);
  if (!all) return refuse(all.error().exit, all.error().text);
  const auto triggers = triggers_of(options);
  if (!triggers) return refuse(triggers.error().exit, triggers.error().text);

  Act act;
  act.how.repeat = options.repeat;
  act.how.keep_going = options.keep_going;
  act.how.names_scenarios = act.how.titles = all->size() > 1;
  act.by_name = true;
  act.scenarios = std::move(*all);
  production->acts.push_back(std::move(act));
  production->session.again = again_command(options);
  production->shows_timers = true;
  if (options.simulated) production->time = "2026-01-01T00:00:00Z";
  const net::Target target = production->target;
  const net::Waits waits = production->traits.waits;
  return put_on(options, std::move(*production), [&](std::function<void()> done) {
    return options.simulated ? simulated_house(options) : house_out_there(options, target, waits, *triggers, std::move(done));
  });
}

}  // namespace understudy::tools
