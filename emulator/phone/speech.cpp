#include "phone/speech.h"

#include <algorithm>
#include <utility>

namespace understudy::phone {

wpi::HttpRequest request_of(const wpi::PhoneMessage& message, const std::string& path, const std::string& host_header,
                            const std::vector<wpi::Header>& cookies) {
  wpi::HttpRequest request;
  wpi::write(message, request.body);
  request.method = "POST";
  request.target = path;
  request.headers.push_back({"Host", host_header});
  if (!cookies.empty()) {
    std::string all;
    for (const wpi::Header& cookie : cookies) all.append(all.empty() ? "" : "; ").append(cookie.name + "=" + cookie.value);
    request.headers.push_back({"Cookie", std::move(all)});
  }
  request.headers.push_back({"Content-Type", "text/xml"});
  request.headers.push_back({"Content-Length", std::to_string(request.body.size())});
  return request;
}

std::shared_ptr<const wpi::Document> document_of(wpi::PhoneMessage message) {
  const auto text = [](std::string_view value) { return wpi::Text{std::string(value), {}, 0}; };
  auto document = std::make_shared<wpi::Document>();
  document->well_formed = true;
  document->root = "WorkpointMessage";
  document->root_namespace = wpi::dls_namespace;
  document->messages = 1;
  document->nonce = text(message.nonce);
  if (message.max_items) document->max_items = text(*message.max_items);
  if (message.fragment) document->fragment = text(spelling(*message.fragment));
  wpi::ReasonText reason{text(spelling(message.reason)), std::nullopt, std::nullopt};
  if (message.action) reason.action = text(*message.action);
  if (message.status) reason.status = text(spelling(*message.status));
  document->reasons.push_back(std::move(reason));
  document->item_lists = message.has_item_list ? 1 : 0;
  document->items = std::move(message.items);
  return document;
}

std::size_t written_size(const wpi::Item& item) {
  constexpr std::size_t markup = std::string_view("    <Item name=\"\" index=\"\" status=\"\"></Item>\n").size();
  std::size_t size = markup + item.name.size() + item.status.size() + (item.index ? item.index->size() : 0) + item.value.size();
  for (char c : item.value)
    if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\'' || static_cast<unsigned char>(c) < ' ') size += 5;
  return size;
}

void keep_cookies(const wpi::HttpResponse& response, std::vector<wpi::Header>& cookies) {
  for (const wpi::Header& header : response.headers) {
    if (!wpi::same_ignoring_case(header.name, "Set-Cookie")) continue;
    const std::string_view pair = std::string_view(header.value).substr(0, header.value.find(';'));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    const wpi::Header cookie{std::string(pair.substr(0, equals)), std::string(pair.substr(equals + 1))};
    const auto old = std::find_if(cookies.begin(), cookies.end(), [&](const wpi::Header& c) { return c.name == cookie.name; });
    if (old != cookies.end())
      *old = cookie;
    else
      cookies.push_back(cookie);
  }
}

}  // namespace understudy::phone
