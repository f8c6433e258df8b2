// Unusual answers that are right all the same: each file of legal/ is a whole interaction of a service, as bytes. Nothing is
// found in it but notes, and the phone comes to a good end.
//
// A file begins with "legal:", what is unusual and why it is right; then options, a line each: "firmware: V2 R2", "chunks: 100"
// (bytes of each, with "upper", "zeros", "extensions", "trailers"), "tls: TLSv1.2 self_signed". Behind each "=== answer" stand
// head and body; lines of the head end with a carriage return on the wire. {nonce} is that of the phone's message, {length} the
// bytes of the body, {answer} the number of the answer; \xEF is a byte, \r and \t as in C.
#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <sstream>

#include "fleet/simulated.h"
#include "fleet/stage.h"
#include "net/keys.h"
#include "rules/judge.h"
#include "support/folder.h"
#include "wpi/reader.h"

namespace understudy {
namespace {

struct Variety {
  std::string name, legal;
  std::map<std::string, std::string> options;
  std::vector<std::string> answers;
};

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      out += text[at];
    } else if (text.substr(at).starts_with("\\x")) {
      out += static_cast<char>(std::stoi(std::string(text.substr(at + 2, 2)), nullptr, 16));
      at += 3;
    } else {
      out += text[at + 1] == 'r' ? '\r' : '\t';
      ++at;
    }
  }
  return out;
}

Variety read(const std::filesystem::path& path) {
  const std::string marker = "=== answer\n", text = contents(path.string());
  Variety out{path.stem().string(), {}, {}, {}};
  std::size_t at = text.find(marker);
  std::istringstream options(text.substr(0, at));
  for (std::string line; std::getline(options, line);) {
    const std::size_t colon = line.find(": ");
    out.options[line.substr(0, colon)] = line.substr(colon + 2);
  }
  out.legal = out.options["legal"];
  while (at != std::string::npos) {
    const std::size_t begin = at + marker.size();
    at = text.find(marker, begin);
    out.answers.push_back(text.substr(begin, at == std::string::npos ? at : at - begin));
  }
  return out;
}

std::string in_chunks(const std::string& body, std::istringstream how) {
  std::size_t size = 0;
  std::string more;
  how >> size;
  std::getline(how, more);
  const auto wanted = [&](const char* word) { return more.find(word) != std::string::npos; };
  const auto length = [&](std::size_t bytes) {
    std::ostringstream out;
    out << std::hex << (wanted("upper") ? std::uppercase : std::nouppercase) << bytes;
    return (wanted("zeros") ? "000" : "") + out.str() + (wanted("extensions") ? ";a=b;c=\"d\"" : "") + "\r\n";
  };
  std::string out;
  for (std::size_t at = 0; at < body.size(); at += size) {
    const std::string piece = body.substr(at, size);
    out += length(piece.size()) + piece + "\r\n";
  }
  return out + length(0) + (wanted("trailers") ? "X-Sum: 1\r\n" : "") + "\r\n";
}

// As the service sends it: heads of interim answers, the head, the body.
std::string on_the_wire(const Variety& variety, std::size_t n, std::string_view nonce) {
  const std::string& answer = variety.answers.at(n);
  std::size_t body_at = answer.find("\n\n") + 2;
  while (answer.substr(body_at).starts_with("HTTP/")) body_at = answer.find("\n\n", body_at) + 2;
  std::string body = unescaped(replaced(answer.substr(body_at), "{nonce}", nonce));
  std::string head = replaced(answer.substr(0, body_at), "{length}", std::to_string(body.size()));
  head = unescaped(replaced(replaced(head, "{answer}", std::to_string(n + 1)), "\n", "\r\n"));
  const auto chunks = variety.options.find("chunks");
  if (chunks != variety.options.end()) body = in_chunks(body, std::istringstream(chunks->second));
  return head + body;
}

class Hall : public transcript::Sink {
 public:
  void take(const transcript::Entry& entry) override { judge_.take(entry); }
  conformance::Verdict finish() { return judge_.finish(); }

 private:
  conformance::Judge judge_{conformance::Selection{}, nullptr};
};

