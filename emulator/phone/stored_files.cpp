// The files of a phone, as its items list them (guide p.245).
#include <array>
#include <cstdio>
#include <utility>

#include "phone/files.h"

namespace understudy::phone {

namespace {

enum Column { date, time_of_day, name, type, status, columns };  // in the order of the guide's status message (p.54)
constexpr std::array<std::string_view, columns> items_of_a_result = {"file-deployment-date", "file-deployment-time", "file-deployment-name",
                                                                     "file-deployment-type", "file-deployment-status"};
using Row = std::array<std::string, columns>;

// A phone's clock, which starts with the run on 1 January 2026: it has no other time. Whether the guide's 10:06:2008 (p.54)
// begins with the day or with the month is not known; here the day comes first (inferred).
Row row_of(const FileResult& result) {
  using namespace std::chrono;
  const sys_seconds now = sys_days(year(2026) / January / 1) + floor<seconds>(result.at);
  const auto today = floor<days>(now);
  const year_month_day day(today);
  const hh_mm_ss<seconds> clock(now - today);
  std::array<char, 64> date_text{}, time_text{};
  std::snprintf(date_text.data(), date_text.size(), "%02u:%02u:%04d", static_cast<unsigned>(day.day()),
                static_cast<unsigned>(day.month()), static_cast<int>(day.year()));
  std::snprintf(time_text.data(), time_text.size(), "%02d:%02d:%02d", static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  return {date_text.data(), time_text.data(), result.name, result.type, result.ok ? "ok" : "failed"};
}

std::string held(const items::Store& store, Column column, int index) {
  const std::string* value = store.find(items_of_a_result[column], index);
  return value ? *value : std::string();
}

// The index under which the file is listed; the first free one where it is not.
int place_of(const items::Store& store, const std::string& wanted_name, const std::string& wanted_type) {
  int index = 1;
  for (; store.find(items_of_a_result[name], index); ++index)
    if (held(store, name, index) == wanted_name && held(store, type, index) == wanted_type) break;
  return index;
}

}  // namespace

std::vector<wpi::Item> items_of(const std::vector<FileResult>& results) {
  std::vector<wpi::Item> items;
  for (const FileResult& result : results) {
    Row row = row_of(result);
    for (std::size_t column = 0; column < columns; ++column) {
      wpi::Item& item = items.emplace_back();
      item.name = items_of_a_result[column];
      item.index = result.index;
      item.value = std::move(row[column]);
    }
  }
  return items;
}

bool list_file(items::Store& store, const FileResult& result) {
  const int index = place_of(store, result.name, result.type);
  if (index > most_files) return false;
  Row row = row_of(result);
  for (std::size_t column = 0; column < columns; ++column)
    store.put(items_of_a_result[column], index, std::move(row[column]), {items::Who::service, result.at});
  return true;
}

bool is_listed(const items::Store& store, const std::string& wanted_name, const std::string& wanted_type) {
  return store.find(items_of_a_result[name], place_of(store, wanted_name, wanted_type)) != nullptr;
}

bool unlist_file(items::Store& store, const std::string& wanted_name, const std::string& wanted_type) {
  int index = place_of(store, wanted_name, wanted_type);
  if (!store.find(items_of_a_result[name], index)) return false;
  for (; store.find(items_of_a_result[name], index + 1); ++index)
    for (const std::string_view item : items_of_a_result)
      store.put(item, index, *store.find(item, index + 1), *store.last_change(item, index + 1));
  for (const std::string_view item : items_of_a_result) store.remove(item, index);
  return true;
}

}  // namespace understudy::phone
