// A phone made by hand, which says to a service what a test wants it to say.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "reference/service.h"
#include "support/messages.h"
#include "wpi/layout.h"
#include "wpi/message.h"
#include "wpi/reader.h"
#include "wpi/writer.h"

namespace understudy::reference {

// What came back: the bytes, and what they say.
struct Answer {
  net::Served served;
  int status = 0;
  wpi::Headers headers;
  std::string body;
  wpi::Document document;

  std::optional<wpi::Action> action() const { return document.action(); }
  std::string header(std::string_view name) const;  // empty if there is none
  // "name[index]=value" of each item, in their order.
  std::vector<std::string> items() const;
};

class HandPhone {
 public:
  HandPhone(Service& service, std::string mac, std::string firmware = "V3 R5.12.0");

  // A first message with the identity, and more items behind it.
  Answer opens(wpi::Reason reason, std::vector<wpi::Item> more = {});
  Answer starts_up(bool changed = false);
  // A reply; its items are what the phone adds to it.
  Answer replies(wpi::Action action, wpi::ReplyStatus status = wpi::ReplyStatus::accepted,
                 std::vector<wpi::Item> items = {},
                 std::optional<wpi::Fragment> fragment = wpi::Fragment::final_);
  Answer cleans_up(std::string why);
  // From a start-up to the end, as a phone does that takes everything and has nothing set. Returns the
  // actions.
  std::vector<wpi::Action> runs(Answer first);
  Answer posts(const std::string& body);

  std::string cookie;  // sent where it is not empty
  std::string nonce = "0123456789ABCDEF0123456789ABCDEF";  // another one with each first message, unless a test changes it
  std::optional<std::string> max_items = "-1";
  std::vector<wpi::Item> has;  // what it reports to ReadAllItems, and to ReadItems by name and index
  bool closes = false;         // says Connection: close
  wpi::Layout layout;          // of its messages
  bool reversed = false;       // its first messages list their items in the opposite order
  bool verbatim = false;       // sends cookies back with their attributes
  std::string calls = "127.0.0.1:18443";  // which of the service's addresses
  std::string certificate;     // what it shows there, PEM

 private:
  Answer says(const wpi::PhoneMessage& message);
  void takes_new_nonce();
  std::vector<wpi::Item> identity(bool changed) const;

  Service& service_;
  wpi::Reader reader_;
  std::string mac_, firmware_;
  std::string opened_with_;  // the nonce of its last first message
};

// What a service answers to any request; its body is not read as a message.
Answer ask(Service& service, const wpi::HttpRequest& request,
           std::chrono::microseconds now = std::chrono::seconds(1), const std::string& local = "", const std::string& certificate = "");

Options simulated(std::vector<std::string> defects = {});

}  // namespace understudy::reference
