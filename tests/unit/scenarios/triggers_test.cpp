// The file of triggers: what it says, and what is wrong with one.
#include "scenarios/triggers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "support/folder.h"

namespace understudy::scenarios {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

const std::string head = "<triggers xmlns=\"urn:understudy:triggers:1\">\n";  // what follows stands in line 2
const std::string tail = "\n</triggers>\n";

std::string nobody_else(const std::string& host) { return host == "127.0.0.1" ? "" : host + " is out of reach"; }

tl::expected<Triggers, FileError> parsed(const std::string& xml) { return parse_triggers("t.xml", xml, nobody_else); }
tl::expected<Triggers, FileError> with(const std::string& inside) { return parsed(head + inside + tail); }

std::vector<std::string> jobs_of(const Triggers& triggers) {
  std::vector<std::string> out;
  for (const Trigger& trigger : triggers.all) out.push_back(trigger.job);
  return out;
}

TEST(TriggersFile, SaysWhatIsCalledAndWhatIsRun) {
  const auto triggers = with(R"(
    <trigger job="write">
      <http url="https://127.0.0.1:8443/jobs/{mac}?now" method="PUT" content-type="text/xml" success="201 5xx" timeout="500ms">
        &lt;write who="{mac}"/&gt;
      </http>
    </trigger>
    <trigger job="restart"><command timeout="2m"><![CDATA[ start {mac} && true ]]></command></trigger>)");
  ASSERT_TRUE(triggers) << triggers.error().one_line();
  EXPECT_THAT(jobs_of(*triggers), ElementsAre("write", "restart"));
  const auto& call = std::get<HttpCall>(triggers->all[0].how);
  EXPECT_EQ(call.method, "PUT");
  EXPECT_EQ(call.target.url(), "https://127.0.0.1:8443/jobs/{mac}?now");
  EXPECT_EQ(call.content_type, "text/xml");
  EXPECT_EQ(call.body, R"(<write who="{mac}"/>)") << "without the white space around it";
  ASSERT_EQ(call.success.size(), 2u);
  EXPECT_EQ(call.success[0].most, 201);
  EXPECT_EQ(call.success[1].least, 500);
  EXPECT_EQ(call.success[1].most, 599);
  EXPECT_EQ(triggers->all[0].timeout, 500ms);
  EXPECT_EQ(std::get<UserCommand>(triggers->all[1].how).text, "start {mac} && true");
  EXPECT_EQ(triggers->all[1].timeout, 2min);
}

TEST(TriggersFile, NeedsToSayNoMoreThanWhere) {
  const auto triggers = with(R"(<trigger job="read"><http url="http://127.0.0.1"/></trigger>)");
  ASSERT_TRUE(triggers) << triggers.error().one_line();
  const Trigger& trigger = triggers->all.front();
  const auto& call = std::get<HttpCall>(trigger.how);
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.target.url(), "http://127.0.0.1:80/");
  EXPECT_EQ(call.content_type, "application/json");
  EXPECT_EQ(call.success.front().least, 200);
  EXPECT_EQ(call.success.front().most, 299);
  EXPECT_EQ(trigger.timeout, 30s);
}

TEST(TriggersFile, MayBeginWithAByteOrderMarkAndHaveAPrefixAndCommentsAndASchemaLocation) {
  const auto triggers = parsed(
      "\xEF\xBB\xBF<?xml version=\"1.0\"?><!-- ours --><t:triggers xmlns:t=\"urn:understudy:triggers:1\""
      " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"urn:understudy:triggers:1 triggers.xsd\">"
      "<t:trigger job=\"read\"><t:command>go<!-- now --></t:command></t:trigger></t:triggers>");
  ASSERT_TRUE(triggers) << triggers.error().one_line();
  EXPECT_EQ(std::get<UserCommand>(triggers->all[0].how).text, "go");
}

TEST(TriggersFile, RunsCommandsInItsFolder) {
  const Folder folder;
  const std::string path = folder.put("t.xml", head + R"(<trigger job="read"><command>./go</command></trigger>)" + tail);
  const auto triggers = read_triggers(path, nobody_else);
  ASSERT_TRUE(triggers) << triggers.error().one_line();
  EXPECT_EQ(std::get<UserCommand>(triggers->all[0].how).folder, std::filesystem::path(path).parent_path());
}

TEST(TriggersFile, GivesACheckTheFirstOfReadWriteAndRestart) {
  const auto with_jobs = [](const std::vector<std::string>& jobs) {
    std::string inside;
    for (const std::string& job : jobs) inside += "<trigger job=\"" + job + "\"><command>go</command></trigger>";
    return *with(inside);
  };
  EXPECT_EQ(with_jobs({"restart", "write", "deploy-files"}).for_check()->job, "write");
  EXPECT_EQ(with_jobs({"restart", "write", "read"}).for_check()->job, "read");
  EXPECT_EQ(with_jobs({"read-all", "restart"}).for_check()->job, "restart");
  EXPECT_EQ(with_jobs({"read-all", "factory-reset", "deploy-files", "deploy-software"}).for_check(), nullptr);
}

struct Wrong {
  std::string xml;
  std::uint32_t line, column;
  std::string text;
};

void expect_wrong(const std::vector<Wrong>& wrongs) {
  for (const Wrong& wrong : wrongs) {
    const auto triggers = parsed(wrong.xml);
    ASSERT_FALSE(triggers) << wrong.xml;
    const FileError& error = triggers.error();
    EXPECT_EQ(error.line, wrong.line) << wrong.xml << error.one_line();
    EXPECT_EQ(error.column, wrong.column) << wrong.xml << error.one_line();
    EXPECT_THAT(error.text, HasSubstr(wrong.text)) << wrong.xml;
    EXPECT_EQ(error.text.find('\n'), std::string::npos) << wrong.xml;
    EXPECT_THAT(error.one_line(), StartsWith(wrong.line ? "t.xml:" + std::to_string(wrong.line) + ":" : "t.xml: "));
  }
}

std::string http(const std::string& attributes, const std::string& body = "") {
  return head + "<trigger job=\"read\"><http " + attributes + ">" + body + "</http></trigger>" + tail;
}
std::string command(const std::string& text, const std::string& attributes = "") {
  return head + "<trigger job=\"read\"><command" + attributes + ">" + text + "</command></trigger>" + tail;
}

TEST(WrongTriggersFile, IsNotOfThisForm) {
  expect_wrong({
      {"", 0, 0, "is empty"},
      {"\xEF\xBB\xBF \n", 0, 0, "is empty"},
      {"hello", 1, 1, "invalid document structure"},
      {"<triggers/>", 1, 1, "the root is <triggers>, and should be <triggers xmlns=\"urn:understudy:triggers:1\">"},
      {"<?xml version=\"1.0\"?>\n  <scenario xmlns=\"urn:understudy:triggers:1\"/>", 2, 3, "the root is <scenario>"},
      {"<triggers xmlns=\"urn:understudy:triggers:1\"/>", 1, 1, "<triggers> takes <trigger> once or more, and has nothing"},
      {head + "<trigger job=\"read\"/>" + tail, 2, 1, "<trigger> takes <http> or <command>, and has nothing"},
      {head + "<trigger job=\"read\"><command>a</command>\n<command>b</command></trigger>" + tail, 2, 1, "and has <command>, <command>"},
      {head + "<trigger job=\"read\"><comand>x</comand></trigger>" + tail, 2, 21, "in <trigger> there is no <comand>; did you mean <command>?"},
      {head + "<trigger job=\"read\"><script>x</script></trigger>" + tail, 2, 21, "it takes <http> or <command>"},
      {head + "<x:trigger xmlns:x=\"urn:x\" job=\"read\"><command>x</command></x:trigger>" + tail, 2, 1, "there is no <trigger>"},
      {head + "<trigger job=\"read\"><command>a</command></trigger>\n  <trigger job=\"read\"><command>b</command></trigger>" + tail, 3, 3,
       "a second trigger for the job read"},
  });
}

TEST(WrongTriggersFile, HasAttributesThatThereAreNot) {
  expect_wrong({
      {head + "<trigger><command>x</command></trigger>" + tail, 2, 1, "<trigger> lacks the attribute job"},
      {head + "<trigger job=\"read\"\n         jobs=\"1\"><command>x</command></trigger>" + tail, 3, 10, "<trigger> has no attribute jobs; did you mean job?"},
      {head + "<trigger job = 'reed'><command>x</command></trigger>" + tail, 2, 17, "\"reed\" is no value of job; did you mean read?"},
      {head + "<trigger job=\"upgrade\"><command>x</command></trigger>" + tail, 2, 15,
       "it is read, write, read-all, restart, factory-reset, deploy-files, deploy-software, certificate, bootstrap, "
                        "bootstrap-pin or restart-service"},
      {http("success=\"2xx\""), 2, 21, "<http> lacks the attribute url"},
      {http("url=\"http://127.0.0.1/\" method=\"PSOT\""), 2, 59, "\"PSOT\" is no value of method; did you mean POST?"},
      {http("url=\"http://127.0.0.1/\" password=\"x\""), 2, 51, "<http> has no attribute password; it takes"},
      {http("url=\"http://127.0.0.1/\" success=\"200 20\""), 2, 64, "\"20\" is no status; write 201, or 2xx"},
      {http("url=\"http://127.0.0.1/\" success=\" \""), 2, 60, "no status would be a success"},
      {http("url=\"http://127.0.0.1/\" content-type=\"\""), 2, 65, "\"\" is no content type"},
      {http("url=\"http://127.0.0.1/\" content-type=\"a&#10;b: c\""), 2, 65, "is no content type"},
      {http("url=\"http://127.0.0.1/\" timeout=\"soon\""), 2, 60, "\"soon\" is no time; write 500ms, 60s or 2m"},
      {command("x", " timeout=\"0s\""), 2, 39, "\"0s\" is no time to wait"},
      {command("x", " timeout=\"nan\""), 2, 39, "\"nan\" is no time"},
  });
}

TEST(WrongTriggersFile, NamesAPlaceThatCannotBeCalled) {
  expect_wrong({
      {http("url=\"127.0.0.1:80\""), 2, 32, "no scheme"},
      {http("url=\"ftp://127.0.0.1/\""), 2, 32, "unknown scheme \"ftp\""},
      {http("url=\"http://{address}/\""), 2, 32, "a host's name has no \"{\""},
      {http("url=\"http://127.0.0.1:99999/\""), 2, 32, "is no port"},
      {http("url=\"http://203.0.113.9/\""), 2, 32, "203.0.113.9 is out of reach"},
  });
}

TEST(WrongTriggersFile, HasPlaceholdersThatNothingStandsFor) {
  expect_wrong({
      {http("url=\"http://127.0.0.1/{mac}/{mak}\""), 2, 55, "nothing stands for {mak}; did you mean {mac}?"},
      {http("url=\"http://127.0.0.1/\"", "\n  é {number}\n  é {numbr}"), 4, 5, "nothing stands for {numbr}; did you mean {number}?"},
      {command("echo {mac} {telephone}"), 2, 41, "there are {mac}, {mac-lower}, {mac-plain}, {number}, {address}"},
      {command("echo {&#109;acc}"), 2, 21, "nothing stands for {macc}"},
      {command("  \n "), 2, 21, "<command> has no command"},
  });
}

TEST(WrongTriggersFile, IsNoXml) {
  expect_wrong({
      {command("a & b"), 2, 33, "a & of your own is written &amp;"},
      {command("curl 'http://127.0.0.1/?a&b=1'"), 2, 57, "a & of your own is written &amp;"},
      {command("&passwords;"), 2, 41, "entity 'passwords' not found"},
      {head + "<trigger job=\"read\"><command>x</trigger>" + tail, 2, 33, "expected end of tag 'command'"},
      {head + "<trigger job=read>", 2, 14, "attribute value expected"},
      {head + "<trigger job=\"read\"><command>x", 2, 31, "input ended before all started tags were ended"},
      {command("x\x01y"), 2, 32, "invalid character"},
      {command("caf\xE9"), 2, 33, "the byte 0xE9 is no UTF-8"},
  });
}

TEST(WrongTriggersFile, IsNotThereOrIsAFolder) {
  const Folder folder;
  const auto missing = read_triggers(folder / "none.xml", nobody_else);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().one_line(), folder / "none.xml" + ": cannot be read: No such file or directory");
  const auto is_folder = read_triggers(folder / "", nobody_else);
  ASSERT_FALSE(is_folder);
  EXPECT_THAT(is_folder.error().text, HasSubstr("is a folder"));
}

}  // namespace
}  // namespace understudy::scenarios
