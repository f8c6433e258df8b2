// Decides what is said next to a phone: the good service itself, whole in here. Knows messages, not bytes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reference/record.h"
#include "wpi/message.h"

namespace understudy::reference {

// One phone's interaction at the moment that it speaks. What it returns is said to the phone unless a defect
// thinks otherwise; said() is told what it came to.
class Conversation {
 public:
  // Orders in one interaction; then it is ended, whatever still waits.
  static constexpr int most_orders = 150;
  // Interactions in which a phone may vanish before a job is given up.
  static constexpr int most_attempts = 3;

  // The phone's interaction must be open.
  Conversation(PhoneBook& book, Phone& phone);

  // The phone's first message.
  Order begin(wpi::Reason reason, const wpi::Document& message);
  // A reply-to. `digest` of the message's bytes tells a message said again from a new one.
  Order reply(const wpi::Document& message, std::size_t digest);
  // A status that answers an order of files.
  Order status(const wpi::Document& message);
  // The phone itself ends the interaction (guide p.13, p.83).
  Order phone_ends(const wpi::Document& message);

  void said(const Order& order, std::size_t digest);

 private:
  Order next();
  // Fills in what the job writes; false, and the job has failed, where that cannot be.
  bool prepare_bootstrap(Job& job);
  Order bootstrap_answered(Job& job, const std::vector<wpi::Item>& items);
  Order tan_answered(const std::vector<wpi::Item>& items);
  Order clean_up() const;
  void remember_calls(wpi::Reason reason);
  bool wants_reading(wpi::Reason reason, const wpi::Document& message) const;
  void settle(wpi::Reason reason, const wpi::Document& message);
  void settle_restart(Job& job, wpi::Reason reason);
  void settle_files(Job& job, wpi::Reason reason, const wpi::Document& message);
  void settle_bootstrap(Job& job);
  void settle_software(Job& job, wpi::Reason reason, const wpi::Document& message);

  Order was_busy(const Order& order);
  void respect(const std::vector<wpi::Item>& changes);
  void user_comes_or_goes(const wpi::Document& message);
  Order has_failed(const Order& order);
  Order complete(const Order& order, const std::vector<wpi::Item>& items);
  void take_all(const std::vector<wpi::Item>& items);
  void learned(const std::vector<wpi::Item>& items);
  void read_for_all(std::size_t count);
  void queue_profile(bool was_known);
  void queue_chosen();
  void queue_start_up_items();
  Order job_answered(const Order& order, const std::vector<wpi::Item>& items);
  void wrote(Job& job, const Order& order, const std::vector<wpi::Item>& answer);
  void verified(const Order& order, const std::vector<wpi::Item>& items);
  void files_verified(Job& job, const std::vector<wpi::Item>& items);

  static std::string about(wpi::Action action, const std::vector<wpi::Item>& items);
  bool said_twice(const Order& order) const;
  bool files_are_under_way() const;
  bool was_deployed(const Job& job) const;
  bool more_of(std::uint64_t job) const;
  void finish(Job& job, JobState state, std::string outcome);
  void finish_write(Job& job);
  void give_up(std::uint64_t job, const std::string& why);
  void remember_refused(const wpi::Item& item, std::string status);

  PhoneBook& book_;
  Phone& phone_;
  Interaction& open_;
};

}  // namespace understudy::reference
