// How a phone's message becomes a request, and what is kept of the answers' cookies.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wpi/http.h"
#include "wpi/layout.h"
#include "wpi/message.h"
#include "wpi/writer.h"

namespace understudy::phone {

// The request that carries a message: the headers of a real phone in its order (field), with one Cookie header where
// there are cookies. It asks for no Connection: close, since the guide wants the connection kept (p.12).
wpi::HttpRequest request_of(const wpi::PhoneMessage& message, const wpi::Layout& layout, const std::string& path,
                            const std::string& host_header, const std::vector<wpi::Header>& cookies);

// Another body, and the Content-Length that it has.
void set_body(wpi::HttpRequest& request, std::string body);

// The message as the judge reads it, without parsing what was just written. Items that came written are left out.
std::shared_ptr<const wpi::Document> document_of(wpi::PhoneMessage message, const wpi::Layout& layout);

// What one message of a reply has of its items.
struct ItemPart {
  std::string written;           // as elements
  std::vector<wpi::Item> items;  // the same; empty where they came written already
};

// The items of a reply, split where they are too many for one message (guide p.69).
class ItemParts {
 public:
  static constexpr std::size_t envelope = 600;  // bytes of a message around its items, at most
  // In bytes: the limit of a message, and what is expected of all items.
  ItemParts(std::size_t message_limit, const wpi::Layout& layout, std::size_t expected = 0);

  void add(wpi::Item item);
  void add_written(std::string_view elements);  // one or more, as wpi::append_item() writes them
  std::vector<ItemPart> take();  // at least one

 private:
  std::size_t limit_;
  wpi::Layout layout_;
  std::vector<ItemPart> parts_ = std::vector<ItemPart>(1);
};

// Takes over each Set-Cookie: the name and value, with the attributes only if `verbatim`; a new value in the place of an
// old one.
void keep_cookies(const wpi::HttpResponse& response, std::vector<wpi::Header>& cookies, bool verbatim);

}  // namespace understudy::phone
