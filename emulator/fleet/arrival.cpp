#include "fleet/arrival.h"

#include <chrono>

#include "net/words.h"
#include "phone/media.h"

namespace understudy::fleet {

namespace {

constexpr std::uint64_t most_firmware =
    64 * 1024 * 1024;  // bytes (ours: no source says how large images are)
constexpr auto worth_telling = std::chrono::milliseconds(100);  // of a wait for a thread

}  // namespace

net::DownloadOrder order_of(const FilesWanted& wanted, const phone::File& file) {
  const phone::MediaRule* rule = phone::media_rule(*wanted.model, file.type);
  net::DownloadOrder order;
  order.source = file.source;
  order.name = file.name;
  order.source_address = wanted.source_address;
  order.profile = wanted.profile;
  order.most_bytes = rule ? rule->most_bytes : most_firmware;
  return order;
}

phone::Download arrived(const FilesWanted& wanted, const phone::File& file, const net::Downloaded& downloaded,
                        FileStore& store) {
  phone::Download result{downloaded.bytes != nullptr, downloaded.why};
  if (const phone::MediaRule* rule = phone::media_rule(*wanted.model, file.type); rule && result.ok) {
    result.why = phone::unfit(*downloaded.bytes, *rule);
    result.ok = result.why.empty();
  }
  if (file.type == phone::firmware_type)
    result.content = downloaded.bytes;  // the phone looks at it itself, and does not keep it
  else if (result.ok)
    if (const auto kept = store.put(wanted.mac, file.type, file.name, downloaded.bytes); !kept)
      result = {false, kept.error()};
  return result;
}

std::string line_of(const phone::File& file, const net::DownloadOrder& order, const phone::Download& result,
                    const net::Downloaded& downloaded) {
  const auto whole = [](net::microseconds time) {
    return net::in_words(std::chrono::round<std::chrono::milliseconds>(time));
  };
  const std::size_t bytes = downloaded.bytes ? downloaded.bytes->size() : 0;
  std::string out = file.type + " " + file.name + " from " + net::place_of(order) + ": " +
                    (result.ok ? "ok, " + net::bytes_in_words(bytes)
                               : (downloaded.bytes ? "not taken: " : "failed: ") + result.why) +
                    ", " + whole(downloaded.took);
  if (downloaded.waited >= worth_telling) out += ", after " + whole(downloaded.waited) + " without a thread";
  for (const std::string& note : downloaded.notes) out += "; " + note;
  return out;
}

void forget_in(FileStore& store, const std::string& mac, const std::string& type, const std::string& name) {
  if (type.empty() && name.empty())
    store.remove_all(mac);
  else
    store.remove(mac, type, name);
}

}  // namespace understudy::fleet
