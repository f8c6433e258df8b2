#include "reference/files.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "certs/base64.h"
#include "items/model.h"
#include "phone/image.h"
#include "reference/samples.h"

namespace understudy::reference {

namespace {

using Found = tl::expected<std::string, std::string>;

constexpr std::string_view text_type = "text/plain; charset=utf-8", samples_prefix = "samples/",
                           image_end = ".img";
constexpr std::size_t image_size = 64 * 1024;  // bytes; real ones have some MB

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> types = {
    {{".bmp", "image/bmp"},
     {".img", "application/octet-stream"},
     {".jpeg", "image/jpeg"},
     {".jpg", "image/jpeg"},
     {".mid", "audio/midi"},
     {".mp3", "audio/mpeg"},
     {".png", "image/png"},
     {".txt", "text/plain"},
     {".wav", "audio/wav"}}};

std::string_view type_of(std::string_view path) {
  const std::string_view end = path.substr(std::min(path.rfind('.'), path.size()));
  for (const auto& [ending, type] : types)
    if (wpi::same_ignoring_case(end, ending)) return type;
  return "application/octet-stream";
}

Found not_there(std::string why) {
  return tl::unexpected(std::move(why));
}

std::string with(std::string_view text, char wanted, char in_place_of) {
  std::string out(text);
  std::replace(out.begin(), out.end(), in_place_of, wanted);
  return out;
}

// A path that leads nowhere else, whatever it is looked up in.
bool is_sound(std::string_view path) {
  const bool odd = std::any_of(path.begin(), path.end(),
                               [](unsigned char c) { return c < 0x20 || c == 0x7F || c == '\\'; });
  if (odd) return false;
  for (std::size_t at = 0;;) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (part.empty() || part == "." || part == "..") return false;
    if (end == path.size()) return true;
    at = end + 1;
  }
}

bool may_have(const wpi::HttpRequest& request, const ServedFiles& files) {
  if (files.user.empty()) return true;
  const std::string* given = wpi::find_header(request.headers, "Authorization");
  constexpr std::string_view scheme = "Basic ";
  if (!given || !wpi::same_ignoring_case(std::string_view(*given).substr(0, scheme.size()), scheme))
    return false;
  return certs::from_base64(std::string_view(*given).substr(scheme.size())) ==
         files.user + ":" + files.password;
}

Found file(const std::string& path, const ServedFiles& files) {
  if (!is_sound(path)) return not_there("There is no such file.");
  if (path.starts_with(samples_prefix))
    if (auto bytes = sample_bytes(std::string_view(path).substr(samples_prefix.size())))
      return std::move(*bytes);
  return files.read ? files.read(path) : not_there("There is no such file: only the samples are served.");
}

std::optional<std::string> model_in(std::string_view part) {
  for (const items::Model& model : items::models())
    if (with(model.device_type, '-', ' ') == part) return model.device_type;
  return std::nullopt;
}

Found image(std::string_view path) {
  const std::size_t slash = std::min(path.find('/'), path.size());
  const auto model = model_in(path.substr(0, slash));
  if (!model) return not_there("There is no model of that name: write /images/OpenStage-60/V3-R5.13.0.img.");
  std::string_view name = path.substr(std::min(slash + 1, path.size()));
  const bool ends = name.ends_with(image_end);
  if (ends) name.remove_suffix(image_end.size());
  const std::string version = ends ? phone::version_of(with(name, ' ', '-')) : "";
  if (version.empty())
    return not_there("That is no version of firmware: write /images/OpenStage-60/V3-R5.13.0.img.");
  return phone::make_image({*model, "Siemens SIP", version}, image_size);
}

Found found(std::string_view path, const ServedFiles& files) {
  const bool of_images = path.starts_with(images_prefix);
  std::string below;
  try {
    Poco::URI::decode(std::string(path.substr(of_images ? images_prefix.size() : files_prefix.size())),
                      below);
  } catch (const Poco::Exception&) {
    return not_there("The path cannot be read.");
  }
  return of_images ? image(below) : file(below, files);
}

}  // namespace

bool is_of_files(std::string_view path) {
  return path.starts_with(files_prefix) || path.starts_with(images_prefix);
}

HttpAnswer file_answer(const wpi::HttpRequest& request, std::string_view path, const ServedFiles& files,
                       bool close, std::string_view server) {
  const auto text = [&](int status, const std::string& said) {
    return http_answer(status, text_type, said + "\n", close, server);
  };
  const bool head = request.method == "HEAD";
  HttpAnswer answer;
  if (!head && request.method != "GET") {
    answer = text(405, "Files can be asked for with GET and HEAD alone.");
    set_header(answer, "Allow", "GET, HEAD");
  } else if (path.starts_with(files_prefix) && !may_have(request, files)) {
    answer = text(401, "Wrong user or password.");
    set_header(answer, "WWW-Authenticate", "Basic realm=\"files\", charset=\"UTF-8\"");
  } else if (auto bytes = found(path, files)) {
    answer = http_answer(200, type_of(path), std::move(*bytes), close, server);
  } else {
    answer = text(404, bytes.error());
  }
  if (head) answer.body.clear();  // its length stays
  return answer;
}

std::string path_of_sample(std::string_view name) {
  return std::string(files_prefix).append(samples_prefix).append(name);
}

std::string path_of_image(std::string_view model, std::string_view version) {
  const auto known = items::model_named(model);
  const std::string whole = phone::version_of(version);
  if (!known || whole.empty()) return {};
  return std::string(images_prefix) + with((*known)->device_type, '-', ' ') + "/" + with(whole, '-', ' ') +
         std::string(image_end);
}

}  // namespace understudy::reference
