// What phones did, in the form in which a master of Locust adds it up. After locust/stats.py of Locust 2.12.1.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace understudy::locust {

using std::chrono::microseconds;

// A row of Locust's table. Times are in ms; seconds and moments those of Unix.
struct Entry {
  std::string name, method;
  std::optional<double> last_request;  // moment
  double start = 0;                    // moment
  std::uint64_t requests = 0, failures = 0;  // what failed is among the requests
  double total_time = 0, longest = 0;
  std::optional<double> shortest;
  std::map<std::int64_t, std::uint64_t> times;                     // rounded, see rounded()
  std::map<std::int64_t, std::uint64_t> per_second, fails_per_second;  // by second

  void log(double took, bool failed, double moment);
};

// A row of Locust's failures.
struct Failure {
  std::string method, name, error;
  std::uint64_t occurrences = 0;
};

// Since the last report.
struct Report {
  std::vector<Entry> entries;
  Entry total;
  std::map<std::string, Failure> failures;  // by the key that is the same with every worker
};

// As Locust keeps response times: 147 is 150, 3432 is 3400, 58760 is 59000.
std::int64_t rounded(double ms);

class Statistics {
 public:
  explicit Statistics(double moment) { clear(moment); }
  // An interaction is over; where it failed `error` says why.
  void request(const std::string& name, microseconds took, const std::string& error, double moment);
  // A rule was broken: a failure, and no request.
  void deviation(const std::string& rule, const std::string& message);
  bool empty() const { return report_.total.requests == 0 && report_.failures.empty(); }
  // What was counted since, and begins anew.
  Report take(double moment);
  void clear(double moment);

 private:
  void fail(const std::string& method, const std::string& name, const std::string& error);
  Report report_;
  std::map<std::string, Entry> entries_;
};

}  // namespace understudy::locust
