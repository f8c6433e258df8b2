#include "wbm/feed.h"

#include <utility>

namespace understudy::wbm {

void Feed::add(std::string_view name, std::string_view data, Role role) {
  const std::lock_guard lock(mutex_);
  std::string text = "id: " + std::to_string(++last_) + "\nevent: ";
  text.append(name).append("\ndata: ").append(data).append("\n\n");
  bytes_ += text.size();
  events_.push_back({last_, role, std::move(text)});
  while (events_.size() > 1 && (events_.size() > most_events || bytes_ > most_bytes)) {
    bytes_ -= events_.front().text.size();
    events_.pop_front();
  }
  came_.notify_all();
}

std::uint64_t Feed::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

void Feed::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  came_.notify_all();
}

bool Feed::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

Feed::News Feed::wait(std::uint64_t after, Role role, std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  came_.wait_for(lock, limit, [&] { return closed_ || last_ != after; });
  News news{{}, last_, closed_};
  if (last_ == after) return news;
  const std::uint64_t oldest = events_.empty() ? last_ + 1 : events_.front().number;
  if (after > last_ || after + 1 < oldest) {
    news.text = "id: " + std::to_string(last_) + "\nevent: reload\ndata: {}\n\n";
    return news;
  }
  for (auto event = events_.begin() + static_cast<std::ptrdiff_t>(after + 1 - oldest); event != events_.end(); ++event)
    if (event->role == Role::user || role == Role::administrator) news.text += event->text;
  return news;
}

int Feed::readers() const {
  const std::lock_guard lock(mutex_);
  return readers_;
}

Feed::Reader::Reader(Feed& feed) : feed_(feed) {
  const std::lock_guard lock(feed_.mutex_);
  ++feed_.readers_;
}

Feed::Reader::~Reader() {
  const std::lock_guard lock(feed_.mutex_);
  --feed_.readers_;
}

}  // namespace understudy::wbm
