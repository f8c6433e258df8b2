#include "fleet/fetcher.h"

#include <array>
#include <cstdio>

#include "fleet/arrival.h"

namespace understudy::fleet {

using phone::File;

namespace {

// "1.5 MB"
std::string megabytes(std::uint64_t bytes) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f MB", static_cast<double>(bytes) / (1024.0 * 1024.0));
  return text.data();
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
  net::DownloadOrder order = order_of(work.wanted, file);
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
  phone::Download result = arrived(work.wanted, file, downloaded, store_);
  if (record) record(work.wanted.phone, line_of(file, order, result, downloaded));
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
  forget_in(store_, mac, type, name);
}

}  // namespace understudy::fleet
