#include "fleet/fetcher.h"

#include <array>
#include <cstdio>

#include "net/words.h"
#include "phone/media.h"

namespace understudy::fleet {

using phone::File;

namespace {

constexpr std::uint64_t most_firmware = 64 * 1024 * 1024;  // bytes (ours: no source says how large images are)
constexpr auto worth_telling = std::chrono::milliseconds(100);  // of a wait for a thread

// "1.5 MB"
std::string megabytes(std::uint64_t bytes) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f MB", static_cast<double>(bytes) / (1024.0 * 1024.0));
  return text.data();
}

net::DownloadOrder order_of(const FilesWanted& wanted, const File& file, const phone::MediaRule* rule) {
  net::DownloadOrder order;
  order.source = file.source;
  order.name = file.name;
  order.source_address = wanted.source_address;
  order.profile = wanted.profile;
  order.most_bytes = rule ? rule->most_bytes : most_firmware;
  return order;
}

// "LOGO logo.png from https://192.0.2.9:443/logo.png: ok, 1234 bytes, 34 ms"
std::string line_of(const File& file, const net::DownloadOrder& order, const phone::Download& result,
                    std::size_t bytes, const net::Downloaded& downloaded) {
  const auto whole = [](net::microseconds time) {
    return net::in_words(std::chrono::round<std::chrono::milliseconds>(time));
  };
  std::string out = file.type + " " + file.name + " from " + net::place_of(order) + ": " +
                    (result.ok ? "ok, " + net::bytes_in_words(bytes) : (downloaded.bytes ? "not taken: " : "failed: ") + result.why) + ", " +
                    whole(downloaded.took);
  if (downloaded.waited >= worth_telling) out += ", after " + whole(downloaded.waited) + " without a thread";
  for (const std::string& note : downloaded.notes) out += "; " + note;
  return out;
}

}  // namespace

Fetcher::Fetcher(net::EventLoop& loop, net::MayConnect may_connect, FileStore& store, Times times)
    : loop_(loop), store_(store), times_(times), pool_(loop, std::move(may_connect)) {}

Fetcher::~Fetcher() {
  for (const auto& [key, work] : under_way_) loop_.cancel(work.timer);
}

void Fetcher::fetch(FilesWanted wanted, std::function<void(std::vector<phone::Download>)> done) {
  const Key key{wanted.phone, wanted.number};
  give_up(wanted.phone, wanted.number);  // of a phone that was made anew
  under_way_.emplace(key, Work{std::move(wanted), std::move(done), {}});
  next(key);
}

void Fetcher::next(const Key& key) {
  Work& work = under_way_.at(key);
  if (work.results.size() == work.wanted.files.size()) {
    const auto done = std::move(work.done);
    auto results = std::move(work.results);
    under_way_.erase(key);
    return done(std::move(results));
  }
  const File& file = work.wanted.files[work.results.size()];
  net::DownloadOrder order = order_of(work.wanted, file, phone::media_rule(*work.wanted.model, file.type));
  order.stall = times_.stall;
  order.total = times_.total;
  work.download = pool_.fetch(
      order, [this, key, order](net::Downloaded downloaded) { came(key, order, std::move(downloaded)); });
  work.timer = loop_.after(times_.tells_every, [this, key] { tell_progress(key); });
}

void Fetcher::came(const Key& key, const net::DownloadOrder& order, net::Downloaded downloaded) {
  Work& work = under_way_.at(key);
  loop_.cancel(work.timer);
  const File& file = work.wanted.files[work.results.size()];
  phone::Download result{downloaded.bytes != nullptr, downloaded.why};
  const std::size_t size = downloaded.bytes ? downloaded.bytes->size() : 0;
  if (const phone::MediaRule* rule = phone::media_rule(*work.wanted.model, file.type); rule && result.ok) {
    result.why = phone::unfit(*downloaded.bytes, *rule);
    result.ok = result.why.empty();
  }
  if (file.type == phone::firmware_type)
    result.content = downloaded.bytes;  // the phone looks at it itself, and does not keep it
  else if (result.ok)
    if (const auto kept = store_.put(work.wanted.mac, file.type, file.name, downloaded.bytes); !kept)
      result = {false, kept.error()};
  if (record) record(work.wanted.phone, line_of(file, order, result, size, downloaded));
  work.results.push_back(std::move(result));
  next(key);
}

void Fetcher::tell_progress(const Key& key) {
  Work& work = under_way_.at(key);
  const auto progress = pool_.progress(work.download);
  if (progressed && progress.received > 0)
    progressed(key.first, work.wanted.files[work.results.size()].name + ": \u2026 " +
                              megabytes(progress.received) +
                              (progress.announced > 0 ? " of " + megabytes(progress.announced) : ""));
  work.timer = loop_.after(times_.tells_every, [this, key] { tell_progress(key); });
}

void Fetcher::give_up(const std::string& phone, std::uint32_t number) {
  const auto found = under_way_.find({phone, number});
  if (found == under_way_.end()) return;
  loop_.cancel(found->second.timer);
  pool_.cancel(found->second.download);
  under_way_.erase(found);
}

void Fetcher::forget(const std::string& mac, const std::string& type, const std::string& name) {
  if (type.empty() && name.empty())
    store_.remove_all(mac);
  else
    store_.remove(mac, type, name);
}

}  // namespace understudy::fleet
