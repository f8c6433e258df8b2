// A process of a test's own: to be killed, to be somebody else, to have a full disk.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

namespace understudy {

class Child {
 public:
  // Runs `body` in a copy of this process, which ends with it. What body writes to `out` is read here.
  explicit Child(const std::function<void(int out)>& body);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // So many bytes, or fewer where it ends before.
  std::string read(std::size_t bytes);
  void kill();         // as by kill -9
  std::string rest();  // all that it wrote, once it has ended

 private:
  pid_t pid_ = -1;
  int from_ = -1;
};

void tell(int out, const std::string& text);

// What a process of its own says.
std::string said_by_child(const std::function<std::string()>& body);

}  // namespace understudy
