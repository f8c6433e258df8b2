// The phones of a scenario on a stage.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fleet/stage.h"
#include "scenarios/language/model.h"

namespace understudy::scenarios {

// What a user says of phones whose scenario leaves it open, and how they reach their service.
struct Staging {
  net::Target target;
  std::shared_ptr<const phone::Service> service;
  net::Waits waits;
  phone::Limits limits;
  phone::Quirks quirks;  // beside those of the scenario
  phone::Switches switches;
  std::vector<fleet::Chance> faults;  // that every phone meets, behind those of its scenario
  const phone::Model* model = nullptr;        // nullptr: the usual one
  const phone::Firmware* firmware = nullptr;  // likewise
  std::vector<wpi::Item> settings;            // of a scenario's first phone, before its own
  std::string mac, e164;                      // of a scenario's first phone; empty: made up
  std::string bind;                           // all call from here; empty: on loopback an address a phone
  std::string own_address;                    // what they say of themselves where they have none of their own
  bool on_loopback = true;                    // the service is
  std::uint16_t door = 8085;
  std::uint64_t seed = 1;
};

// The settings of a kind of phones, before they are switched on, for one of them.
std::vector<wpi::Item> settings_of(const language::PhoneKind& kind, const phone::Identity& identity,
                                   const std::string& name);

// Introduces them and returns their ids: `prefix` and the phone's name. `before` phones of the run were made already: MAC
// addresses, numbers and addresses go on from there. The scenario must outlive the stage.
std::vector<std::string> put_on_stage(fleet::Stage& stage, const language::Scenario& scenario,
                                      const Staging& staging, std::size_t before, const std::string& prefix);

}  // namespace understudy::scenarios
