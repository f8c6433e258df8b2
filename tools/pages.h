// The phones' web pages, where they are wanted: the site, its server, and what ties them to the phones on the stage.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "fleet/file_store.h"
#include "fleet/stage.h"
#include "listening_place.h"
#include "look/ladder.h"
#include "net/event_loop.h"
#include "wbm/page.h"

namespace understudy::tools {

class Pages {
 public:
  struct Settings {
    ListeningPlace place;
    wbm::About about;
    bool mask = true;
  };
  // All must outlive it, and the loop must not run without it. The error is one line.
  static tl::expected<std::unique_ptr<Pages>, std::string> open(Settings settings, net::EventLoop& loop, fleet::Stage& stage,
                                                                const fleet::FileStore& files,
                                                                look::Ladders& ladders, std::vector<std::string> phones);
  ~Pages();
  std::string url() const;

 private:
  Pages();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::tools
