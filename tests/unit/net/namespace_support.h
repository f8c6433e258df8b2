// Two network namespaces of the test's own, joined by a cable: the phone's, in which the test runs, and the server's. They
// have no names, and go with the test however it ends.
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

namespace understudy::net {

enum class Side { phone, server };

class Cable {
 public:
  // Joins veth0 of the phone and veth1 of the server, both up; the server's has 192.0.2.1/24. `why_not()` says why there
  // is none: then the test can only be skipped.
  Cable();
  // Back to the namespace from which it came.
  ~Cable();
  Cable(const Cable&) = delete;
  Cable& operator=(const Cable&) = delete;
  const std::string& why_not() const { return why_not_; }

  // Runs a program and gives what it printed; the test fails where the program does.
  std::string run(Side side, const std::vector<std::string>& command);
  // A UDP socket of the server's, free to send to everybody; the caller closes it.
  int server_socket();

  // A program that goes on until the object is gone.
  class Program {
   public:
    Program(const Cable& cable, Side side, const std::vector<std::string>& command);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    // Waits until it has printed this; false if it ended before, or did not within 20 s.
    bool until_printed(const std::string& text);
    const std::string& printed() const { return printed_; }

   private:
    pid_t process_ = -1;
    int output_ = -1;
    std::string printed_;
  };

 private:
  bool enter(int space) const;
  bool try_to_run(Side side, const std::vector<std::string>& command, std::string& printed) const;
  bool wait_for_carrier(Side side, const std::string& interface) const;
  int space(Side side) const { return side == Side::phone ? phone_ : server_; }

  int home_ = -1, phone_ = -1, server_ = -1;
  std::string why_not_;
};

}  // namespace understudy::net
