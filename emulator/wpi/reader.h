// Reads WPI messages: lenient in what it understands, exact in what it remembers.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "wpi/message.h"

namespace understudy::wpi {

enum class Sender { phone, service };

struct ReadLimits {
  std::size_t bytes = 4 * 1024 * 1024;
  int depth = 64;
  std::size_t items = 100'000;
  bool operator==(const ReadLimits&) const = default;
};

struct ReadOptions {
  bool validate = false;  // against our schema of the sender's messages: Oddity::schema where nothing else explains it
  ReadLimits limits = {};
};

// Xerces must be alive while any Reader is. One object in main (or in a test's main) holds it.
class XmlRuntime {
 public:
  XmlRuntime();
  ~XmlRuntime();
  XmlRuntime(const XmlRuntime&) = delete;
  XmlRuntime& operator=(const XmlRuntime&) = delete;
};

// A reader is costly to make (and loads a grammar when it first validates) and cheap to use again; one a thread.
class Reader {
 public:
  Reader();
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Never throws and never fails: what cannot be read comes back with well_formed false and the place of the error,
  // with all that was understood before it.
  Document read(std::string_view bytes, Sender sender, const ReadOptions& options = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::wpi
