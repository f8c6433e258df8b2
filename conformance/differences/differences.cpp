#include "differences/differences.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "differences/alignment.h"
#include "items/catalogue.h"

namespace understudy::conformance::differences {

namespace {

constexpr std::array<std::string_view, 16> kinds = {"interaction_missing",
                                                    "interaction_added",
                                                    "order_missing",
                                                    "order_added",
                                                    "other_order",
                                                    "item_missing",
                                                    "item_added",
                                                    "item_value",
                                                    "item_times",
                                                    "nonce",
                                                    "oddity_missing",
                                                    "oddity_added",
                                                    "ending",
                                                    "rule_missing",
                                                    "rule_added",
                                                    "outcome"};

constexpr FreshItem fresh[] = {
    {"bootstrapping-tan", "the end of a PIN that is made up for one bootstrap"},
    {"dls-client-certificate", "a key and a certificate that are made for one phone"},
    {"dls-secure-port", "a part of the service's own address"},
    {"dls-server-ca", "the certificate of the service's own authority: another service has another"},
    {"file-pwd", "the password of a file server may be made for one download"},
    {"file-username", "likewise the account"},
    {"wbm-server-certificate", "a key and a certificate that are made for one phone"},
};

bool is_fresh(std::string_view name) {
  return std::any_of(std::begin(fresh), std::end(fresh),
                     [&](const FreshItem& each) { return each.name == name; });
}

// A stand-in has the length and the kinds of characters of what it stands for.
bool of_one_shape(std::string_view a, std::string_view b) {
  const auto kind = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isdigit(byte) ? 1 : std::isupper(byte) ? 2 : std::islower(byte) ? 3 : 0;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return kind(x) == kind(y); });
}

// In a URL user and password are masked too.
bool names_a_user(std::string_view text) {
  const std::size_t host = text.find("://");
  return host != std::string_view::npos && text.find('@', host) < text.find('/', host + 3);
}

class Comparison {
 public:
  Comparison(const Course& then, const Course& now) : masked_(then.masked || now.masked) {
    const Course& named = then.mac.empty() ? now : then;
    phone_ = !named.mac.empty() ? named.mac : then.phone;
  }

  void turns(const std::vector<Turn>& then, const std::vector<Turn>& now) {
    const auto pairs = aligned(then.size(), now.size(), [&](std::size_t a, std::size_t b) {
      if (then[a].reason != now[b].reason) return 0.0;
      // Of several with one reason those belong together in which the same is ordered.
      return then[a].orders.empty() || now[b].orders.empty()
                 ? 4.0
                 : 4 + likeness(then[a].orders[0], now[b].orders[0]) / 8;
    });
    for (const auto& [a, b] : pairs) {
      reason_ = a ? then[*a].reason : now[*b].reason;
      if (a && b)
        both(then[*a], now[*b]);
      else
        add(a ? Kind::interaction_missing : Kind::interaction_added, "", "");
    }
  }
  std::vector<Difference> out;

 private:
  Difference& add(Kind kind, std::string action, std::string what) {
    Difference& made = out.emplace_back();
    made.kind = kind, made.reason = reason_, made.action = std::move(action), made.what = std::move(what);
    made.phones = {phone_};
    return made;
  }
  void add(Kind kind, std::string action, std::string what, std::string was, std::string is) {
    Difference& made = add(kind, std::move(action), std::move(what));
    made.was = std::move(was), made.is = std::move(is);
  }

  static double likeness(const Order& then, const Order& now) {
    if (then.what != now.what) return 0;
    std::set<std::string_view> keys, all;
    for (const OrderedItem& item : then.items) keys.insert(item.key), all.insert(item.key);
    double common = 0;
    std::set<std::string_view> counted;
    for (const OrderedItem& item : now.items)
      if (all.insert(item.key).second == false && keys.contains(item.key) && counted.insert(item.key).second)
        ++common;
    return 4 + (all.empty() ? 3 : 3 * common / static_cast<double>(all.size()));
  }

  void both(const Turn& then, const Turn& now) {
    if (std::string was, is; in_another_order(then, now, was, is)) add(Kind::other_order, "", "", was, is);
    const auto pairs = aligned(then.orders.size(), now.orders.size(), [&](std::size_t a, std::size_t b) {
      return likeness(then.orders[a], now.orders[b]);
    });
    const bool moved = !out.empty() && out.back().kind == Kind::other_order;
    for (const auto& [a, b] : pairs) {
      if (a && b)
        both(then.orders[*a], now.orders[*b]);
      else if (!moved)
        alone(a ? then.orders[*a] : now.orders[*b], a.has_value());
    }
    if (!then.ending.empty() && !now.ending.empty() && then.ending != now.ending)
      add(Kind::ending, "", "", then.ending, now.ending);
  }

  void alone(const Order& order, bool missing) {
    Difference& made =
        add(missing ? Kind::order_missing : Kind::order_added, order.is_order ? order.what : "", order.what);
    made.asks = order.asks;
    (missing ? made.was : made.is) = names_of(order.items);
  }

