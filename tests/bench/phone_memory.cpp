// Bytes of memory a phone without a connection: 10,000 phones of one kind with 1,500 items each, of which 50 were changed.
// Budget: 4,096.
//
// What the phones share (the items of the factory) is counted apart. The yardstick is a map of strings a phone. All is counted
// where it is allocated, with the allocator's own overhead, so that the figure is the same on every machine.
//
// Usage: bench_phone_memory [PHONES]
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "items/catalogue.h"
#include "items/factory.h"
#include "phone/phone.h"
#include "wpi/reader.h"
#include "wpi/writer.h"

namespace {

std::size_t in_use = 0;  // bytes, as the allocator rounds them up; this program has one thread

void* counted(std::size_t size) {
  void* memory = std::malloc(size);
  if (!memory) std::abort();
  in_use += ::malloc_usable_size(memory) + sizeof(std::size_t);  // the allocator keeps a size in front of each
  return memory;
}

void uncounted(void* memory) {
  if (memory) in_use -= ::malloc_usable_size(memory) + sizeof(std::size_t);
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void operator delete(void* memory) noexcept { uncounted(memory); }
void operator delete(void* memory, std::size_t) noexcept { uncounted(memory); }

namespace {

using namespace understudy;

constexpr std::size_t items_in_base = 1'500, items_changed = 50, budget = 4'096;

// A model like no real one: with as many keys as make its items 1,500.
items::Model with_many_keys() {
  items::Model model = **phone::model_named("OpenStage 60");
  const auto size = [](const items::Model& m) {
    items::Store store;
    items::fill(store, m);
    return store.size();
  };
  while (size(model) < items_in_base) ++model.keys;
  return model;
}

// Fifty items that hold text and that a service may write.
std::vector<wpi::Item> to_change(const items::Store& store) {
  std::vector<wpi::Item> some;
  for (wpi::Item& item : store.all()) {
    const items::Entry* entry = items::find(item.name);
    if (!entry || some.size() == items_changed) continue;
    const bool text = entry->type == items::Type::string || entry->type == items::Type::hostname || entry->type == items::Type::uri;
    if (text && items::Store(store).write(item) == std::nullopt) some.push_back(std::move(item));
  }
  return some;
}

// Hosts and numbers: every third is longer than a small string.
std::string value_of(std::size_t phone, std::size_t n) {
  const std::string number = std::to_string(phone * items_changed + n);
  return n % 3 == 0 ? "host-" + number + ".example.net" : number;
}

struct Taken {
  std::size_t a_phone = 0, shared = 0;
};

// The phone's next word, if the service answers so.
phone::Effects answer(phone::Phone& who, wpi::ServiceMessage message, const phone::Effects& effects, wpi::Reader& reader) {
  for (const phone::Effect& effect : effects)
    if (const auto* send = std::get_if<phone::Send>(&effect)) message.nonce = send->said->nonce_or_empty();
  wpi::HttpResponse response;
  response.status = 200;
  wpi::write(message, response.body);
  auto document = std::make_shared<wpi::Document>(reader.read(response.body, wpi::Sender::service));
  return who.handle(phone::Answered{std::move(response), std::move(document)}, std::chrono::seconds(1));
}

Taken phones(std::size_t count) {
  wpi::Reader reader;
  const items::Model model = with_many_keys();
  const phone::Firmware& firmware = **phone::firmware_named("V3 R5");
  const auto service = std::make_shared<const phone::Service>(phone::Service{"127.0.0.1:18443", "/DeploymentService/LoginService"});
  const auto make = [&](std::size_t k) {
    char mac[18];
    std::snprintf(mac, sizeof mac, "00:1A:E8:FF:%02X:%02X", static_cast<unsigned>(k >> 8 & 255), static_cast<unsigned>(k & 255));
    const std::string address = "127.1." + std::to_string(k / 250) + "." + std::to_string(k % 250 + 1);
    return phone::Phone({mac, std::to_string(49'300'000'000 + k), address}, model, firmware, service, k, {}, {});
  };
  Taken taken;
  const std::size_t nothing = in_use;
  const phone::Phone first = make(0);
  taken.shared = in_use - nothing;

  wpi::ServiceMessage order;
  order.action = wpi::Action::write_items;
  order.items = to_change(first.store());
  wpi::ServiceMessage over;
  over.action = wpi::Action::clean_up;
  std::vector<phone::Phone> all;
  const std::size_t before = in_use;
  all.reserve(count);
  for (std::size_t k = 0; k < count; ++k) {
    phone::Phone& who = all.emplace_back(make(k));
    for (std::size_t n = 0; n < order.items.size(); ++n) order.items[n].value = value_of(k, n);
    const phone::Effects replied = answer(who, order, who.handle(phone::PowerOn{}), reader);
    answer(who, over, replied, reader);
    const std::string* last = who.store().find(order.items.back().name, items::index_of(order.items.back()));
    if (order.items.size() != items_changed || !who.idle() || who.store().size() < items_in_base || !last ||
        *last != order.items.back().value) {
      std::fprintf(stderr, "bench_phone_memory: the phone did not take its items\n");
      std::exit(4);
    }
  }
  taken.a_phone = (in_use - before) / count;
  return taken;
}

// What a phone without a shared base would take.
std::size_t yardstick() {
  const std::size_t before = in_use;
  auto held = std::make_unique<std::map<std::string, std::string>>();
  for (std::size_t n = 0; n < items_in_base; ++n) held->emplace("an-item-name-" + std::to_string(n), "a value of ordinary length");
  return in_use - before;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 10'000;
  if (count < 1) {
    std::fprintf(stderr, "bench_phone_memory: PHONES is a number from 1 on\n");
    return 2;
  }
  const wpi::XmlRuntime xml;
  const Taken taken = phones(static_cast<std::size_t>(count));
  const std::size_t map = yardstick();
  std::printf("memory of a phone without a connection: %d phones, %zu items, %zu changed\n", count, items_in_base, items_changed);
  std::printf("  understudy   %zu bytes a phone (%zu of them the phone itself), and %zu once for all\n", taken.a_phone, sizeof(phone::Phone),
              taken.shared);
  std::printf("  map          %zu bytes a phone\n", map);
  std::printf("  ratio        %.3f; budget %zu bytes: %s\n", static_cast<double>(taken.a_phone) / static_cast<double>(map), budget,
              taken.a_phone <= budget ? "held" : "MISSED");
  return taken.a_phone <= budget ? 0 : 1;
}
