#include "net/keys.h"

#include <chrono>
#include <utility>

#include "certs/bundle.h"
#include "certs/facts.h"
#include "certs/sealed.h"
#include "items/fields.h"

namespace understudy::net {

namespace {

constexpr std::string_view format = "understudy.secure-mode/1";

}  // namespace

tl::expected<phone::Certificate, std::string> CertificateKeys::read(std::string_view value) const {
  const auto bundle = certs::read_bundle(value, password_);
  if (!bundle) return tl::unexpected(std::string(certs::sentence_of(bundle.error())));
  const auto facts = certs::facts_of(bundle->certificate);
  if (!facts) return tl::unexpected(facts.error());
  if (const certs::Validity validity = certs::validity_at(*facts, std::chrono::system_clock::now()); validity != certs::Validity::valid)
    return tl::unexpected("the certificate is " + std::string(name_of(validity)));
  return phone::Certificate{bundle->pem(), bundle->key, certs::info_text(*facts)};
}

tl::expected<std::vector<wpi::Item>, std::string> CertificateKeys::unpack(std::string_view data, std::string_view password) const {
  const auto text = certs::opened(data, password);
  if (!text) return tl::unexpected(text.error());
  std::string_view rest = *text;
  if (items::next_part(rest, '\n') != format) return tl::unexpected(std::string("what it holds is no list of items"));
  std::vector<wpi::Item> out;
  while (!rest.empty()) {
    std::string_view line = items::next_part(rest, '\n');
    const auto name = items::value_of_field(items::next_part(line, '\t'));
    const auto index = items::value_of_field(items::next_part(line, '\t'));
    const auto value = items::value_of_field(line);
    if (!name || !index || !value || name->empty()) return tl::unexpected(std::string("what it holds is no list of items"));
    wpi::Item& item = out.emplace_back();
    item.name = *name;
    if (!index->empty()) item.index = *index;
    item.value = *value;
  }
  return out;
}

tl::expected<std::string, std::string> packed(const std::vector<wpi::Item>& items, std::string_view password) {
  std::string text(format);
  text += '\n';
  for (const wpi::Item& item : items) {
    items::append_field(text, item.name);
    text += '\t';
    items::append_field(text, item.index.value_or(""));
    text += '\t';
    items::append_field(text, item.value);
    text += '\n';
  }
  return certs::sealed(text, password);
}

}  // namespace understudy::net
