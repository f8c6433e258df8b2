// What stands for a phone, in URLs, bodies and commands.
#include "scenarios/placeholders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "scenarios/shell.h"
#include "support/folder.h"

namespace understudy::scenarios {
namespace {

using ::testing::ElementsAre;
using namespace std::chrono_literals;

const phone::Identity desk_phone{"00:1A:E8:FF:00:0B", "4930000001", "127.0.0.11"};


TEST(Placeholders, StandForWhatIsKnownOfAPhone) {
  EXPECT_EQ(filled_url("/{mac}/{mac-lower}/{mac-plain}?n={number}&a={address}", desk_phone),
            "/00:1A:E8:FF:00:0B/00:1a:e8:ff:00:0b/001AE8FF000B?n=4930000001&a=127.0.0.11");
  EXPECT_THAT(command_environment(desk_phone),
              ElementsAre("UNDERSTUDY_MAC=00:1A:E8:FF:00:0B", "UNDERSTUDY_MAC_LOWER=00:1a:e8:ff:00:0b",
                          "UNDERSTUDY_MAC_PLAIN=001AE8FF000B", "UNDERSTUDY_NUMBER=4930000001", "UNDERSTUDY_ADDRESS=127.0.0.11",
                          "UNDERSTUDY_PIN="));
  EXPECT_EQ(filled_url("/{pin}", {desk_phone, "4711000815"}), "/4711000815");
}

TEST(Placeholders, AreWordsInBracesAndNothingElseIs) {
  for (const char* text : {"", "{", "{}", "{mac", "{ mac}", "{Mac}", "{\"kind\": \"read\"}", "{a b}", "{1}", "mac}"})
    EXPECT_FALSE(unknown_placeholder(text, false)) << text;
  EXPECT_EQ(filled_url("{{mac}} { mac} {", desk_phone), "{00:1A:E8:FF:00:0B} { mac} {");
}

TEST(Placeholders, ThatAreUnknownAreNamed) {
  EXPECT_EQ(unknown_placeholder("{mac} {mac-smal}", false)->part, "{mac-smal}");
  EXPECT_EQ(unknown_placeholder("{adress}", false)->text, "nothing stands for {adress}; did you mean {address}?");
  EXPECT_TRUE(unknown_placeholder("${home}", false));
  EXPECT_FALSE(unknown_placeholder("${home}", true)) << "a variable of the shell";
}

TEST(Placeholders, AreEscapedAsTheirPlaceHasIt) {
  const phone::Identity who{"a\"b\\c\n+ <&'\xC3\xA9", "1", "::1"};
  EXPECT_EQ(filled_url("/{mac}/{address}", who), "/a%22b%5Cc%0A%2B%20%3C%26%27%C3%A9/::1");
  EXPECT_EQ(filled_body("{mac}", who, "application/json; charset=utf-8"), "a\\\"b\\\\c\\u000a+ <&'\xC3\xA9");
  EXPECT_EQ(filled_body("{mac}", who, "application/vnd.api+json"), "a\\\"b\\\\c\\u000a+ <&'\xC3\xA9");
  EXPECT_EQ(filled_body("{mac}", who, "application/x-www-form-urlencoded"), "a%22b%5Cc%0A%2B%20%3C%26%27%C3%A9");
  const std::string in_xml = filled_body("{mac}", who, "Text/XML");
  EXPECT_EQ(in_xml.find('<'), std::string::npos);
  EXPECT_NE(in_xml.find("&lt;&amp;"), std::string::npos);
  EXPECT_EQ(filled_body("{mac}", who, "text/plain"), who.mac);
}

// A soft client with a name that does harm where a shell reads it as a command.
class PlaceholdersInACommand : public ::testing::Test {
 protected:
  ~PlaceholdersInACommand() override { EXPECT_FALSE(std::filesystem::exists(folder / "harm")) << "the name was carried out"; }
  // The words that a command passes on, as /bin/sh makes them of it; "]" ends each.
  std::string words_of(const std::string& command) const {
    return said_by("printf '%s]' " + command);
  }
  std::string said_by(const std::string& command) const;

  const Folder folder;
  const std::string harm = "touch " + (folder / "harm");
  const phone::Identity hostile{"o'brien \"$(" + harm + ")\" `" + harm + "` $HOME \\ & " + harm + " ; * ", "1", "::1"};
};

std::string PlaceholdersInACommand::said_by(const std::string& command) const {
  net::EventLoop loop;
  Shell shell(loop);
  ShellEnd end;
  bool over = false;
  shell.run({shell_command(command), "", command_environment(hostile), 10s}, [&](ShellEnd came) {
    end = std::move(came);
    over = true;
  });
  EXPECT_TRUE(loop.run([&] { return over; }, 20s));
  EXPECT_EQ(end.code, 0) << end.output;
  return end.output;
}

TEST_F(PlaceholdersInACommand, AreOneWordWhateverTheyHoldAndWhereverTheyStand) {
  const std::string value = hostile.mac;
  EXPECT_EQ(words_of("{mac}"), value + "]");
  EXPECT_EQ(words_of("a{mac}b"), "a" + value + "b]");
  EXPECT_EQ(words_of("\"{mac}\""), value + "]");
  EXPECT_EQ(words_of("'{mac}'"), value + "]");
  EXPECT_EQ(words_of(R"('{"mac": "{mac}"}')"), R"({"mac": ")" + value + "\"}]");
  EXPECT_EQ(words_of(R"("{\"mac\": \"{mac}\"}")"), R"({"mac": ")" + value + "\"}]");
  EXPECT_EQ(words_of(R"(it\'s {mac} "and '" {mac})"), "it's]" + value + "]and ']" + value + "]");
}

// In a comment an apostrophe opens no quotes, in a here-document there are none, and inside of $() others begin.
TEST_F(PlaceholdersInACommand, ThatIsTooIntricateAreStillNotReadAsACommand) {
  for (const char* command : {"echo x # don't {mac}\ntrue {mac}", "echo \"$(printf %s '{mac}')\"", "cat <<END\n{mac}\nEND\n",
                              "echo \"$(echo {mac})\"", "echo `echo {mac}`"})
    said_by(command);
}

TEST(ShellCommand, LeavesTheShellItsOwn) {
  EXPECT_EQ(shell_command("${mac} \\{mac} { mac}"), "${mac} \\{mac} { mac}");
  EXPECT_EQ(shell_command("{mac}"), "\"${UNDERSTUDY_MAC}\"");
}

}  // namespace
}  // namespace understudy::scenarios
