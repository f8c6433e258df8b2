// What two real services said and were told, read as it stands.
#include <gtest/gtest.h>
#include <optional>

#include "reading_support.h"
#include "support/recordings.h"
#include "wpi/reader.h"

namespace understudy::wpi {
namespace {

struct Expected {
  std::string_view reason;    // of the request; empty where it is no message
  std::size_t said = 0;       // items in it
  std::string_view action;    // of the answer; empty where it is no message
  std::size_t ordered = 0;    // items in it
  std::string_view oddities;  // of the answer
};

constexpr std::string_view line_break_and_root = "leading_white_space root_spelling";
constexpr std::string_view page = "doctype";  // an error page of its web framework

// 27 lists of one item each.
const std::string twenty_six_lists_too_many = [] {
  std::string all = "several_item_lists";
  for (int i = 0; i < 25; ++i) all += " several_item_lists";
  return all;
}();

const std::vector<Expected> service_a = {
    {"start-up", 15, "ReadAllItems", 0, line_break_and_root},
    {"reply-to", 58, "WriteItems", 27, twenty_six_lists_too_many},
    {"reply-to", 0, "CleanUp", 0, "leading_white_space"},
    {"reply-to", 0, "", 0, ""},
    {"reply-to", 0, "", 0, ""},
    {"start-up", 15, "SoftwareDeployment", 10, line_break_and_root},
    {"inventory-changes", 15, "", 0, ""},
    {"local-changes", 16, "", 0, ""},
    {"clean-up", 0, "", 0, ""},
    {"status", 18, "", 0, ""},
    {"", 0, "", 0, page},
    {"start-up", 14, "", 0, page},
    {"", 0, "", 0, page},
    {"start-up", 15, "ReadAllItems", 0, line_break_and_root},
    {"start-up", 15, "ReadAllItems", 0, line_break_and_root},
    {"reply-to", 58, "CleanUp", 0, "leading_white_space"},
};

const std::vector<Expected> service_b = {
    {"start-up", 15, "ReadAllItems", 0, ""},
    {"reply-to", 58, "WriteItems", 6, ""},
    {"reply-to", 0, "CleanUp", 0, ""},
    {"solicited", 15, "ReadItems", 3, ""},
    {"reply-to", 0, "CleanUp", 0, ""},
    {"solicited", 15, "ReadAllItems", 0, ""},
    {"local-changes", 16, "ReadItems", 3, ""},
    {"local-changes", 16, "CleanUp", 0, ""},
    {"status", 18, "CleanUp", 0, ""},
    {"inventory-changes", 15, "CleanUp", 0, ""},
    {"clean-up", 0, "CleanUp", 0, ""},
    {"start-up", 15, "", 0, ""},
    {"start-up", 15, "", 0, ""},
    {"start-up", 15, "", 0, ""},
    {"", 0, "", 0, ""},
    {"", 0, "", 0, ""},
    {"", 0, "", 0, ""},
    {"solicited", 15, "SoftwareDeployment", 3, ""},
    {"solicited", 15, "FileDeployment", 7, ""},
    {"reply-to", 0, "FileDeployment", 7, ""},
};

void expect_all(const std::string& service, const std::vector<Expected>& expected) {
  const std::vector<Recorded> recorded = recorded_with(service);
  ASSERT_EQ(recorded.size(), expected.size());
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    SCOPED_TRACE(service + " " + std::to_string(i + 1) + ": " + recorded[i].title);
    const Document request = read_phone(recorded[i].request.body, true);
    const auto reason = request.reason();
    EXPECT_EQ(reason ? spelling(*reason) : "", expected[i].reason);
    EXPECT_EQ(request.items.size(), expected[i].said);
    EXPECT_EQ(request.empty, recorded[i].request.body.empty());
    EXPECT_EQ(oddities(request), request.well_formed || request.empty ? "" : "no_namespace");

    const Document response = read_service(recorded[i].response.body, true);
    const auto action = response.action();
    EXPECT_EQ(action ? spelling(*action) : "", expected[i].action);
    EXPECT_EQ(response.items.size(), expected[i].ordered);
    EXPECT_EQ(oddities(response), expected[i].oddities);
    EXPECT_EQ(response.well_formed, action.has_value()) << response.error;
    EXPECT_EQ(response.nonce_or_empty(), action ? request.nonce_or_empty() : "");
  }
}

TEST(Recordings, ServiceASaysWhatItSays) {
  expect_all("service-a", service_a);
}
TEST(Recordings, ServiceBSaysWhatItSays) {
  expect_all("service-b", service_b);
}

TEST(Recordings, PlacesOfEveryItemAreThoseOfItsTag) {
  for (const char* service : {"service-a", "service-b"}) {
    for (const Recorded& recorded : recorded_with(service)) {
      for (const std::string& body : {recorded.request.body, recorded.response.body}) {
        for (const Item& item : read_service(body).items) {
          const std::string_view whole = bytes_at(body, item.place, item.length);
          EXPECT_TRUE(whole.starts_with("<Item name=\"" + item.name + "\"")) << whole;
          EXPECT_TRUE(whole.ends_with("</Item>") || whole.ends_with("/>")) << whole;
        }
      }
    }
  }
}

}  // namespace
}  // namespace understudy::wpi