  // "sip-pwd, key-label[2] and 3 more".
  static std::string names_of(const std::vector<OrderedItem>& items) {
    constexpr std::size_t most_named = 3;
    std::string out;
    for (std::size_t n = 0; n < std::min(items.size(), most_named); ++n)
      out += (n == 0 ? "" : ", ") + items[n].key;
    return items.size() > most_named ? out + " and " + std::to_string(items.size() - most_named) + " more"
                                     : out;
  }

  static bool in_another_order(const Turn& then, const Turn& now, std::string& was, std::string& is) {
    const auto names = [](const Turn& turn, std::string& row) {
      std::vector<std::string> out;
      for (const Order& order : turn.orders) {
        row += (row.empty() ? "" : ", ") + order.what;
        out.push_back(order.what);
      }
      return out;
    };
    std::vector<std::string> a = names(then, was), b = names(now, is);
    if (a == b) return false;
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
  }

  void both(const Order& then, const Order& now) {
    if (then.right_nonce != now.right_nonce)
      add(Kind::nonce, then.what, "", then.right_nonce ? "right" : "wrong",
          now.right_nonce ? "right" : "wrong");
    const auto missing_in = [](const std::vector<std::string>& all, const std::string& one) {
      return std::find(all.begin(), all.end(), one) == all.end();
    };
    for (const std::string& odd : then.oddities)
      if (missing_in(now.oddities, odd)) add(Kind::oddity_missing, then.what, odd);
    for (const std::string& odd : now.oddities)
      if (missing_in(then.oddities, odd)) add(Kind::oddity_added, then.what, odd);
    items(then, now);
  }

  void items(const Order& then, const Order& now) {
    std::map<std::string_view, std::pair<std::vector<const OrderedItem*>, std::vector<const OrderedItem*>>>
        by_key;
    std::vector<std::string_view> keys;
    const auto note = [&](const OrderedItem& item, bool is_then) {
      const auto [found, is_new] = by_key.try_emplace(item.key);
      if (is_new) keys.push_back(item.key);
      (is_then ? found->second.first : found->second.second).push_back(&item);
    };
    for (const OrderedItem& item : then.items) note(item, true);
    for (const OrderedItem& item : now.items) note(item, false);
    for (const std::string_view key : keys) {
      const auto& [was, is] = by_key[key];
      const OrderedItem& one = was.empty() ? *is.front() : *was.front();
      const bool secret = items::is_secret(one.name);
      const auto told = [&](Kind kind, std::string before, std::string after) {
        const bool hidden = secret || names_a_user(before) || names_a_user(after);
        add(kind, then.what, std::string(key), std::move(before), std::move(after));
        out.back().asks = then.asks;
        out.back().secret = hidden;
      };
      if (is.empty())
        told(Kind::item_missing, was.front()->value, "");
      else if (was.empty())
        told(Kind::item_added, "", is.front()->value);
      else if (was.size() != is.size()) {
        add(Kind::item_times, then.what, std::string(key), std::to_string(was.size()),
            std::to_string(is.size()));
        out.back().asks = then.asks;
      }
      for (std::size_t n = 0; n < std::min(was.size(), is.size()); ++n)
        if (!same(one.name, was[n]->value, is[n]->value)) told(Kind::item_value, was[n]->value, is[n]->value);
    }
  }

  bool same(const std::string& name, const std::string& was, const std::string& is) const {
    if (was == is) return true;
    if (is_fresh(name)) return was.empty() == is.empty();
    const bool secret = items::is_secret(name) || names_a_user(was) || names_a_user(is);
    return masked_ && secret && of_one_shape(was, is);
  }

  bool masked_;
  std::string phone_, reason_;
};

}  // namespace

std::string_view name_of(Kind kind) {
  return kinds[static_cast<std::size_t>(kind)];
}

std::span<const FreshItem> fresh_items() {
  return fresh;
}

std::vector<Difference> differences_between(const Course& then, const Course& now) {
  Comparison comparison(then, now);
  comparison.turns(then.turns, now.turns);
  return std::move(comparison.out);
}

std::vector<Difference> grouped(std::vector<Difference> all) {
  std::vector<Difference> out;
  std::map<std::tuple<Kind, std::string, std::string, std::string, std::string, std::string>, std::size_t>
      places;
  for (Difference& each : all) {
    const bool hidden = each.secret;  // each phone has another
    const auto [found, is_new] = places.emplace(std::tuple(each.kind, each.reason, each.action, each.what,
                                                           hidden ? "" : each.was, hidden ? "" : each.is),
                                                out.size());
    if (is_new) {
      out.push_back(std::move(each));
      continue;
    }
    Difference& first = out[found->second];
    first.times += each.times;
    for (std::string& phone : each.phones)
      if (std::find(first.phones.begin(), first.phones.end(), phone) == first.phones.end())
        first.phones.push_back(std::move(phone));
  }
  return out;
}

}  // namespace understudy::conformance::differences
