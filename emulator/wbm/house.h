// What the pages are about: the phones on the desk. Everything here is called on the thread that the phones live on.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "phone/phone.h"

namespace understudy::wbm {

using std::chrono::microseconds;

class House {
 public:
  virtual ~House() = default;
  // Their ids, in their order.
  virtual const std::vector<std::string>& phones() const = 0;
  // One of them.
  virtual const phone::Phone& phone(const std::string& id) const = 0;
  // Something happens to one of them.
  virtual void post(const std::string& id, const phone::Event& event) = 0;
  // The bytes of a file that it holds; nullptr: it holds none of that type and name.
  virtual std::shared_ptr<const std::string> file(const std::string& /*id*/, const std::string& /*type*/, const std::string& /*name*/) const {
    return nullptr;
  }
  // Since the run began.
  virtual microseconds now() const = 0;
  // A rule that services are judged by, explained as text; empty: there is no such rule.
  virtual std::string rule(std::string_view id) const = 0;
};

}  // namespace understudy::wbm
