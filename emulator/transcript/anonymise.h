// Makes of a recording one that everybody may read: secrets masked, and what names people, phones and places replaced, each by
// the same stand-in everywhere (identities.h).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "transcript/entry.h"
#include "transcript/identities.h"
#include "transcript/mask.h"
#include "wpi/reader.h"

namespace understudy::transcript {

// Every entry is learned first, and then rewritten: who is named late is known by then where he stands earlier. All bytes keep
// their length, so that lengths are judged as before, and carets stay in place. Times, versions, paths and user agents stay.
class Anonymiser {
 public:
  struct Items {
    std::function<bool(std::string_view item)> is_secret, identifies;
    std::function<bool(std::string_view word)> is_common;  // names nobody
  };
  explicit Anonymiser(const Items& items);

  void learn(const Entry& entry);
  // With its messages parsed anew.
  Entry anonymised(Entry entry);
  // Any other text, as the name of a file.
  std::string words(std::string_view text);

 private:
  void rewrite(Start& start);
  void rewrite(PhoneMark& mark);
  void rewrite(Mark& mark);
  void rewrite(Exchange& exchange);
  void rewrite(Contact& contact);
  wpi::HttpRequest rewritten(wpi::HttpRequest request);
  wpi::HttpResponse rewritten(wpi::HttpResponse response);
  std::string header(std::string_view name, std::string_view value);
  std::string body(std::string_view bytes);
  std::string bytes(std::string_view text);
  std::string place(std::string_view address);
  std::string certified(std::string_view name);
  void cover_base64(std::string& text);

  bool masked_ = false;  // by who wrote it
  bool learning_ = true;
  Masker secrets_;
  Identities identities_;
  Masker named_;  // the values of items that identify
  wpi::Reader reader_;
};

}  // namespace understudy::transcript
