// The store against the simplest thing that could hold items: a map.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "items/store.h"
#include "support/messages.h"
#include "wpi/writer.h"

namespace understudy::items {
namespace {

// What happens next; the numbers choose among what is possible.
struct Step {
  unsigned what = 0, name = 0, index = 0, value = 0;
};
std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << step.what << ":" << step.name << "[" << step.index << "]=" << step.value;
}

const std::string names[] = {"a", "ab", "b", "sntp-addr", "select-dial", "e164", "admin-pwd", "dls-server-ca", "zz"};
const std::string values[] = {"", "1", "2", "a < b & \"c\"", "NULL"};
constexpr int indexes[] = {Key::none, Key::none, 0, 1, 2, 10, 1002};

const std::vector<std::string> heading = {"e164", "zz"};  // the latter need not be there

bool is_listed(const std::string& name, bool has_heading) {
  return name != "admin-pwd" && name != "dls-server-ca" && (!has_heading || std::count(heading.begin(), heading.end(), name) == 0);
}

class Pair {
 public:
  void step(const Step& step) {
    const std::string& name = names[step.name % std::size(names)];
    const std::string& value = values[step.value % std::size(values)];
    const int index = indexes[step.index % std::size(indexes)];
    switch (step.what) {
      case 0: {  // what is there is shared from now on, by this store and by one more
        base_ = store_.as_base(heading);
        factory_ = model_;
        store_ = Store(base_);
        has_heading_ = true;
        return;
      }
      case 1:  // a factory reset
        store_ = base_ ? Store(base_) : Store();
        model_ = factory_;
        return;
      case 2:
      case 3: return writes(name, index, value);
      case 4: return removes(name, index);
      default:
        store_.put(name, index == Key::none ? std::nullopt : std::optional(index), value);
        model_[{name, index}] = value;
    }
  }

  void are_the_same() const {
    RC_ASSERT(store_.size() == model_.size());
    std::string listed, written;
    for (const auto& [key, value] : model_) {
      const std::string* held = store_.find(key.first, key.second == Key::none ? std::nullopt : std::optional(key.second));
      RC_ASSERT(held && *held == value);
      if (is_listed(key.first, has_heading_)) wpi::append_item(listed, made(key, value));
    }
    for (const std::string& name : names) {
      std::string family, expected;
      for (const wpi::Item& one : store_.instances(name)) wpi::append_item(family, one);
      for (const auto& [key, value] : model_)
        if (key.first == name) wpi::append_item(expected, made(key, value));
      RC_ASSERT(family == expected);
      for (const int index : indexes)
        if (!model_.contains({name, index})) RC_ASSERT(!store_.find(name, index == Key::none ? std::nullopt : std::optional(index)));
    }
    store_.write_all([&](std::string_view elements) { written += elements; });
    RC_ASSERT(written == listed);
    std::string all;
    for (const wpi::Item& one : store_.all()) wpi::append_item(all, one);
    RC_ASSERT(all == listed);
    if (has_heading_)
      for (std::size_t n = 0; n < heading.size(); ++n) {
        const std::string* said = store_.in_heading(n);
        const auto known = model_.find({heading[n], Key::none});
        RC_ASSERT((said != nullptr) == (known != model_.end()));
        if (said) RC_ASSERT(*said == known->second);
      }
  }

  // Others on the same base see none of it.
  void leaves_the_base_alone() {
    if (!base_) return;
    store_ = Store(base_);
    model_ = factory_;
    are_the_same();
  }

 private:
  using Name = std::pair<std::string, int>;
  static wpi::Item made(const Name& key, const std::string& value) {
    return item(key.first, value, key.second == Key::none ? std::nullopt : std::optional(std::to_string(key.second)));
  }
  void writes(const std::string& name, int index, const std::string& value) {
    const bool single = name == "sntp-addr" || name == "e164" || name == "admin-pwd";
    const bool outside = (name == "select-dial" && (index == 0 || index == 10)) || (name == "dls-server-ca" && index > 1);
    const bool takes = index == Key::none || (!single && !outside);
    const auto status = store_.write(made({name, index}, value));
    RC_ASSERT(status == (takes ? std::nullopt : std::optional(wpi::ItemStatus::invalid_index)));
    if (takes) model_[{name, index}] = value == "NULL" ? "" : value;
  }

  // What the base has stays.
  void removes(const std::string& name, int index) {
    store_.remove(name, index == Key::none ? std::nullopt : std::optional(index));
    if (!factory_.contains({name, index})) model_.erase({name, index});
  }

  Store store_;
  std::map<Name, std::string> model_, factory_;
  std::shared_ptr<const Base> base_;
  bool has_heading_ = false;
};

TEST(StoreModel, HoldsWhatAMapWouldWithAndWithoutABaseThroughSnapshotsAndResets) {
  EXPECT_TRUE(rc::check([] {
    const auto number = [](unsigned end) { return rc::gen::inRange(0u, end); };
    const auto steps = *rc::gen::container<std::vector<Step>>(
        rc::gen::build<Step>(rc::gen::set(&Step::what, number(13)), rc::gen::set(&Step::name, number(std::size(names))),
                             rc::gen::set(&Step::index, number(std::size(indexes))), rc::gen::set(&Step::value, number(std::size(values)))));
    Pair pair;
    for (const Step& step : steps) {
      pair.step(step);
      pair.are_the_same();
    }
    pair.leaves_the_base_alone();
  }));
}

}  // namespace
}  // namespace understudy::items
