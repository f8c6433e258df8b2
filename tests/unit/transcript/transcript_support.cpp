#include "unit/transcript/transcript_support.h"

#include "support/recordings.h"
#include "transcript/file.h"

namespace understudy::transcript {

std::vector<Exchange> recorded_exchanges() {
  std::vector<Exchange> exchanges;
  for (const char* service : {"service-a", "service-b"}) {
    for (const Recorded& recorded : recorded_with(service)) {
      Exchange exchange;
      exchange.number = exchanges.size() + 1;
      exchange.phone = service;
      exchange.request = recorded.request;
      exchange.response = recorded.response;
      exchanges.push_back(exchange);
    }
  }
  return exchanges;
}

std::vector<Entry> all_kinds() {
  using std::chrono::milliseconds;
  Exchange whole;
  whole.number = 1;
  whole.phone = "phone-1";
  whole.interaction = 1;
  whole.message = 2;
  whole.connection = 3;
  whole.fresh_connection = false;
  whole.attempt = 2;
  whole.local = "127.0.0.2:43212";
  whole.remote = "127.0.0.1:18443";
  whole.tls = Tls{"TLSv1.3",
                  "TLS_AES_256_GCM_SHA384",
                  true,
                  "CN=service, O=Größe",
                  "CN=issuer",
                  "2026-01-01T00:00:00Z",
                  "2027-01-01T00:00:00Z",
                  {CertificateProblem::self_signed, CertificateProblem::wrong_name}};
  whole.begun = milliseconds(1);
  whole.connected = milliseconds(2);
  whole.secured = milliseconds(3);
  whole.sent = milliseconds(4);
  whole.first_byte = milliseconds(5);
  whole.ended = milliseconds(6);
  whole.limit = milliseconds(30000);
  whole.request = {"POST",
                   "/DeploymentService/LoginService",
                   {{"Host", "service:18443"}, {"Cookie", "SID=a1b2"}},
                   "<WorkpointMessage/>"};
  wpi::HttpResponse answer;
  answer.head = "HTTP/1.1 200 \xE4h\r\nServer: x\0y\r\n\r\n";
  answer.head.insert(20, 1, '\0');
  answer.version = "HTTP/1.1";
  answer.status = 200;
  answer.reason = "\xE4h";
  answer.headers = {{"Server", std::string("x\0y", 3)},
                    {"X", "tab\tquote\"backslash\\ \x1B[31m\xC2\x9B \xE2\x80\xA8"}};
  answer.framing = wpi::Framing::chunked;
  answer.declared_length = 0;
  answer.body = "<DLSMessage>\xF0\x9F\x98\x80</DLSMessage>";
  answer.coded_body = "1d\r\n" + answer.body + "\r\n0\r\n\r\n\xFF";
  answer.interim = 1;
  answer.complete = true;
  answer.keeps_open = true;
  answer.problems = {{wpi::HttpFlaw::length_and_chunked, "both", 17}};
  whole.response = answer;

  Exchange failed;
  failed.number = UINT64_MAX;
  failed.encrypted = false;
  failed.poll = true;
  failed.outcome = Outcome::timed_out;
  failed.phase = Phase::handshake;
  failed.failure = "nothing came within 10 s";
  failed.request.method = "POST";

  Start start{"understudy 0.1.0", "https://service:18443", "2026-11-21T03:00:00Z", UINT64_MAX, true};
  return {start,
          PhoneMark{"phone-1", "OpenStage 60", "V3 R5.12.0", "00:1A:E8:FF:00:01", "4241"},
          Mark{milliseconds(1), Event::step, "phone-1", 0, "start-up, unchanged"},
          Mark{milliseconds(1), Event::interaction, "phone-1", 1, "start-up"},
          whole,
          failed,
          Mark{milliseconds(9), Event::interaction_ended, "phone-1", 1, "clean_up"},
          Mark{milliseconds(9), Event::download, "phone-1", 0, "LOGO logo.png from ftp://192.0.2.9:21/logo.png: ok"},
          Mark{milliseconds(9), Event::note, "", 0, "one\ntwo"}};
}

std::string whole_file(const std::vector<Entry>& entries) {
  std::string bytes;
  for (const Entry& entry : entries) bytes += to_line(entry, nullptr) + "\n";
  return bytes;
}

}  // namespace understudy::transcript
