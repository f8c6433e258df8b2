// How a phone's message becomes a request, and what is kept of the answers' cookies.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wpi/http.h"
#include "wpi/message.h"
#include "wpi/writer.h"

namespace understudy::phone {

// The request that carries a message: the headers of a real phone in its order (field), with one Cookie header where
// there are cookies. It asks for no Connection: close, since the guide wants the connection kept (p.12).
wpi::HttpRequest request_of(const wpi::PhoneMessage& message, const std::string& path, const std::string& host_header,
                            const std::vector<wpi::Header>& cookies);

// The message as the judge reads it, without parsing what was just written.
std::shared_ptr<const wpi::Document> document_of(wpi::PhoneMessage message);

// Bytes that an item takes in a message, at most: with its line end, escaped.
std::size_t written_size(const wpi::Item& item);

// Takes over each Set-Cookie: the name and value without the attributes, a new value in the place of an old one.
void keep_cookies(const wpi::HttpResponse& response, std::vector<wpi::Header>& cookies);

}  // namespace understudy::phone
