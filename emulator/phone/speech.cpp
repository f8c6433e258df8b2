#include "phone/speech.h"

#include <algorithm>
#include <utility>

namespace understudy::phone {

wpi::HttpRequest request_of(const wpi::PhoneMessage& message, const wpi::Layout& layout, const std::string& path,
                            const std::string& host_header, const std::vector<wpi::Header>& cookies) {
  wpi::HttpRequest request;
  if (layout == wpi::Layout{})
    wpi::write(message, request.body);
  else
    wpi::write(message, layout, request.body);
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

void set_body(wpi::HttpRequest& request, std::string body) {
  for (wpi::Header& header : request.headers)
    if (wpi::same_ignoring_case(header.name, "Content-Length")) header.value = std::to_string(body.size());
  request.body = std::move(body);
}

std::shared_ptr<const wpi::Document> document_of(wpi::PhoneMessage message, const wpi::Layout& layout) {
  const auto text = [](std::string_view value) { return wpi::Text{std::string(value), {}, 0}; };
  auto document = std::make_shared<wpi::Document>();
  document->well_formed = true;
  document->root = "WorkpointMessage";
  document->root_namespace = wpi::dls_namespace;
  document->messages = 1;
  if (message.has_nonce) document->nonce = text(message.nonce);
  if (message.max_items) document->max_items = text(*message.max_items);
  if (message.fragment) document->fragment = text(spelling(*message.fragment));
  wpi::ReasonText reason{text(spelling(message.reason)), std::nullopt, std::nullopt};
  if (message.action) reason.action = text(*message.action);
  if (!message.other_status.empty())
    reason.status = text(message.other_status);
  else if (message.status)
    reason.status = text(status_word(*message.status, layout));
  document->reasons.push_back(std::move(reason));
  document->item_lists = message.has_item_list ? 1 : 0;
  document->items = std::move(message.items);
  document->items_left_out = document->items.empty() && !message.written_items.empty();
  return document;
}

ItemParts::ItemParts(std::size_t message_limit, const wpi::Layout& layout, std::size_t expected) : layout_(layout) {
  limit_ = message_limit - std::min(message_limit, envelope);
  parts_.back().written.reserve(std::min(limit_, expected));
}

void ItemParts::add(wpi::Item item) {
  std::string element;
  if (layout_ == wpi::Layout{})
    wpi::append_item(element, item);
  else
    wpi::append_item(element, item, layout_);
  if (!parts_.back().written.empty() && parts_.back().written.size() + element.size() > limit_) parts_.emplace_back();
  parts_.back().written += element;
  parts_.back().items.push_back(std::move(item));
}

void ItemParts::add_written(std::string_view elements) {
  constexpr std::string_view end = "</Item>\n";  // stands in no value: they are escaped
  while (!elements.empty()) {
    std::string& part = parts_.back().written;
    const std::size_t room = limit_ - std::min(limit_, part.size());
    std::size_t fitting = elements.size();
    if (fitting > room) {
      const std::size_t last = room < end.size() ? elements.npos : elements.rfind(end, room - end.size());
      fitting = last == elements.npos ? 0 : last + end.size();
      if (fitting == 0 && part.empty()) fitting = elements.find(end) + end.size();  // too long for any message
    }
    part.append(elements.substr(0, fitting));
    elements.remove_prefix(fitting);
    if (!elements.empty()) parts_.emplace_back();
  }
}

std::vector<ItemPart> ItemParts::take() { return std::move(parts_); }

void keep_cookies(const wpi::HttpResponse& response, std::vector<wpi::Header>& cookies, bool verbatim) {
  for (const wpi::Header& header : response.headers) {
    if (!wpi::same_ignoring_case(header.name, "Set-Cookie")) continue;
    const std::size_t end = verbatim ? header.value.size() : header.value.find(';');
    const std::string_view pair = std::string_view(header.value).substr(0, end);
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
