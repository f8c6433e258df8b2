// Phones without a network, their pages without a socket, and somebody who looks at them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "look/ladder.h"
#include "transcript/mask.h"
#include "wbm/house.h"
#include "wbm/site.h"

namespace understudy::wbm {

// Phones that do at once what is posted to them, and a time that the test moves.
class FakeHouse : public House {
 public:
  explicit FakeHouse(std::vector<std::string> phones = {"phone-1"},
                     const std::string& firmware = "V3 R5.12.0");

  const std::vector<std::string>& phones() const override { return ids_; }
  const phone::Phone& phone(const std::string& id) const override { return *phones_.at(id); }
  void post(const std::string& id, const phone::Event& event) override;
  microseconds now() const override { return time; }
  // "nonce.echo" is there, and no other.
  std::string rule(std::string_view id) const override;

  phone::Phone& phone() { return *phones_.at(ids_.front()); }
  // Somebody gives an item of the first phone a value.
  void write(std::string_view name, std::string value, std::optional<std::string> index = std::nullopt,
             items::Who who = items::Who::service);
  // What the first phone holds; "nothing" where it holds nothing.
  std::string value(std::string_view name, std::optional<int> index = std::nullopt);

  std::vector<phone::Event> posted;
  microseconds time = std::chrono::hours(1);

 private:
  std::vector<std::string> ids_;
  std::map<std::string, std::unique_ptr<phone::Phone>> phones_;
};

// An interaction of one message: what the phone says, and the whole body that is answered.
void converse(look::Ladders& ladders, std::uint64_t exchange, const std::string& said,
              const std::string& answered, const std::string& phone = "phone-1");
// One that the service did not answer.
void fail(look::Ladders& ladders, std::uint64_t exchange, const std::string& why,
          const std::string& phone = "phone-1");

// All that the pages need.
struct Pages {
  explicit Pages(std::vector<std::string> phones = {"phone-1"}, bool masks = true);

  FakeHouse house;
  look::Ladders ladders;
  transcript::Masker masker;
  About about;
  Site site;
};

// A browser, or a program: keeps the cookie that it was given, and the token.
class Visitor {
 public:
  explicit Visitor(Site& site) : site_(site) {}

  // "/phones/phone-1/?did=call"
  Answer get(const std::string& target);
  // With the token, unless the form has one.
  Answer post(const std::string& target, std::map<std::string, std::string> form);
  Answer api(const std::string& method, const std::string& target, const std::string& body = "");
  Answer ask(Asked asked);
  // At its pages; the answer to the form.
  Answer log_in(Role role, const std::string& phone = "phone-1", const std::string& password = "");

  std::string session, token;

 private:
  Site& site_;
};

// An answer's header; empty where it is missing.
std::string header(const Answer& answer, std::string_view name);
std::string location(const Answer& answer);

}  // namespace understudy::wbm
