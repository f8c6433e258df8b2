#include "scenarios/trigger_runner.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "scenarios/placeholders.h"
#include "wpi/utf8.h"

namespace understudy::scenarios {

namespace {

constexpr std::size_t most_said = 4096;  // bytes of an answer

tl::unexpected<TriggerFailure> failed(std::string why, std::string said = "") {
  return tl::unexpected(TriggerFailure{std::move(why), std::move(said)});
}

bool is_success(const HttpCall& call, int status) {
  return std::any_of(call.success.begin(), call.success.end(),
                     [&](const Statuses& good) { return status >= good.least && status <= good.most; });
}

TriggerResult result_of(const HttpCall& call, const std::string& what, const transcript::Exchange& exchange, microseconds limit) {
  if (exchange.outcome == transcript::Outcome::interrupted) return failed(what + " took longer than " + in_words(limit));
  if (exchange.outcome != transcript::Outcome::answered || !exchange.response) return failed(what + ": " + exchange.failure);
  const wpi::HttpResponse& response = *exchange.response;
  if (is_success(call, response.status)) return std::string(wpi::trimmed(std::string_view(response.body).substr(0, most_said)));
  return failed(what + " was answered with status " + std::to_string(response.status), response.body.substr(0, most_said));
}

TriggerResult result_of(ShellEnd end, microseconds limit) {
  switch (end.how) {
    case ShellEnd::How::exited:
      if (end.code == 0) return std::string(wpi::trimmed(end.output));
      return failed("the command ended with status " + std::to_string(end.code), std::move(end.output));
    case ShellEnd::How::signalled:
      return failed("the command was ended by signal " + std::to_string(end.code), std::move(end.output));
    case ShellEnd::How::timed_out: return failed("the command took longer than " + in_words(limit), std::move(end.output));
    case ShellEnd::How::not_started: break;
  }
  return failed(std::string("the command could not be run: ") + std::strerror(end.code));
}

}  // namespace

void TriggerRunner::start(const Trigger& trigger, const Subject& subject, std::function<void(TriggerResult)> done) {
  if (const auto* http = std::get_if<HttpCall>(&trigger.how)) return call(*http, subject, trigger.timeout, std::move(done));
  run(std::get<UserCommand>(trigger.how), subject, trigger.timeout, std::move(done));
}

void TriggerRunner::call(const HttpCall& call, const Subject& subject, microseconds limit, std::function<void(TriggerResult)> done) {
  net::Order order;
  order.phone = "trigger " + std::to_string(++calls_);
  order.fresh_connection = true;
  order.target = call.target;
  order.target.path = filled_url(call.target.path, subject);
  order.waits = {limit, limit, limit, limit};
  order.request = {call.method, order.target.path, {{"Host", call.target.host_header()}, {"User-Agent", "understudy"}},
                   filled_body(call.body, subject, call.content_type)};
  if (!order.request.body.empty()) order.request.headers.push_back({"Content-Type", call.content_type});
  order.request.headers.push_back({"Content-Length", std::to_string(order.request.body.size())});
  const std::string what = call.method + " " + order.target.url().substr(0, order.target.url().find('?'));  // secrets stand behind it

  // Over all, whatever it waits for.
  const std::uint64_t timer = loop_.after(limit, [&carrier = carrier_, name = order.phone] { carrier.close(name); });
  carrier_.carry(order, [&loop = loop_, &carrier = carrier_, timer, name = order.phone, call, what, limit,
                         done = std::move(done)](const transcript::Exchange& exchange) {
    loop.cancel(timer);
    carrier.close(name);
    done(result_of(call, what, exchange, limit));
  });
}

void TriggerRunner::run(const UserCommand& command, const Subject& subject, microseconds limit, std::function<void(TriggerResult)> done) {
  ShellOrder order{shell_command(command.text), command.folder, command_environment(subject), limit};
  shell_.run(std::move(order), [limit, done = std::move(done)](ShellEnd end) { done(result_of(std::move(end), limit)); });
}

}  // namespace understudy::scenarios
