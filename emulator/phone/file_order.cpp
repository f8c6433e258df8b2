// What FileDeployment orders, entry by entry.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <string_view>
#include <utility>

#include "phone/files.h"
#include "phone/media.h"
#include "wpi/http.h"

namespace understudy::phone {

using wpi::Item;

namespace {

// What says that there is a file; priorities and versions belong to firmware (guide p.56).
constexpr std::array<std::string_view, 9> items_of_a_file = {"file-action", "file-https-base-url", "file-name",
                                                             "file-path",   "file-port",           "file-pwd",
                                                             "file-server", "file-type",           "file-username"};

constexpr std::size_t longest_name = 255;  // bytes, as file systems have it

// The items of one file.
class Entry {
 public:
  explicit Entry(std::optional<std::string> index) : index_(std::move(index)) {}
  void add(const Item& item) { items_.push_back(&item); }
  const std::optional<std::string>& index() const { return index_; }
  // NULL is the guide's word for an item that is not set (p.177).
  std::string value_of(std::string_view name) const {
    const auto found = std::find_if(items_.rbegin(), items_.rend(), [&](const Item* item) { return item->name == name; });
    return found == items_.rend() || (*found)->value == "NULL" ? std::string() : (*found)->value;
  }
  // Its place among the others: 0 without an index, last where that is no number.
  int place() const {
    if (!index_) return 0;
    int number = 0;
    const auto [end, error] = std::from_chars(index_->data(), index_->data() + index_->size(), number);
    const bool is_number = error == std::errc() && end == index_->data() + index_->size() && number >= 1;
    return is_number ? number : no_number;
  }
  bool has_bad_index() const { return place() == no_number; }

 private:
  static constexpr int no_number = std::numeric_limits<int>::max();
  std::optional<std::string> index_;
  std::vector<const Item*> items_;
};

std::vector<Entry> entries_of(const wpi::Document& order) {
  std::vector<Entry> entries;
  for (const Item& item : order.items) {
    if (std::find(items_of_a_file.begin(), items_of_a_file.end(), item.name) == items_of_a_file.end()) continue;
    auto entry = std::find_if(entries.begin(), entries.end(), [&](const Entry& one) { return one.index() == item.index; });
    if (entry == entries.end()) entry = entries.insert(entries.end(), Entry(item.index));
    entry->add(item);
  }
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.place() < b.place(); });
  return entries;
}

// On some systems these are devices, whatever stands behind a dot.
bool is_device(std::string_view name) {
  std::string word(name.substr(0, name.find('.')));
  while (word.ends_with(' ')) word.pop_back();
  for (char& c : word) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (word == "CON" || word == "PRN" || word == "AUX" || word == "NUL") return true;
  return word.size() == 4 && (word.starts_with("COM") || word.starts_with("LPT")) && word[3] >= '0' && word[3] <= '9';
}

// FTP is lines: such a one would be more than one.
bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
}

// The last part of the path, without what may stand behind it.
std::string name_in(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t host = url.find("://");
  const std::size_t path = url.find('/', host == std::string_view::npos ? 0 : host + 3);
  if (path == std::string_view::npos) return {};
  return std::string(url.substr(url.rfind('/') + 1));
}

// The guide's example has the whole URL in what is called its base; the phone's own page asks for the server alone (guide
// p.53). Both are taken: what does not end with the file's name yet, is continued by it (inferred).
std::string whole_url(std::string url, const std::string& name) {
  if (url.find("://") == std::string::npos) url = "https://" + url;
  const bool has_query = url.find('?') != std::string::npos;
  if (name.empty() || has_query || name_in(url) == name) return url;
  return url + (url.ends_with('/') ? "" : "/") + name;
}

std::string wrong_source(const Entry& entry, FileSource& source) {
  const std::string port = entry.value_of("file-port");
  source.username = entry.value_of("file-username");
  source.password = entry.value_of("file-pwd");
  if (has_control_characters(source.username + source.password + source.url + entry.value_of("file-path")))
    return "its address, user or password has control characters";
  if (!source.url.empty()) return wpi::same_ignoring_case(std::string_view(source.url).substr(0, 8), "https://") ? "" : "its URL is none of HTTPS";
  source.server = entry.value_of("file-server");
  source.path = entry.value_of("file-path");
  if (source.server.empty()) return "the order does not say where it is";
  if (port.empty()) return {};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), source.port);
  const bool is_port = error == std::errc() && end == port.data() + port.size() && source.port > 0;
  return is_port ? "" : "its port is none";
}

// A model that is known to have no use for files of that type. The table says so in words.
bool lacks(const items::Model& model, std::string_view type) {
  const auto says_no = [](std::string_view text) { return text.starts_with("no ") || text.starts_with("none "); };
  return (type == "LOGO" && says_no(model.logo)) || (type == "SCREENSAVER" && says_no(model.screensaver));
}

std::string wrong_with(const Entry& entry, File& file, const items::Model& model) {
  const std::string action = entry.value_of("file-action");
  file.deletes = action == "delete";
  if (entry.has_bad_index()) return "its index is no number from 1 on";
  if (file.name.empty()) return "the order does not name it";
  if (!is_file_name(file.name)) return "its name is none that a file can have";
  if (file.type.empty()) return "the order does not say of which type it is";
  if (!std::binary_search(stored_types().begin(), stored_types().end(), file.type))
    return "its type is none that a phone stores";
  if (!action.empty() && action != "deploy" && action != "delete") return "its action is neither deploy nor delete";
  if (file.deletes) return {};
  if (lacks(model, file.type)) return model.device_type + " has no use for it";
  return wrong_source(entry, file.source);
}

}  // namespace

bool is_file_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && name != "." && name != ".." && name.find_first_of("/\\") == std::string_view::npos &&
         !has_control_characters(name) && !is_device(name);
}

std::vector<File> files_in(const wpi::Document& order, const items::Model& model) {
  std::vector<File> files;
  for (const Entry& entry : entries_of(order)) {
    File file;
    file.index = entry.index();
    file.name = entry.value_of("file-name");
    file.type = entry.value_of("file-type");
    const std::string url = entry.value_of("file-https-base-url");
    if (!url.empty()) file.source.url = whole_url(url, file.name);
    if (file.name.empty()) file.name = name_in(file.source.url);
    file.wrong = wrong_with(entry, file, model);
    files.push_back(std::move(file));
  }
  return files;
}

// What it gives beside where the image is, nobody needs to load it: the image says what it is. That both have to be there is the
// guide's (p.56), and that their lack makes the order fail is inferred; services were seen to leave them out (field), so that it
// does not.
File software_in(const wpi::Document& order) {
  Entry entry(std::nullopt);
  for (const Item& item : order.items) entry.add(item);
  File file;
  file.name = entry.value_of("file-name");
  file.type = entry.value_of("file-type");
  const std::string url = entry.value_of("file-https-base-url");
  if (!url.empty()) file.source.url = whole_url(url, file.name);
  if (file.name.empty()) file.name = name_in(file.source.url);
  if (file.name.empty())
    file.wrong = "the order does not name the image";
  else if (!is_file_name(file.name))
    file.wrong = "its name is none that a file can have";
  else if (file.type != firmware_type)
    file.wrong = "its type is not APP";
  else
    file.wrong = wrong_source(entry, file.source);
  return file;
}

}  // namespace understudy::phone
