// Commands beside the event loop, with a real /bin/sh.
#include "scenarios/shell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <optional>

#include "support/folder.h"

namespace understudy::scenarios {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using namespace std::chrono_literals;
using How = ShellEnd::How;

class ShellTest : public ::testing::Test {
 protected:
  ShellEnd end_of(const std::string& command, microseconds limit = 20s) { return end_of({command, "", {}, limit}); }
  ShellEnd end_of(ShellOrder order) {
    std::optional<ShellEnd> end;
    shell->run(std::move(order), [&](ShellEnd came) { end = std::move(came); });
    EXPECT_FALSE(end) << "called from the loop";
    EXPECT_TRUE(loop.run([&] { return end.has_value(); }, 60s));
    return end.value_or(ShellEnd{});
  }
  static bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD; }
  // A process that was killed is gone, or waits for somebody else to bury it.
  static bool lives(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string number, name, state;
    stat >> number >> name >> state;
    return stat && state != "Z" && state != "X";
  }
  bool dies(pid_t pid) {
    return loop.run([&] { return !lives(pid) || (loop.after(1ms, [] {}), false); }, 20s);
  }

  net::EventLoop loop;
  std::optional<Shell> shell{std::in_place, loop};
};

TEST_F(ShellTest, SaysHowACommandEnded) {
  EXPECT_EQ(end_of("true").how, How::exited);
  EXPECT_EQ(end_of("true").code, 0);
  EXPECT_EQ(end_of("exit 3").code, 3);
  const ShellEnd killed = end_of("kill -TERM $$");
  EXPECT_EQ(killed.how, How::signalled);
  EXPECT_EQ(killed.code, SIGTERM);
  EXPECT_EQ(end_of("no-such-program").code, 127);
  EXPECT_FALSE(has_children());
}

TEST_F(ShellTest, KeepsWhatACommandSaysOnEitherStreamInItsOrder) {
  const ShellEnd end = end_of("echo one; echo two >&2; printf three");
  EXPECT_EQ(end.output, "one\ntwo\nthree");
}

TEST_F(ShellTest, KeepsTheLastOfACommandThatSaysMuch) {
  const ShellEnd end = end_of("head -c 5000000 /dev/zero | tr '\\0' x; echo; echo the end");
  EXPECT_EQ(end.code, 0);
  EXPECT_EQ(end.output.size(), Shell::most_output);
  EXPECT_THAT(end.output, EndsWith("x\nthe end\n"));
}

TEST_F(ShellTest, TakesACommandThatLooksLikeAnOption) { EXPECT_EQ(end_of("-x").code, 127); }

TEST_F(ShellTest, GivesACommandItsEnvironmentBesideOurOwn) {
  ASSERT_EQ(::setenv("UNDERSTUDY_TEST", "inherited", 1), 0);
  EXPECT_EQ(end_of({"printf %s,%s \"$UNDERSTUDY_TEST\" \"$UNDERSTUDY_MAC\"", "", {"UNDERSTUDY_MAC=a b"}, 20s}).output, "inherited,a b");
  EXPECT_EQ(end_of({"printf %s \"$UNDERSTUDY_TEST\"", "", {"UNDERSTUDY_TEST=given"}, 20s}).output, "given");
  ::unsetenv("UNDERSTUDY_TEST");
}

TEST_F(ShellTest, RunsACommandInItsFolder) {
  const Folder folder;
  folder.put("here", "");
  EXPECT_EQ(end_of({"ls", folder / "", {}, 20s}).output, "here\n");
  const ShellEnd nowhere = end_of({"ls", folder / "none", {}, 20s});
  EXPECT_EQ(nowhere.how, How::not_started);
  EXPECT_EQ(nowhere.code, ENOENT);
}

TEST_F(ShellTest, GivesACommandNoInputAndNoFileOfOurs) {
  const Folder folder;
  std::ofstream ours(folder / "ours");
  const int inheritable = ::open("/dev/null", O_RDONLY);  // as the sockets of a carrier are
  EXPECT_EQ(end_of("cat").output, "");
  EXPECT_EQ(end_of("for fd in /proc/self/fd/*; do case $(readlink $fd) in *ours|/dev/null) echo $fd;; esac; done").output, "/proc/self/fd/0\n");
  ::close(inheritable);
}

TEST_F(ShellTest, LetsACommandDieOfABrokenPipeAsUsual) {
  const ShellEnd end = end_of("kill -PIPE $$; echo still here");
  EXPECT_EQ(end.how, How::signalled) << end.output;
  EXPECT_EQ(end.code, SIGPIPE);
}

TEST_F(ShellTest, GoesOnWithTheLoopWhileACommandRuns) {
  const Folder folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int ours = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);
  loop.after(1ms, [&] { EXPECT_EQ(::write(ours, "go\n", 3), 3); });
  EXPECT_EQ(end_of("read word <'" + pipe + "'; echo $word").output, "go\n");
  ::close(ours);
}

TEST_F(ShellTest, KillsACommandThatTakesTooLongWithAllThatItStarted) {
  const ShellEnd end = end_of("sleep 1000 & echo $!; trap '' TERM; sleep 1000", 100ms);
  EXPECT_EQ(end.how, How::timed_out);
  EXPECT_FALSE(has_children());
  ASSERT_FALSE(end.output.empty());
  EXPECT_TRUE(dies(std::stoi(end.output)));
}

TEST_F(ShellTest, DoesNotWaitForWhatACommandLeavesBehind) {
  const ShellEnd end = end_of("sleep 1000 & echo $!");
  EXPECT_EQ(end.code, 0);
  const pid_t left = std::stoi(end.output);
  EXPECT_TRUE(lives(left));
  ::kill(left, SIGKILL);
}

TEST_F(ShellTest, DoesNotListenForEverToWhatACommandLeavesBehind) {
  const Folder folder;
  const ShellEnd end = end_of("yes & echo $! >'" + (folder / "pid") + "'; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done");
  const pid_t left = std::stoi(contents(folder / "pid"));
  ASSERT_GT(left, 0);
  ::kill(left, SIGKILL);
  EXPECT_EQ(end.how, How::exited);
}

TEST_F(ShellTest, EndsWhatRunsWhenItGoes) {
  const Folder folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  shell->run({"sleep 1000 & echo $! >'" + pipe + "'; sleep 1000", "", {}, 60s}, [](const ShellEnd&) { FAIL() << "nobody is called"; });
  std::ifstream said(pipe);  // waits until it is there
  pid_t inner = 0;
  said >> inner;
  ASSERT_GT(inner, 0);
  shell.reset();
  EXPECT_FALSE(has_children());
  EXPECT_TRUE(dies(inner));
}

TEST_F(ShellTest, RunsSeveralCommandsAtOnce) {
  const Folder folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::vector<std::string> ended;
  const auto ends = [&](const ShellEnd& end) { ended.push_back(end.output); };
  shell->run({"read word <'" + pipe + "'; echo $word", "", {}, 20s}, ends);
  shell->run({"echo through >'" + pipe + "'; echo wrote", "", {}, 20s}, ends);
  ASSERT_TRUE(loop.run([&] { return ended.size() == 2; }, 60s));
  EXPECT_THAT(ended, ::testing::UnorderedElementsAre("through\n", "wrote\n"));
}

}  // namespace
}  // namespace understudy::scenarios
