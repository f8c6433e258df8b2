#include "transcript/identities.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "transcript/identity_forms.h"
#include "transcript/shape.h"

namespace understudy::transcript {

namespace {

constexpr std::size_t shortest_word = 4, shortest_number = 5;  // shorter ones would be found in any text

std::uint32_t beginning(std::string_view text, std::size_t at) {
  std::uint32_t out = 0;
  std::memcpy(&out, text.data() + at, sizeof out);
  return out;
}

std::size_t hash_of(std::uint32_t beginning) {
  return (beginning * 2654435761U) >> 16U;
}

// `stand_in` in the case of `text`.
std::string in_case_of(std::string_view text, std::string stand_in) {
  for (std::size_t i = 0; i < stand_in.size() && i < text.size(); ++i)
    if (stand_in[i] >= 'a' && stand_in[i] <= 'z' && text[i] >= 'A' && text[i] <= 'Z')
      stand_in[i] = static_cast<char>(stand_in[i] - 'a' + 'A');
  return stand_in;
}

bool is_neutral(std::string_view value) {
  constexpr std::array<std::string_view, 9> neutral = {"null", "true", "false", "none", "unknown",
                                                       "yes",  "no",   "on",    "off"};
  const std::string lower = folded(value);
  return value.size() <= 1 || std::find(neutral.begin(), neutral.end(), lower) != neutral.end();
}

// What everybody's messages name.
bool is_everybodys(std::string_view host) {
  constexpr std::array<std::string_view, 6> names = {"www.siemens.com",       "www.w3.org",
                                                     "schemas.xmlsoap.org",   "localhost",
                                                     "localhost.localdomain", "schemas.microsoft.com"};
  return std::find(names.begin(), names.end(), folded(host)) != names.end();
}

bool is_scheme(std::string_view word) {
  constexpr std::array<std::string_view, 8> schemes = {"http", "https", "ftp",  "sip",
                                                       "sips", "tel",   "ldap", "ldaps"};
  return std::find(schemes.begin(), schemes.end(), folded(word)) != schemes.end();
}

}  // namespace

Identities::Identities(std::function<bool(std::string_view word)> is_common)
    : is_common_(std::move(is_common)) {}

void Identities::remember(std::string_view text, std::string_view stand_in, bool anywhere) {
  if (text.size() < shortest_word) return;
  std::string key = folded(text);
  std::vector<Learned>& same = learned_[beginning(key, 0)];
  if (std::any_of(same.begin(), same.end(), [&](const Learned& each) { return each.text == key; })) return;
  may_begin_.set(hash_of(beginning(key, 0)));
  const auto place = std::find_if(same.begin(), same.end(),
                                  [&](const Learned& each) { return each.text.size() < key.size(); });
  same.insert(place, {std::move(key), std::string(stand_in), anywhere});
}

void Identities::learn(std::string_view text, std::string_view stand_in) {
  remember(text, stand_in, true);
}

std::string Identities::word(std::string_view text) {
  const std::string key = folded(text);
  const auto [place, fresh] = stand_ins_.try_emplace("word " + key);
  if (fresh) {
    place->second = shape_of(key);
    count_up(place->second, count("word " + place->second));
    if (text.size() >= shortest_word && !is_common_(key)) remember(key, place->second, false);
  }
  return in_case_of(text, place->second);
}

std::string Identities::number(std::string_view digits) {
  const auto [place, fresh] = stand_ins_.try_emplace("number " + std::string(digits));
  if (fresh) {
    std::string& out = place->second;
    const std::size_t noughts = std::min(digits.find_first_not_of('0'), digits.size());
    out = std::string(noughts, '0') + std::string(digits.size() - noughts, '0');
    if (digits.size() - noughts > 1) {
      std::string rest = out.substr(noughts + 1);
      count_up(rest, count("number " + out));
      out.replace(noughts, std::string::npos, "5" + rest);
    } else {
      out = digits;  // a single one names nobody
    }
    if (digits.size() >= shortest_number) remember(digits, out, false);
  }
  return place->second;
}

std::string Identities::mac(std::string_view text) {
  std::string key;
  for (const char c : folded(text))
    if (is_hex(c)) key.push_back(c);
  if (key == std::string(12, '0') || key == std::string(12, 'f')) return std::string(text);
  const auto [place, fresh] = stand_ins_.try_emplace("mac " + key);
  if (fresh) {
    std::string rest(10, '0');
    count_up(rest, count("mac"));
    place->second = "02" + rest;
    remember(key, place->second, true);
  }
  std::string out(text);
  std::size_t at = 0;
  for (char& c : out)
    if (is_hex(c)) c = place->second[at++];
  return out;
}

std::string Identities::address(std::string_view text) {
  const auto octets = octets_of(text);
  if (!octets || octets->front() == 127 || octets->front() == 0 || octets->front() >= 224)
    return std::string(text);
  const auto [place, fresh] = stand_ins_.try_emplace("address " + std::string(text));
  if (!fresh) return place->second;
  std::array<std::size_t, 4> lengths{};
  std::string shape;
  for (std::size_t i = 0; i < 4; ++i) {
    lengths[i] = (*octets)[i] > 99 ? 3 : (*octets)[i] > 9 ? 2 : 1;
    shape.push_back(static_cast<char>('0' + lengths[i]));
  }
  // The first octet, and of the others the least and how many there are.
  std::array<std::uint64_t, 4> least{}, room{1, 9, 9, 9};
  for (std::size_t i = 1; i < 4; ++i) {
    least[i] = lengths[i] == 3 ? 100 : lengths[i] == 2 ? 10 : 1;
    room[i] = lengths[i] == 3 ? 155 : lengths[i] == 2 ? 90 : 9;
  }
  least[0] = lengths[0] == 1 ? 0 : 10;
  if (lengths[0] == 3 && lengths[1] == 3) least[0] = 192, least[1] = 168, room[1] = 1;
  if (lengths[0] == 3 && lengths[1] == 2) least[0] = 172, least[1] = 16, room[1] = 16;
  if (lengths[0] == 3 && lengths[1] == 1) least[0] = 240;
  std::uint64_t n = count("address " + shape) - 1;
  std::array<std::uint64_t, 4> out{};
  for (std::size_t i = 4; i-- > 0; n /= room[i]) out[i] = least[i] + n % room[i];
  for (std::size_t i = 0; i < 4; ++i) place->second += (i == 0 ? "" : ".") + std::to_string(out[i]);
  return place->second;
}

std::string Identities::address6(std::string_view text) {
  if (text == "::1" || text == "::") return std::string(text);
  const auto [place, fresh] = stand_ins_.try_emplace("address " + folded(text));
  if (!fresh) return place->second;
  std::string& out = place->second;
  out = std::string(text);
  const std::size_t embedded = text.find('.') == std::string_view::npos ? text.size() : text.rfind(':') + 1;
  std::string digits;  // all but the first group and an address of IPv4
  const std::size_t from = std::min(text.find(':'), text.size());
  for (std::size_t i = from; i < embedded; ++i)
    if (is_hex(out[i])) digits.push_back('0');
  count_up(digits, count("address6 " + shape_of(out)));
  for (std::size_t i = from, at = 0; i < embedded; ++i)
    if (is_hex(out[i])) out[i] = digits[at++];
  if (from == 4 && !folded(text).starts_with("fe80")) out.replace(0, 4, "fd00");
  if (embedded < text.size()) out.replace(embedded, std::string::npos, address(text.substr(embedded)));
  return out;
}

std::string Identities::host(std::string_view name) {
  if (octets_of(name)) return address(name);
  if (is_address6(name)) return address6(name);
  if (is_everybodys(name)) return std::string(name);
  std::string out;
  std::vector<std::size_t> labels;
  for (std::size_t from = 0; from <= name.size();) {
    const std::size_t end = std::min(name.find('.', from), name.size());
    const std::string_view label = name.substr(from, end - from);
    labels.push_back(from);
    const bool top = end == name.size() && from > 0;
    out += top ? std::string(label.size(), 'z') : words(label);
    if (end < name.size()) out.push_back('.');
    from = end + 1;
  }
  // With its domain, which others may be in.
  for (std::size_t n = 0; n + 1 < labels.size(); ++n)
    remember(name.substr(labels[n]), folded(std::string_view(out).substr(labels[n])), false);
  return in_case_of(name, out);
}

// Each run of letters and digits by another.
std::string Identities::words(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_word(text, at);
    if (end == at) {
      out.push_back(text[at++]);
      continue;
    }
    if (const std::size_t length = length_of_mac(text, at); length > 0) {
      out += mac(text.substr(at, length));
      at += length;
      continue;
    }
    if (const std::size_t length = length_of_address(text, at); length > 0) {
      out += address(text.substr(at, length));
      at += length;
      continue;
    }
    const std::string_view run = text.substr(at, end - at);
    const bool digits = std::all_of(run.begin(), run.end(), [](char c) { return c >= '0' && c <= '9'; });
    const bool scheme = end < text.size() && text[end] == ':' && is_scheme(run);
    out += scheme ? std::string(run) : digits ? number(run) : word(run);
    at = end;
  }
  return out;
}

