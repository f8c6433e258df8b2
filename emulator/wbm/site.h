// The phone's web pages and their API: what is answered to a request. Lives on the thread that the phones live on.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "look/ladder.h"
#include "transcript/mask.h"
#include "wbm/house.h"
#include "wbm/page.h"
#include "wbm/passwords.h"
#include "wbm/sessions.h"
#include "wbm/watch.h"
#include "wbm/web.h"

namespace understudy::wbm {

class Site {
 public:
  // How long a phone is followed after somebody last asked for one of its live pages.
  static constexpr microseconds follows = std::chrono::minutes(1);

  // All must outlive the site. `hosts`: what a browser may call it ("127.0.0.1:8443"); other names are refused, so that no
  // other page's name can be made to mean it. Without `masker` secrets in what was said stand in clear.
  Site(House& house, look::Ladders& ladders, About about, std::vector<std::string> hosts, transcript::Masker* masker);
  ~Site();

  Answer answer(const Asked& asked);
  // What has changed goes to the pages that are open, and suspensions that are over end. To be called some times a second.
  void tick();
  // No feed goes on.
  void close();

 private:
  Answer page(Visit& visit, const std::vector<std::string>& path);
  Answer post(Visit& visit, const std::vector<std::string>& path);
  Answer api(Visit& visit, const std::vector<std::string>& path);
  Answer api_of_phone(Visit& visit, const std::vector<std::string>& path);
  Answer log_in(Visit& visit);
  Answer change_password(Visit& visit);
  Answer save(Visit& visit, const std::string& key);
  Answer act(Visit& visit, const std::string& name, const std::string& argument, std::string& done);
  Answer api_log_in(Visit& visit);
  Answer file(Visit& visit, const std::string& type, const std::string& name);
  Answer wire(Visit& visit, const std::string& number);
  Answer events(Visit& visit);
  LogIn try_password(Visit& visit, Role role, const std::string& password);
  void changed(const std::string& id, std::vector<wpi::Item> items, Role role);
  Watch& watch(const std::string& id);
  ListWatch& list_watch();
  look::LadderStyle style(const std::string& id) const;

  House& house_;
  look::Ladders& ladders_;
  About about_;
  std::vector<std::string> hosts_;
  transcript::Masker* masker_;
  Sessions sessions_;
  std::map<std::string, Passwords> passwords_;
  std::map<std::string, std::unique_ptr<Watch>> watches_;  // of phones that somebody looks at
  std::unique_ptr<ListWatch> list_watch_;                  // likewise; else nullptr
};

}  // namespace understudy::wbm
