#include "support/messages.h"

namespace understudy {

wpi::Item item(std::string name, std::string value, std::optional<std::string> index, std::string status) {
  wpi::Item made;
  made.name = std::move(name);
  made.index = std::move(index);
  made.value = std::move(value);
  made.status = std::move(status);
  return made;
}

std::string service_message(std::string_view inside, std::string_view nonce) {
  return std::string("<DLSMessage xmlns=\"http://www.siemens.com/DLS\"><Message nonce=\"")
      .append(nonce)
      .append("\">")
      .append(inside)
      .append("</Message></DLSMessage>");
}

}  // namespace understudy