transcript::Tls tls_of(const Variety& variety) {
  transcript::Tls out;
  const auto option = variety.options.find("tls");
  std::istringstream words(option == variety.options.end() ? "TLSv1.3 unknown_issuer" : option->second);
  words >> out.version;
  out.cipher = "TLS_AES_256_GCM_SHA384";
  out.subject = out.issuer = "CN=service";
  for (std::string problem; words >> problem;)
    out.problems.push_back(*transcript::certificate_problem_named(problem));
  return out;
}

struct Played {
  conformance::Verdict verdict;
  std::size_t answered = 0;
  bool ended_well = false;
};

Played play(const Variety& variety) {
  Played out;
  fleet::SimulatedClock clock;
  wpi::Reader reader;
  fleet::InProcessCarrier::Settings settings;
  settings.validate = true;
  settings.tls = tls_of(variety);
  fleet::InProcessCarrier carrier(
      clock,
      [&](const wpi::HttpRequest& request, const net::Caller&, auto) {
        const wpi::Document said = reader.read(request.body, wpi::Sender::phone);
        net::Served served;
        if (out.answered < variety.answers.size())
          served.bytes = on_the_wire(variety, out.answered, said.nonce_or_empty());
        served.close = out.answered >= variety.answers.size() ||
                       served.bytes.find("\r\nConnection: close\r\n") != std::string::npos;
        ++out.answered;
        return served;
      },
      settings);
  Hall hall;
  fleet::Stage stage(carrier, clock, hall);
  const auto firmware = variety.options.find("firmware");
  const auto service = std::make_shared<const phone::Service>(phone::Service{
      "127.0.0.1:18443", std::string(wpi::default_path), std::make_shared<const net::CertificateKeys>()});
  fleet::Place place;
  place.target = *net::target_of("https://127.0.0.1:18443");
  stage.add("phone",
            phone::Phone(
                {"00:1A:E8:FF:00:01", "4930000001", "127.0.0.11", 8085}, **phone::model_named("OpenStage 60"),
                **phone::firmware_named(firmware == variety.options.end() ? "V3 R5" : firmware->second),
                service, 1, phone::Quirks{}, phone::Limits{}),
            place);
  stage.post("phone", phone::PowerOn{});
  clock.run([&] { return stage.rests("phone"); }, std::chrono::minutes(5));
  out.ended_well = stage.last_end("phone") == phone::End::clean_up;
  out.verdict = hall.finish();
  return out;
}

std::vector<std::filesystem::path> files() {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(UNDERSTUDY_SOURCE_DIR "/tests/wire/legal"))
    out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

class LegalVariety : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(LegalVariety, IsNoDeviation) {
  const Variety variety = read(GetParam());
  ASSERT_FALSE(variety.legal.empty());
  const Played played = play(variety);
  EXPECT_TRUE(played.ended_well) << variety.legal;
  EXPECT_EQ(played.answered, variety.answers.size()) << variety.legal;
  for (const conformance::Finding& finding : played.verdict.findings)
    EXPECT_EQ(finding.level, conformance::Level::note)
        << variety.legal << ": " << finding.rule << ": " << finding.message << " | came " << finding.came
        << " | " << finding.where;
}

INSTANTIATE_TEST_SUITE_P(Files, LegalVariety, ::testing::ValuesIn(files()), [](const auto& each) {
  std::string name = each.param.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
});

// Only the namespace of one's own is told, as a note.
TEST(LegalVarieties, GetHardlyANote) {
  for (const auto& path : files()) {
    const Variety variety = read(path);
    const bool noted = variety.name == "xml-own-namespace";
    EXPECT_EQ(play(variety).verdict.findings.empty(), !noted) << variety.name;
  }
}

// The corpus is no measure if the judge does not listen.
TEST(LegalVarieties, WouldBeFoundOutIfTheyWereWrong) {
  Variety wrong = read(files().front());
  wrong.answers.back() = replaced(wrong.answers.back(), "{nonce}", "0123");
  EXPECT_FALSE(play(wrong).verdict.conforming(false));
}

TEST(LegalVarieties, AreMany) {
  EXPECT_GE(files().size(), 60u);
}

}  // namespace
}  // namespace understudy
