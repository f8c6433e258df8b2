// What benchmarks measure with.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace understudy::bench {

// CPU that this process has used, in seconds.
double cpu_seconds();

double median(std::vector<double> values);

// A service in a process of its own, so that its CPU is not ours. It ends with this object, and with this process.
class Beside {
 public:
  // `serve` runs in the other process: it tells its port, and never returns.
  explicit Beside(const std::function<void(const std::function<void(std::uint16_t port)>& tell)>& serve);
  ~Beside();
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  std::uint16_t port() const { return port_; }  // 0: it did not come up

 private:
  pid_t child_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace understudy::bench
