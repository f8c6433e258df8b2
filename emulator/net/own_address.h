// An address that this program gives to an interface of this machine, and takes away again.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "net/ipv4.h"

namespace understudy::net {

struct OwnAddress {
  Ipv4 address{}, mask{};
  std::optional<Ipv4> router;  // of the default route
  std::chrono::microseconds
      lasts{};  // the kernel takes the address away after so long; microseconds::max(): never
};

class AddressHolder {
 public:
  // `interface` is the number of it.
  explicit AddressHolder(int interface) : interface_(interface) {}
  AddressHolder(const AddressHolder&) = delete;
  AddressHolder& operator=(const AddressHolder&) = delete;
  ~AddressHolder() { remove(); }

  // Sets address and mask, and a default route where one is given and the machine has none; what it held before goes,
  // and where it is the same its time starts over. What was there already stays as it is, and is not taken away later.
  // Gives lines for a person; the error is one line.
  tl::expected<std::vector<std::string>, std::string> hold(const OwnAddress& wanted);
  // Takes away what it has set.
  void remove();

 private:
  void add_route(const Ipv4& router, std::vector<std::string>& notes);

  int interface_;
  std::optional<OwnAddress> held_;
  bool address_is_ours_ = false;
  std::optional<Ipv4> route_;  // the router of the one that it has set
};

}  // namespace understudy::net