std::string Identities::stand_in(std::string_view value) {
  if (is_neutral(value)) return std::string(value);
  if (length_of_mac(value, 0) == value.size()) return mac(value);
  if (value.size() == 12 && std::all_of(value.begin(), value.end(), is_hex) &&
      !std::all_of(value.begin(), value.end(), is_digit))
    return mac(value);
  if (octets_of(value) || is_address6(value)) return host(value);
  if (is_host(value)) return host(value);
  if (value.find("://") != std::string_view::npos) {
    // A path is the service's own, and mostly the same with everybody; what it says of the phone was learned elsewhere.
    return cover(value);
  }
  // sip:4711@host:5060;transport=tcp
  if (const std::size_t sign = value.find('@'); sign != std::string_view::npos) {
    std::string out(value);
    const std::size_t end = cover_host(value, sign + 1, out);
    return words(value.substr(0, sign)) + out.substr(sign, end - sign) + cover(value.substr(end));
  }
  if (const std::size_t colon = value.rfind(':');
      colon != std::string_view::npos && colon > 0 && is_host(value.substr(0, colon)) &&
      value.find_first_not_of("0123456789", colon + 1) == std::string_view::npos)
    return host(value.substr(0, colon)) + std::string(value.substr(colon));
  std::string out = words(value);
  if (value.find_first_of(" .-_") != std::string_view::npos && value.size() > shortest_number)
    remember(value, folded(out), false);
  return out;
}

