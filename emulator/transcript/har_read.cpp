#include <algorithm>
#include <memory>
#include <utility>

#include "transcript/har.h"
#include "transcript/har_entry.h"
#include "transcript/har_stream.h"
#include "transcript/woven.h"

namespace understudy::transcript {

using Poco::JSON::Object;

namespace {

class HarReader {
 public:
  HarReader(const TakeEntry& take, std::size_t window) : take_(take), window_(window) {}
  void creator(const Object::Ptr& object);
  void entry(const Object::Ptr& object);
  Extent finish();
  std::size_t entries() const { return count_; }

 private:
  // What ends the reading, though nothing is wrong.
  struct Enough : Poco::RuntimeException {
    using Poco::RuntimeException::RuntimeException;
  };

  void weave_on();
  void weave_earliest();
  Recording recording();
  void hand(Entry entry);

  const TakeEntry& take_;
  std::size_t window_;
  std::vector<RecordedExchange>
      recorded_;  // a heap, the earliest first, from the time on that they are woven while they come
  std::unique_ptr<LiveWeaver> weaver_;
  LeftOut left_out_;
  std::string creator_ = "an unknown program";
  bool masked_ = false, browser_ = false, cookies_ = false;
  std::size_t count_ = 0;
  std::size_t kept_ = 0;
  microseconds first_{};
  HarEntries entries_;
};

void HarReader::creator(const Object::Ptr& object) {
  const std::string name = text_in(object, "name");
  if (!name.empty()) creator_ = name + " " + text_in(object, "version");
  const bool ours = name == har_creator;
  entries_.exact_times = ours;
  masked_ = ours && text_in(object, "comment") == har_masked;
  browser_ = name == "WebInspector";
}

// Bytes that an exchange is kept in, roughly. What is no message is seen to be none without its bytes.
std::size_t size_of(const RecordedExchange& one) {
  constexpr std::size_t of_an_entry = 1024;
  const Exchange& exchange = one.exchange;
  return of_an_entry + exchange.request.body.size() +
         (exchange.response ? exchange.response->body.size() : 0);
}

// In a heap the earliest comes first, and of one time the one that stands first in the file.
bool comes_later(const RecordedExchange& a, const RecordedExchange& b) {
  return std::pair(a.exchange.begun, a.entry) > std::pair(b.exchange.begun, b.entry);
}

void HarReader::hand(Entry entry) {
  if (!take_(std::move(entry))) throw Enough("enough");
}

Recording HarReader::recording() {
  // Chrome leaves cookies out of what it saves, unless asked for them.
  if (browser_ && !cookies_)
    for (RecordedExchange& one : recorded_) one.exchange.untold.add(Fact::cookies);
  return {creator_, masked_, std::move(recorded_), std::move(left_out_), count_};
}

// There is more than the window holds: what it has is woven as it goes.
void HarReader::weave_on() {
  Recording begun = recording();
  first_ = first_time(begun.exchanges);
  hand(start_of(begun, first_));
  recorded_ = std::move(begun.exchanges);
  left_out_ = std::move(begun.left_out);
  std::make_heap(recorded_.begin(), recorded_.end(), comes_later);
  weaver_ = std::make_unique<LiveWeaver>([this](const Entry& entry) { hand(entry); });
}

void HarReader::weave_earliest() {
  std::pop_heap(recorded_.begin(), recorded_.end(), comes_later);
  RecordedExchange one = std::move(recorded_.back());
  recorded_.pop_back();
  kept_ -= size_of(one);
  count_from(first_, one.exchange);
  weaver_->take(std::move(one));
}

void HarReader::entry(const Object::Ptr& object) {
  RecordedExchange one;
  one.entry = ++count_;
  if (flag_in(object, "_apart")) return left_out_.add(Lack::apart, count_, text_in(object, "comment"));
  if (!entries_.read(object, one)) return left_out_.add(Lack::bad_entry, count_, "");
  Exchange& exchange = one.exchange;
  cookies_ = cookies_ || wpi::find_header(exchange.request.headers, "Cookie") ||
             (exchange.response && wpi::find_header(exchange.response->headers, "Set-Cookie"));
  std::string& body = exchange.request.body;
  if (body.find("ReasonForContact") == std::string::npos && body.find("ContactMe=") == std::string::npos &&
      body.find('\0') == std::string::npos) {
    body.resize(std::min<std::size_t>(body.size(), 1));
    if (exchange.response) exchange.response->body.clear();
  }
  kept_ += size_of(one);
  if (weaver_ && browser_ && !cookies_) exchange.untold.add(Fact::cookies);
  recorded_.push_back(std::move(one));
  if (weaver_) std::push_heap(recorded_.begin(), recorded_.end(), comes_later);
  if (kept_ <= window_) return;
  if (!weaver_) weave_on();
  while (kept_ > window_) weave_earliest();
}

Extent HarReader::finish() {
  Extent extent;
  try {
    if (weaver_) {
      while (!recorded_.empty()) weave_earliest();
      weaver_->finish();
      extent.left_out = std::move(left_out_);
      for (const LeftOut::Kind& kind : weaver_->left_out().kinds()) extent.left_out.add(kind);
    } else {
      Transcript whole = transcript_of(recording());
      extent.left_out = std::move(whole.left_out);
      for (Entry& entry : whole.entries) hand(std::move(entry));
    }
  } catch (const Enough&) {  // whoever hears it wants no more
  }
  extent.recorded = count_;
  extent.counted = extent.found_by = "entry";
  return extent;
}

tl::unexpected<FileProblem> refused(FileError error, std::string text) {
  return tl::unexpected(FileProblem{error, 0, 0, std::move(text)});
}

}  // namespace

bool looks_like_har(std::string_view beginning) {
  if (beginning.starts_with("\xEF\xBB\xBF")) beginning.remove_prefix(3);
  const std::size_t first = beginning.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || beginning[first] != '{') return false;
  const std::size_t key = beginning.find_first_not_of(" \t\r\n", first + 1);
  return key != std::string_view::npos && beginning.substr(key).starts_with("\"log\"");
}

tl::expected<Extent, FileProblem> read_har(std::istream& in, const TakeEntry& take, std::size_t window) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  std::string beginning(mark.size(), '\0');
  in.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  in.clear();
  if (beginning != mark) in.seekg(0);
  bool enough = false;
  const TakeEntry watched = [&](Entry entry) {
    enough = enough || !take(std::move(entry));
    return !enough;
  };
  HarReader reader(watched, window);
  const HarFrame frame = read_har_parts(in, {[&](const auto& creator) { reader.creator(creator); },
                                             [&](const auto& entry) { reader.entry(entry); }});
  if (enough) return Extent{};
  if (!frame.error.empty()) return refused(FileError::bad_line, frame.error);
  const bool none = !frame.has_log || !frame.has_entries;
  if (!frame.cut_off.empty() && (none || reader.entries() == 0))
    return refused(FileError::not_a_transcript,
                   "is cut off before its first entry is whole, at " + frame.cut_off);
  if (none) return refused(FileError::not_a_transcript, "is no HTTP archive: it has no list of entries");
  Extent extent = reader.finish();
  if (!frame.cut_off.empty())
    extent.cut_off = "it is cut off at " + frame.cut_off + ", after " + std::to_string(reader.entries()) +
                     (reader.entries() == 1 ? " entry that is whole" : " entries that are whole");
  return extent;
}

}  // namespace understudy::transcript
