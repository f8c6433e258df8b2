// Follows a phone for the pages that are open: what has changed goes into its feed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "look/ladder_html.h"
#include "wbm/feed.h"
#include "wbm/page.h"

namespace understudy::wbm {

// Events: "items" (a JSON list of settings), "wire" (a JSON list of ladders as lines), "face" (HTML in a JSON string),
// "service" (a JSON object: away). All read at one moment stand in one event.
class Watch {
 public:
  Watch(const House& house, const About& about, const look::Ladders& ladders, look::LadderStyle style, std::string id);
  // Looks what has changed since the last time.
  void look();
  const std::shared_ptr<Feed>& feed() const { return feed_; }
  // When somebody last wanted its feed: see Site::tick().
  microseconds wanted{};

 private:
  struct Seen {
    std::string value;
    items::Change change;
    bool operator==(const Seen&) const = default;
  };
  void look_at_items();
  void look_at_wire();
  void look_at_face();

  const House& house_;
  const About& about_;
  const look::Ladders& ladders_;
  look::LadderStyle style_;
  std::string id_;
  std::shared_ptr<Feed> feed_ = std::make_shared<Feed>();
  std::map<items::Key, Seen> seen_;
  std::uint32_t changes_ = 0;  // of the phone's items, that were looked at
  std::uint64_t wire_ = 0;     // of the ladders
  std::string face_, away_;
};

// Follows all of them for the page that lists them: events "row", {"id", "html"}.
class ListWatch {
 public:
  ListWatch(const House& house, const look::Ladders& ladders);
  void look();
  const std::shared_ptr<Feed>& feed() const { return feed_; }
  microseconds wanted{};

 private:
  // What a row is made of, in short: the row is made anew when it differs.
  struct Seen {
    const look::Ladder* last = nullptr;
    std::uint32_t changes = 0;
    bool idle = true, in_call = false;
    bool operator==(const Seen&) const = default;
  };
  Seen seen_of(const std::string& id) const;

  const House& house_;
  const look::Ladders& ladders_;
  std::shared_ptr<Feed> feed_ = std::make_shared<Feed>();
  std::map<std::string, Seen> seen_;
};

}  // namespace understudy::wbm
