#include "fleet_support.h"

#include "support/messages.h"

namespace understudy::fleet {

phone::Phone made(const Who& who) {
  return phone::Phone({who.mac, who.number, "127.0.0.11"}, **phone::model_named(who.model), **phone::firmware_named(who.firmware),
                      "127.0.0.1:18443", "/DeploymentService/LoginService", 1, {}, who.limits);
}

phone::Phone with_realm(const std::string& value, const Who& who) {
  phone::Phone phone = made(who);
  phone.set_up({item("realm", value)});
  return phone;
}

std::string realm_of(const phone::Phone& phone) { return *phone.store().find("realm"); }

std::string words_of(const StateError& error, const std::string& path) {
  std::string text = error.text;
  if (text.starts_with(path)) text.replace(0, path.size(), "PATH");
  return (error.kind == StateError::Kind::wrong_file ? "wrong file: " : "could not run: ") + text;
}

std::string opening(const std::string& path) {
  const auto file = StateFile::open(path);
  return file ? "opened" : words_of(file.error(), path);
}

}  // namespace understudy::fleet
