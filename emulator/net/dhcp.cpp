#include "net/dhcp.h"

#include <algorithm>
#include <array>
#include <map>

#include "net/words.h"

namespace understudy::net::dhcp {

namespace {

// The fixed part of a packet (RFC 2131, figure 1), in bytes.
constexpr std::size_t at_exchange = 4, at_own = 12, at_given = 16, at_mac = 28, at_server_name = 44,
                      at_file = 108, at_cookie = 236, at_options = 240;
constexpr std::string_view cookie = "\x63\x82\x53\x63";
constexpr char from_phone = 1, from_server = 2, ethernet = 1, mac_size = 6;
constexpr std::uint8_t by_broadcast = 0x80;
constexpr std::size_t least_size = 300;
constexpr std::uint32_t infinite = 0xFFFFFFFF;

enum Option : std::uint8_t {
  pad = 0,
  mask = 1,
  router = 3,
  name_server = 6,
  host_name = 12,
  domain_name = 15,
  vendor_options = 43,
  wanted_address = 50,
  lease_time = 51,
  overload = 52,
  kind_of_message = 53,
  server_id = 54,
  wanted_options = 55,
  message = 56,
  renewal_time = 58,
  rebinding_time = 59,
  class_id = 60,
  client_id = 61,
  end = 255,
};

using Options = std::map<std::uint8_t, std::string>;

tl::unexpected<std::string> wrong(std::string text) {
  return tl::unexpected(std::move(text));
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

Ipv4 address_at(std::string_view bytes, std::size_t at) {
  return {byte_at(bytes, at), byte_at(bytes, at + 1), byte_at(bytes, at + 2), byte_at(bytes, at + 3)};
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  return number_of(address_at(bytes, at));
}

std::string option_in_words(std::uint8_t code) {
  return "option " + std::to_string(code);
}

// ---- Reading

// Pieces of an option are put together in the order in which they stand (RFC 3396).
tl::expected<void, std::string> collect(std::string_view field, Options& into) {
  for (std::size_t at = 0; at < field.size();) {
    const std::uint8_t code = byte_at(field, at++);
    if (code == pad) continue;
    if (code == end) break;
    if (at == field.size()) return wrong(option_in_words(code) + " has no length");
    const std::size_t size = byte_at(field, at++);
    if (size > field.size() - at)
      return wrong(option_in_words(code) + " has " + bytes_in_words(field.size() - at) + " of its " +
                   std::to_string(size));
    into[code] += field.substr(at, size);
    at += size;
  }
  return {};
}

// The options' own field, then the file's and the server name's where they hold more of them (RFC 3396).
tl::expected<Options, std::string> options_of(std::string_view packet) {
  Options options;
  if (auto read = collect(packet.substr(at_options), options); !read) return tl::unexpected(read.error());
  const auto more = options.find(overload);
  if (more == options.end()) return options;
  if (more->second.size() != 1 || more->second[0] < 1 || more->second[0] > 3)
    return wrong("option 52 says that there are more options in " + quoted(more->second) +
                 "; it can be 1, 2 or 3");
  const int fields = byte_at(more->second, 0);
  if (fields & 1)
    if (auto read = collect(packet.substr(at_file, at_cookie - at_file), options); !read)
      return tl::unexpected(read.error());
  if (fields & 2)
    if (auto read = collect(packet.substr(at_server_name, at_file - at_server_name), options); !read)
      return tl::unexpected(read.error());
  return options;
}

// The option where it is there and has so many bytes. One of another size is noted, and left out.
std::optional<std::string> sized(const Options& options, std::uint8_t code, std::size_t size, Lease& lease) {
  const auto found = options.find(code);
  if (found == options.end()) return std::nullopt;
  if (found->second.size() == size) return found->second;
  lease.notes.push_back(option_in_words(code) + " left out: it has " + bytes_in_words(found->second.size()) +
                        ", not " + std::to_string(size));
  return std::nullopt;
}

std::vector<Ipv4> addresses(const Options& options, std::uint8_t code, Lease& lease) {
  std::vector<Ipv4> list;
  const auto found = options.find(code);
  if (found == options.end()) return list;
  if (found->second.size() % 4 != 0) {
    lease.notes.push_back(option_in_words(code) + " left out: its " + bytes_in_words(found->second.size()) +
                          " are no addresses");
    return list;
  }
  for (std::size_t at = 0; at < found->second.size(); at += 4) {
    const Ipv4 address = address_at(found->second, at);
    if (address != no_address) list.push_back(address);
  }
  return list;
}

std::string domain(const Options& options, Lease& lease) {
  const auto found = options.find(domain_name);
  if (found == options.end()) return {};
  std::string text = found->second;
  text.erase(text.find_last_not_of('\0') + 1);  // some servers send the end of a C string
  const bool odd = std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c > '~'; });
  if (!odd) return text;
  lease.notes.push_back("option 15 left out: " + quoted(text) + " is no domain");
  return {};
}

bool is_prefix(std::uint32_t bits) {
  return bits != 0 && (~bits & (~bits + 1)) == 0;
}

// Addresses had one by their first bits before masks were told.
Ipv4 usual_mask(const Ipv4& address) {
  if (address[0] < 128) return {255, 0, 0, 0};
  if (address[0] < 192) return {255, 255, 0, 0};
  return {255, 255, 255, 0};
}

void take_mask(const Options& options, Lease& lease) {
  const auto given = sized(options, mask, 4, lease);
  lease.mask = given ? address_at(*given, 0) : usual_mask(lease.address);
  if (given && is_prefix(number_of(lease.mask))) return;
  const std::string what = given ? in_words(lease.mask) + " is no mask" : "no mask was given (option 1)";
  lease.mask = usual_mask(lease.address);
  lease.notes.push_back(what + "; " + in_words(lease.mask) + " is what such an address usually has");
}

// Whether a phone can have it.
tl::expected<void, std::string> check_address(const Lease& lease) {
  const std::uint32_t own = number_of(lease.address), host = ~number_of(lease.mask);
  if (lease.address[0] == 0 || lease.address[0] == 127 || lease.address[0] >= 224)
    return wrong("it gives the address " + in_words(lease.address) + ", which no phone can have");
  if (host > 1 && ((own & host) == 0 || (own & host) == host))
    return wrong("it gives the address " + in_words(lease.address) +
                 ", which stands for all of its network (mask " + in_words(lease.mask) + ")");
  return {};
}

microseconds time_of(std::string_view bytes) {
  const std::uint32_t number = number_at(bytes, 0);
  return number == infinite ? without_end : microseconds(std::chrono::seconds(number));
}

// Where the server does not say: half of it, and seven eighths (RFC 2131, 4.4.5).
tl::expected<void, std::string> take_times(const Options& options, Lease& lease) {
  const auto lasts = sized(options, lease_time, 4, lease);
  if (!lasts) return wrong("it does not say how long the lease lasts (option 51)");
  lease.lasts = time_of(*lasts);
  if (lease.lasts == microseconds(0)) return wrong("it gives a lease of 0 s");
  if (lease.lasts == without_end) {
    lease.renew = lease.rebind = without_end;  // there is nothing to be renewed
    return {};
  }
  const microseconds half = lease.lasts / 2, late = lease.lasts / 8 * 7;
  const auto renew = sized(options, renewal_time, 4, lease),
             rebind = sized(options, rebinding_time, 4, lease);
  lease.renew = renew ? time_of(*renew) : half;
  lease.rebind = rebind ? time_of(*rebind) : std::max(late, std::min(lease.renew, lease.lasts));
  if (lease.renew > microseconds(0) && lease.renew <= lease.rebind && lease.rebind <= lease.lasts) return {};
  lease.notes.push_back(
      "the times to renew and rebind do not fit into the lease; half of it and seven eighths are taken");
  lease.renew = half;
  lease.rebind = late;
  return {};
}

}  // namespace

