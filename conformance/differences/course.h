// What a service did with each phone of a transcript, by its meaning: orders, their items, and how interactions ended. Nonces,
// cookies, connections, times and addresses are left out; the service's own address is a word, {service}.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "transcript/entry.h"

namespace understudy::conformance::differences {

struct OrderedItem {
  std::string key;  // name[index]
  std::string name;
  std::string value;  // empty where it is only asked for
};

// One answer of the service.
struct Order {
  std::string what;  // "WriteItems", "Restart (HTTP 500)"; no order: "HTTP 404", "no answer (timed_out)"
  bool is_order = false;
  bool asks = false;                  // items are asked for, not written
  bool right_nonce = true;            // the message's own came back, or none was said
  std::vector<std::string> oddities;  // of its message, sorted, each once: "root_spelling"
  std::vector<OrderedItem> items;
};

struct Turn {
  std::string reason;         // "start-up"; empty: its beginning is not there
  std::vector<Order> orders;  // in which they came
  std::string ending;         // "clean_up"; empty: nobody says
};

struct Course {
  std::string phone;        // its id in the transcript
  std::string mac, number;  // empty: not known
  bool masked = false;      // secrets are stand-ins
  std::vector<Turn> turns;
};

// In the order in which the phones come. What was said outside of interactions, a poll or an attempt, is not looked at, nor the
// answer to a message that we broke off.
std::vector<Course> courses_of(const std::vector<transcript::Entry>& entries);

}  // namespace understudy::conformance::differences
