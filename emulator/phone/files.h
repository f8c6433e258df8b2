// Files that a service orders (guide p.52-55): what the order says, and the list of those that a phone holds (guide p.245).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "items/model.h"
#include "items/store.h"
#include "wpi/message.h"

namespace understudy::phone {

using std::chrono::microseconds;

// Where a file is to be fetched: by HTTPS where there is a URL, else by FTP.
struct FileSource {
  std::string url;        // whole, with the file: "https://192.0.2.10/media/bell.wav"; empty: by FTP
  std::string server;     // of FTP, without port
  std::uint16_t port = 21;
  std::string path;       // its folder there; may be empty
  std::string username, password;  // for either; may be empty
};

// The type of firmware images (guide p.57).
constexpr std::string_view firmware_type = "APP";

// One file of an order.
struct File {
  std::optional<std::string> index;  // as the order has it; none where it orders one file (guide p.53, p.55)
  std::string name, type;            // (name, type) is unique on a phone (guide p.55)
  bool deletes = false;              // else it is to be fetched and stored
  FileSource source;
  std::string wrong;                 // why it cannot be done, in words; empty: it can
};

// What an order is about: the file without index first, then by index. An entry that is incomplete or impossible on this
// model has `wrong` filled; none at all: nothing was ordered. Of an item that stands twice the last one holds.
std::vector<File> files_in(const wpi::Document& order, const items::Model& model);

// The firmware image that an order is about (guide p.56, p.57), of type APP; `wrong` where the order is incomplete or impossible.
File software_in(const wpi::Document& order);

// What became of one.
struct FileResult {
  std::optional<std::string> index;
  std::string name, type;
  bool ok = false;
  microseconds at{};
};

// The five items that a status message has of each, in the guide's order (p.54); with an index where the order had one.
std::vector<wpi::Item> items_of(const std::vector<FileResult>& results);

// How many files a phone holds at most (the number is ours: no source gives one).
constexpr int most_files = 100;
// Writes into the store's file-deployment-* items what became of a transfer, in place of what was said of that file before.
// False if there is no room for one more.
bool list_file(items::Store& store, const FileResult& result);
// Something is said there of that file.
bool is_listed(const items::Store& store, const std::string& name, const std::string& type);
// Takes a file out of them; those behind it move up. False if it is not there.
bool unlist_file(items::Store& store, const std::string& name, const std::string& type);

// A name that a file can have on a phone, and on whatever keeps the phone's files: at most 255 bytes, no way to another folder
// ("..", "/", "\\"), no control characters, no name of a device ("CON", "nul.txt").
bool is_file_name(std::string_view name);

// An order under way.
struct Deployment {
  std::uint32_t fetch = 0;  // its number, see Fetch
  std::vector<File> files;
  bool software = false;    // firmware: its one file is an image
  bool answered = false;    // the order has had its reply: the outcome comes in an interaction of its own
};

// What a phone keeps of its orders as long as there is something to keep.
struct Deployments {
  std::vector<Deployment> under_way;
  std::deque<std::vector<FileResult>> to_tell;  // each by a status message
};

}  // namespace understudy::phone