bool is_answer_to(std::string_view packet, std::uint32_t exchange, const Mac& mac) {
  return packet.size() >= at_options && packet[0] == from_server &&
         number_at(packet, at_exchange) == exchange &&
         std::equal(mac.begin(), mac.end(), packet.begin() + at_mac,
                    [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
}

tl::expected<Answer, std::string> read(std::string_view packet) {
  if (packet.size() < at_options)
    return wrong("it has " + bytes_in_words(packet.size()) + ", and a DHCP packet has at least " +
                 std::to_string(at_options));
  if (packet[0] != from_server) return wrong("it is no answer of a server");
  if (packet[1] != ethernet || packet[2] != mac_size) return wrong("it is not for an Ethernet address");
  if (packet.substr(at_cookie, cookie.size()) != cookie)
    return wrong("it is BOOTP without the cookie of DHCP");
  const auto options = options_of(packet);
  if (!options) return tl::unexpected(options.error());

  Answer answer;
  Lease& lease = answer.lease;
  const auto kind = sized(*options, kind_of_message, 1, lease);
  if (!kind) return wrong("it does not say what kind of message it is (option 53)");
  answer.kind = static_cast<Kind>((*kind)[0]);
  if (answer.kind != Kind::offer && answer.kind != Kind::ack && answer.kind != Kind::nak)
    return wrong("a server does not send messages of kind " + std::to_string(byte_at(*kind, 0)) +
                 " (option 53)");
  if (const auto server = sized(*options, server_id, 4, lease)) lease.server = address_at(*server, 0);
  if (const auto why = options->find(message); why != options->end()) answer.message = why->second;
  if (answer.kind == Kind::nak) return answer;
  if (answer.kind == Kind::offer && !lease.server)
    return wrong("it does not say which server offers (option 54)");

  lease.address = address_at(packet, at_given);
  take_mask(*options, lease);
  if (auto good = check_address(lease); !good) return tl::unexpected(good.error());
  if (auto good = take_times(*options, lease); !good) return tl::unexpected(good.error());
  lease.routers = addresses(*options, router, lease);
  lease.dns = addresses(*options, name_server, lease);
  lease.domain = domain(*options, lease);
  if (const auto own = options->find(vendor_options); own != options->end())
    read_vendor_options(own->second, lease);
  return answer;
}

// ---- Writing

namespace {

void append(std::string& out, std::uint8_t code, std::string_view bytes) {
  out += static_cast<char>(code);
  out += static_cast<char>(bytes.size());
  out += bytes;
}

void append(std::string& out, std::uint8_t code, const std::optional<Ipv4>& address) {
  if (address) append(out, code, std::string(address->begin(), address->end()));
}

// What the guide wants of a server (p.16), and the times; the order is inferred.
constexpr std::array<char, 7> wanted = {mask,           router,       name_server,   domain_name,
                                        vendor_options, renewal_time, rebinding_time};
constexpr std::size_t longest_option = 255;

}  // namespace

std::string written(const Client& client, const Question& question) {
  const std::string mac(client.mac.begin(), client.mac.end());
  std::string out(at_options, '\0');
  out[0] = from_phone;
  out[1] = ethernet;
  out[2] = mac_size;
  for (std::size_t n = 0; n < 4; ++n) out[at_exchange + n] = static_cast<char>(ipv4_of(question.exchange)[n]);
  out[8] = static_cast<char>(question.seconds >> 8);
  out[9] = static_cast<char>(question.seconds & 0xFF);
  if (question.own == no_address) out[10] = static_cast<char>(by_broadcast);
  std::copy(question.own.begin(), question.own.end(), out.begin() + at_own);
  std::copy(mac.begin(), mac.end(), out.begin() + at_mac);
  std::copy(cookie.begin(), cookie.end(), out.begin() + at_cookie);

  append(out, kind_of_message, std::string(1, static_cast<char>(question.kind)));
  append(out, client_id, std::string(1, ethernet) + mac);
  append(out, wanted_address, question.wanted);
  append(out, server_id, question.server);
  if (question.kind != Kind::release) {
    append(out, class_id, vendor_class);
    if (!client.host_name.empty())
      append(out, host_name, std::string_view(client.host_name).substr(0, longest_option));
    append(out, wanted_options, std::string_view(wanted.data(), wanted.size()));
  }
  out += static_cast<char>(end);
  if (out.size() < least_size) out.resize(least_size, '\0');
  return out;
}

}  // namespace understudy::net::dhcp
