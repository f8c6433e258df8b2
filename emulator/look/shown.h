// The words, numbers and signs in which ladders are shown. Not for others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "look/ladder_html.h"

namespace understudy::look {

// "1,234"
std::string grouped(std::uint64_t number);
// "1 item", "3 items"
std::string counted(std::uint64_t number, std::string_view noun);
// "<1 ms", "34 ms", "1.2 s", "3 min 5 s"
std::string duration(microseconds time);
// At most so many characters, with an ellipsis where something was cut.
std::string clipped(std::string_view text, std::size_t characters);
// Free text as HTML: secrets that are known are covered, markup is not.
std::string worded(const LadderStyle& style, std::string_view text);
// A <time>.
std::string when(const LadderStyle& style, microseconds at);

// "must", "should" or "note": a class that the stylesheet knows, whatever the level says.
std::string_view class_of(const Remark& remark);
// The weightiest of them; empty where there is none.
std::string_view worst_of(const std::vector<Remark>& remarks);
std::string chip(std::string_view css_class, std::string_view text);
// An <ul> of what was not kept; nothing where there is nothing.
std::string remarks_html(const LadderStyle& style, const std::vector<Remark>& remarks);

// "start-up", "poll", "contact-me", "restart"
std::string title_of(const Ladder& ladder);
// "CleanUp", "unclean: status 404", "goes on"; nothing for what is no interaction.
std::string ending_of(const Ladder& ladder);
// The interaction did not end as it should.
bool ended_badly(const Ladder& ladder);
// "the phone restarts", "a call begins"
std::string happening(const transcript::Mark& mark);
// "calls back"
std::string_view heeded(transcript::Heed heed);
// Contact-me as it should be, or what stood on the request line.
std::string asked(const transcript::Contact& contact);

microseconds end_of(const Rung& rung);

// What goes from one side to the other: a request or an answer.
struct Arrow {
  microseconds at{};
  bool from_phone = true;
  std::string what = {};                  // "reply-to ReadAllItems, accepted"; plain text from the wire
  std::string status = {};                // "500 Internal Server Error"; empty where it is nothing worth saying
  std::optional<std::size_t> items = {};  // absent where a message has none
  std::optional<microseconds> took = {};  // of an answer: since the request's last byte
  std::string lost = {};                  // why it did not come, or not whole; empty if it did
};
Arrow request_of(const transcript::Exchange& exchange);
// nullopt: nothing was sent that could be answered.
std::optional<Arrow> answer_of(const transcript::Exchange& exchange);

// The names of a message's items, with their index: "sip-name[2]".
std::vector<std::string> item_names(const wpi::Document* document, std::string_view body);

}  // namespace understudy::look
