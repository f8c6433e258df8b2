// What phones say and hear, a line each, as it happens.
#pragma once

#include <cstdio>
#include <string>

#include "phone/phone.h"
#include "transcript/entry.h"

namespace understudy::tools {

class Live : public transcript::Sink {
 public:
  struct Style {
    bool colour = false;
    std::size_t width = 100;   // columns
    bool cuts = false;         // what is wider; else a line is as long as it is
    bool name_phones = false;  // several phones: each line says which
  };
  // Passes every entry on to `next`.
  Live(transcript::Sink& next, Style style, std::FILE* out) : next_(next), style_(style), out_(out) {}
  void take(const transcript::Entry& entry) override;
  // What a phone said that is not ours; the exchange comes as an entry.
  void says(const transcript::Exchange& exchange);
  // A message goes out; its answer comes as an entry.
  void sends(const std::string& phone, const phone::Send& send);
  // How far a download is that takes long.
  void downloads(const std::string& phone, const std::string& text);
  // A line of ours between those of the phones.
  void say(const std::string& text);

 private:
  void show(const transcript::Exchange& exchange);
  void show(const transcript::Contact& contact);
  void show(const transcript::Mark& mark);
  // `sign` is one of a message out or in, or of something that happened.
  void line(const std::string& phone, const char* sign, const std::string& text, const std::string& behind = "");

  transcript::Sink& next_;
  Style style_;
  std::FILE* out_;
};

}  // namespace understudy::tools
