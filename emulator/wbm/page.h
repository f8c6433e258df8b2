// The frame of every page, and pieces that several have.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "items/store.h"
#include "wbm/house.h"
#include "wbm/sessions.h"
#include "wbm/web.h"

namespace understudy::wbm {

// What all pages of a run have in common.
struct About {
  std::string service;  // URL of the provisioning service
  std::string program;  // "understudy 0.1.0"
  std::chrono::system_clock::time_point start;  // of the run, which the phones' times are counted from
};

// A page is asked for: by whom, about which phone.
struct Visit {
  const Asked& asked;
  const About& about;
  const House& house;
  Session* session = nullptr;          // nullptr: nobody is logged in
  std::string id = {};                 // of the phone; empty: none
  const phone::Phone* phone = nullptr; // likewise nullptr
  Role role = Role::user;              // as whom, where the session is one of this phone
  bool logged_in = false;
  std::uint64_t feed = 0;              // the last event of the phone's feed, as the page shows it
  std::string away = {};               // why the phone's service cannot be reached; empty: it can
};

enum class Part { phones, phone, settings, wire, password, log_in, none };

struct Page {
  std::string title;
  Part part = Part::none;
  std::string main;      // inside <main>
  bool live = false;     // follows the phone's events
};

std::string frame(const Visit& visit, const Page& page);
Answer as_answer(const Visit& visit, const Page& page, int status = 200);
// A page that says in a sentence or two what went wrong.
Answer problem(const Visit& visit, int status, const std::string& title, const std::string& text);

// The path of a phone's page: path_of("phone-1", "wire/7").
std::string path_of(const std::string& phone, std::string_view rest = "");
// <input type="hidden"> with the session's token, for every form.
std::string token_field(const Visit& visit);
// <time> with the time of day of a moment of the run.
std::string time_of_day(const About& about, microseconds at);
// "set by the service at 12:03:04"; nothing where it is the factory's.
std::string who_and_when(const About& about, items::Change change);
std::string banner(std::string_view kind, const std::string& text);

}  // namespace understudy::wbm