std::string Identities::device(std::string_view value) {
  return value.size() == 12 && std::all_of(value.begin(), value.end(), is_hex) ? mac(value) : stand_in(value);
}

const Identities::Learned* Identities::learned_at(std::string_view text, std::size_t at) const {
  if (at + shortest_word > text.size()) return nullptr;
  const std::uint32_t key = beginning(text, at);
  if (!may_begin_.test(hash_of(key))) return nullptr;
  const auto found = learned_.find(key);
  if (found == learned_.end()) return nullptr;
  for (const Learned& each : found->second) {
    if (text.compare(at, each.text.size(), each.text) != 0) continue;
    if (each.anywhere || stands_alone(text, at, at + each.text.size())) return &each;
  }
  return nullptr;
}

// Writes over out[from...) the host that stands there, and says where it ends.
std::size_t Identities::cover_host(std::string_view text, std::size_t from, std::string& out) {
  std::size_t end = from;
  if (from < text.size() && text[from] == '[') {
    end = std::min(text.find(']', from), text.size());
    if (const std::string_view inside = text.substr(from + 1, end - from - 1); is_address6(inside))
      out.replace(from + 1, inside.size(), address6(inside));
    return std::max(end, from + 1);
  }
  while (end < text.size() && is_of_host(text[end])) ++end;
  while (end > from && text[end - 1] == '.') --end;
  if (end > from) out.replace(from, end - from, host(text.substr(from, end - from)));
  return end;
}

// What shows by its form at a place where a word may begin: where it ends; `at` where there is nothing.
std::size_t Identities::cover_form(std::string_view text, std::size_t at, std::string& out) {
  const auto over = [&](std::size_t length, const std::string& stand_in) {
    out.replace(at, length, stand_in);
    return at + length;
  };
  if (const std::size_t length = length_of_mac(text, at); length > 0)
    return over(length, mac(text.substr(at, length)));
  if (const std::size_t length = length_of_address(text, at); length > 0)
    return over(length, address(text.substr(at, length)));
  if (const std::size_t length = length_of_address6(text, at); length > 0)
    return over(length, address6(text.substr(at, length)));
  const std::size_t end = end_of_user(text, at);
  if (end == at) return at;
  out.replace(at, end - at, words(text.substr(at, end - at)));
  return cover_host(text, end + 1, out);
}

std::string Identities::cover_binary(std::string_view bytes) const {
  std::string out(bytes);
  const std::string lower = folded(bytes);
  for (std::size_t at = 0; at < bytes.size();) {
    const Learned* const found = learned_at(lower, at);
    const std::size_t length = found ? found->text.size() : 1;
    if (found) out.replace(at, length, in_case_of(bytes.substr(at, length), found->stand_in));
    at += length;
  }
  return out;
}

std::string Identities::cover(std::string_view text) {
  std::string out(text);
  const std::string lower = folded(text);
  for (std::size_t at = 0; at < text.size();) {
    if (text.compare(at, 3, "://") == 0) {
      const std::size_t from = at + 3, end = std::min(text.find_first_of("/?# \"'<>", from), text.size());
      const std::size_t sign = text.substr(0, end).rfind('@');
      const bool has_user = sign != std::string_view::npos && sign > from;
      if (has_user) out.replace(from, sign - from, words(text.substr(from, sign - from)));
      at = cover_host(text, has_user ? sign + 1 : from, out);
      continue;
    }
    const bool begins = at == 0 || !is_word(text[at - 1]);
    if (const std::size_t end = begins ? cover_form(text, at, out) : at; end > at) {
      at = end;
      continue;
    }
    const Learned* const found = learned_at(lower, at);
    if (!found) {
      ++at;
      continue;
    }
    out.replace(at, found->text.size(), in_case_of(text.substr(at, found->text.size()), found->stand_in));
    at += found->text.size();
  }
  return out;
}

}  // namespace understudy::transcript
