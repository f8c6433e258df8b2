// What the service is like, and the phones that met it.
#include "look/shown.h"
#include "reports/html_parts.h"
#include "reports/plain.h"

namespace understudy::conformance {

namespace {

void pair(std::string& out, std::string_view name, const std::string& html) {
  if (!html.empty()) out += "<dt>" + std::string(name) + "</dt><dd>" + html + "</dd>";
}

std::string in_words(transcript::CertificateProblem problem) {
  std::string words(name_of(problem));
  for (char& c : words)
    if (c == '_') c = ' ';
  return words;
}

std::string certificate(const transcript::Tls& tls) {
  if (tls.subject.empty()) return {};
  std::string out =
      safe(tls.subject) + "<br>issued by " + safe(tls.issuer) +
      (tls.not_before.empty() ? "" : "<br>valid from " + safe(tls.not_before) + " to " + safe(tls.not_after));
  for (const transcript::CertificateProblem problem : tls.problems)
    out += "<br>" + chip("should", in_words(problem));
  return out;
}

std::string lines(const Fingerprint::Values& values, std::string_view between) {
  std::string out;
  for (const auto& [name, value] : values)
    out += (out.empty() ? "" : "<br>") + std::string("<code>") + safe(name) + std::string(between) +
           safe(value) + "</code>";
  return out;
}

std::string cookies(const Fingerprint& print) {
  std::string out;
  for (const auto& [name, attributes] : print.cookies)
    out += (out.empty() ? "" : "<br>") + std::string("<code>") + safe(name) +
           "</code>: " + (attributes.empty() ? "no attributes" : "<code>" + safe(attributes) + "</code>");
  return out.empty() ? "none" : out;
}

std::string counts(const std::vector<std::pair<std::uint64_t, std::string_view>>& all) {
  std::string out;
  for (const auto& [count, words] : all)
    if (count != 0)
      out += (out.empty() ? "" : ", ") + look::counted(count, "answer") + " " + std::string(words);
  return out;
}

std::string namespaces(const Fingerprint& print) {
  std::string out;
  for (const std::string& each : print.namespaces)
    out += (out.empty() ? "" : "<br>") +
           (each.empty() ? std::string("none") : "<code>" + safe(each) + "</code>");
  return out;
}

std::string ms(microseconds time) {
  const auto count = static_cast<std::uint64_t>(time.count() < 0 ? 0 : time.count());
  if (count < 1000) return "&lt;1";
  return look::grouped((count + 500) / 1000);
}

std::string times(const Fingerprint& print) {
  if (print.times.empty()) return {};
  std::string out =
      "<h3>How long it takes to answer</h3><div class=\"scroll\"><table class=\"narrow\"><thead><tr><th "
      "scope=\"col\">what it answered</th>"
      "<th scope=\"col\" class=\"n\">answers</th><th scope=\"col\" class=\"n\">median, ms</th><th "
      "scope=\"col\" class=\"n\">95 %, ms</th>"
      "<th scope=\"col\" class=\"n\">longest, ms</th></tr></thead><tbody>";
  for (const AnswerTime& time : print.times)
    out += "<tr><td>" + safe(time.kind) + "</td><td class=\"n\">" + look::grouped(time.count) +
           "</td><td class=\"n\">" + ms(time.p50) + "</td><td class=\"n\">" + ms(time.p95) +
           "</td><td class=\"n\">" + ms(time.max) + "</td></tr>";
  return out + "</tbody></table></div>";
}

}  // namespace

std::string service_html(const Result& result) {
  const RunSummary& run = result.run;
  const Fingerprint& print = result.fingerprint;
  std::string out = section("service", "The service") + "<dl class=\"pairs\">";
  pair(out, "URL", "<code>" + safe(run.start.service) + "</code>");
  pair(out, "reached at", run.peer.empty() ? "nowhere" : "<code>" + safe(run.peer) + "</code>");
  if (run.tls) {
    pair(out, "TLS", safe(run.tls->version) + ", " + safe(run.tls->cipher));
    pair(out, "certificate", certificate(*run.tls));
  } else {
    pair(out, "TLS", run.spoke ? "none" : "no handshake came to its end");
  }
  if (!run.spoke) pair(out, "answers", "none: nothing else is known of it");
  if (!print.empty()) {
    pair(out, "headers", print.headers.empty() ? "none that tell who it is" : lines(print.headers, ": "));
    pair(out, "cookies", cookies(print));
    pair(out, "connections",
         counts({{print.keeps_open, "keep the connection open"}, {print.closes, "end it"}}));
    pair(out, "framing",
         counts({{print.by_length, "with Content-Length"},
                 {print.chunked, "in chunks"},
                 {print.until_close, "until the connection is closed"},
                 {print.without_body, "without a body"}}));
    pair(out, "namespaces", namespaces(print));
  }
  return out + "</dl>" + times(print) + "</section>\n";
}

std::string phones_html(const Result& result) {
  constexpr std::size_t most = 500;
  const auto& phones = result.run.phones;
  std::string out = section("phones", "Phones", look::grouped(phones.size()));
  if (phones.empty())
    return out + "<p class=\"quiet\">None is known: nothing introduces one.</p></section>\n";
  out +=
      "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">phone</th><th scope=\"col\">model</th><th "
      "scope=\"col\">firmware</th>"
      "<th scope=\"col\">MAC</th><th scope=\"col\">number</th></tr></thead><tbody>";
  for (std::size_t i = 0; i < phones.size() && i < most; ++i)
    out += "<tr><td>" + safe(phones[i].phone) + "</td><td>" + safe(phones[i].model) + "</td><td>" +
           safe(phones[i].firmware) + "</td><td class=\"mono\">" + safe(phones[i].mac) +
           "</td><td class=\"mono\">" + safe(phones[i].e164) + "</td></tr>";
  out += "</tbody></table></div>";
  if (phones.size() > most)
    out +=
        "<p class=\"quiet\">" + look::counted(phones.size() - most, "more phone") + ", not listed here.</p>";
  return out + "</section>\n";
}

}  // namespace understudy::conformance
