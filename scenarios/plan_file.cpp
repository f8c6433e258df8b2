#include "scenarios/plan_file.h"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>
#include <utility>

#include "rules/nearest.h"
#include "scenarios/behaviour.h"
#include "scenarios/duration.h"
#include "scenarios/rate.h"
#include "scenarios/usual.h"
#include "scenarios/xml_file.h"

namespace understudy::scenarios {

namespace data {
extern const std::string_view plan_xsd;
}

namespace {

using fleet::load::Phase;
using fleet::load::Plan;
template <typename What>
using Read = tl::expected<What, FileError>;

constexpr std::uint64_t most_steps = 1000;

class Reading {
 public:
  explicit Reading(const XmlFile& file) : file_(file) {}

  Read<PlanFile> plan() const {
    PlanFile out;
    const XmlElement& root = file_.root();
    const auto phones = count(root.attribute("phones"));
    if (!phones) return tl::unexpected(phones.error());
    out.plan.phones = *phones;
    out.plan.spacing = root.attribute("arrivals").value == "even" ? fleet::load::Spacing::even
                                                                  : fleet::load::Spacing::poisson;
    out.plan.behaviours.clear();
    out.plan.populations.clear();
    for (const XmlElement& element : root.children) {
      const auto read = element.name == "fault"        ? fault(element, out.plan.faults)
                        : element.name == "population" ? population(element, out)
                        : element.name == "do"       ? behaviour(element, out.plan)
                                                     : phase(element, out.plan);
      if (!read) return tl::unexpected(read.error());
    }
    if (out.plan.behaviours.empty()) out.plan.behaviours.emplace_back();
    if (out.plan.populations.empty()) out.plan.populations.emplace_back();
    for (std::size_t n = 0; n < out.plan.populations.size(); ++n)
      if (!fleet::add_up(out.plan.faults_of(n))) return wrong(root.begin, "the chances of a phone's faults are more than 100% together");
    bool closed = false;
    for (const Phase& each : out.plan.phases) closed = closed || each.at_work > 0;
    if (!closed && out.plan.arrivals() == 0)
      return wrong(root.begin,
                   "nothing happens in this plan: its phases are too short, or their rates too low");
    return out;
  }

 private:
  Read<void> population(const XmlElement& element, PlanFile& out) const {
    PhoneKindOfPlan kind;
    const XmlAttribute& model = element.attribute("model");
    const auto named = phone::model_named(model.value);
    if (!named) return wrong(model.begin, named.error());
    kind.model = *named;
    const XmlAttribute& version = element.attribute("firmware");
    auto firmware = phone::firmware_for(version.value);
    if (!firmware) return wrong(version.begin, firmware.error());
    kind.firmware = std::move(*firmware);
    const XmlAttribute* quirk = element.find("quirk");
    if (quirk) {
      const phone::NamedQuirk* found = nullptr;
      std::vector<std::string_view> names;
      for (const phone::NamedQuirk& each : phone::named_quirks()) {
        names.push_back(each.name);
        if (each.name == quirk->value) found = &each;
      }
      if (!found) return unknown(*quirk, "no quirk is named \"" + quirk->value + "\"", names);
      kind.quirks = found->quirks;
    }
    const auto share = weight(element);
    if (!share) return tl::unexpected(share.error());
    fleet::load::Population named_so = {
        kind.model->device_type + ", " + kind.firmware.version + (quirk ? ", " + quirk->value : ""), *share};
    for (const XmlElement& each : element.children)
      if (const auto read = fault(each, named_so.faults); !read) return tl::unexpected(read.error());
    for (const fleet::Chance& each : named_so.faults)
      named_so.name += ", " + std::string(net::name_of(each.kind)) + " " + fleet::percent_of(each.share);
    out.plan.populations.push_back(std::move(named_so));
    out.kinds.push_back(std::move(kind));
    return {};
  }

  Read<void> fault(const XmlElement& element, std::vector<fleet::Chance>& into) const {
    const XmlAttribute& chance = element.attribute("chance");
    const auto share = fleet::share_of(chance.value);
    if (!share) return wrong(chance.begin, share.error());
    into.push_back({fleet::find_fault(element.attribute("kind").value)->kind, *share});
    return {};
  }

  Read<void> behaviour(const XmlElement& element, Plan& plan) const {
    const XmlAttribute& name = element.attribute("behaviour");
    auto named = behaviour_of(name.value, std::filesystem::path(file_.path()).parent_path().string());
    if (!named) return wrong(name.begin, named.error());
    const auto share = weight(element);
    if (!share) return tl::unexpected(share.error());
    const auto wait = time(element.attribute("wait"));
    if (!wait) return tl::unexpected(wait.error());
    named->weight = *share;
    named->wait = *wait;
    plan.behaviours.push_back(std::move(*named));
    return {};
  }

  Read<void> phase(const XmlElement& element, Plan& plan) const {
    Phase out;
    out.name = element.find("name") ? element.attribute("name").value : element.name;
    const auto length = time(element.attribute("for"));
    if (!length) return tl::unexpected(length.error());
    out.length = *length;
    if (element.name == "steady") {
      const auto at = rate(element.attribute("rate"));
      if (!at) return tl::unexpected(at.error());
      out.from = out.to = *at;
    } else if (element.name == "burst") {
      const auto arrivals = count(element.attribute("arrivals"));
      if (!arrivals) return tl::unexpected(arrivals.error());
      out.from = out.to = static_cast<double>(*arrivals) / std::chrono::duration<double>(out.length).count();
      if (out.to > most_rate)
        return wrong(element.begin, "so many in that time are more than 100,000 a second");
    } else if (element.name == "at-work") {
      const auto phones = count(element.attribute("phones"));
      if (!phones) return tl::unexpected(phones.error());
      if (*phones > plan.phones) return wrong(element.attribute("phones").begin, "the plan has fewer phones");
      out.at_work = *phones;
    } else if (element.name == "ramp" || element.name == "steps") {
      for (const auto& [name, to] : {std::pair("from", &out.from), std::pair("to", &out.to)}) {
        const auto at = rate(element.attribute(name));
        if (!at) return tl::unexpected(at.error());
        *to = *at;
      }
      if (element.name == "steps") return steps(element, out, plan);
    }
    plan.phases.push_back(std::move(out));  // a pause has no rate
    return {};
  }

  // Each of them takes as long as `for` says.
  Read<void> steps(const XmlElement& element, const Phase& all, Plan& plan) const {
    const auto by = rate(element.attribute("by"));
    if (!by) return tl::unexpected(by.error());
    const double span = std::abs(all.to - all.from) / *by;
    if (span > most_steps) return wrong(element.attribute("by").begin, "these are more than 1,000 steps");
    const auto last = static_cast<std::uint64_t>(span + 1e-9);
    for (std::uint64_t n = 0; n <= last; ++n) {
      Phase step = all;
      step.name = all.name + " " + std::to_string(n + 1);
      step.from = step.to = all.from + (all.to < all.from ? -*by : *by) * static_cast<double>(n);
      plan.phases.push_back(std::move(step));
    }
    return {};
  }

  Read<std::uint64_t> count(const XmlAttribute& attribute) const {
    std::uint64_t out = 0;
    const std::string& text = attribute.value;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    const std::uint64_t most = attribute.name == "arrivals" ? 100'000'000 : most_phones;
    if (error == std::errc() && end == text.data() + text.size() && out > 0 && out <= most) return out;
    return wrong(attribute.begin, "\"" + text + "\" is no number from 1 to " + fleet::load::grouped(most));
  }
  Read<double> rate(const XmlAttribute& attribute) const {
    if (attribute.name == "from" && (attribute.value == "0" || attribute.value == "0/s")) return 0.0;
    if (attribute.name == "to" && (attribute.value == "0" || attribute.value == "0/s")) return 0.0;
    const auto out = rate_of(attribute.value);
    if (!out) return wrong(attribute.begin, out.error());
    return *out;
  }
  Read<std::chrono::microseconds> time(const XmlAttribute& attribute) const {
    const auto out = duration_of(attribute.value);
    if (!out) return wrong(attribute.begin, out.error());
    if (out->count() == 0)
      return wrong(attribute.begin,
                   "\"" + attribute.value + "\" is no time in which something can happen; write 30s or 2m");
    return *out;
  }
  Read<double> weight(const XmlElement& element) const {
    const XmlAttribute& attribute = element.attribute("weight");
    double out = 0;
    const std::string& text = attribute.value;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error == std::errc() && end == text.data() + text.size() && std::isfinite(out) && out > 0) return out;
    return wrong(attribute.begin, "\"" + text + "\" is no weight: a number above 0 is one");
  }
  tl::unexpected<FileError> wrong(std::size_t place, std::string text) const {
    return tl::unexpected(file_.error(place, std::move(text)));
  }
  tl::unexpected<FileError> unknown(const XmlAttribute& attribute, std::string text,
                                    const std::vector<std::string_view>& names) const {
    if (const std::string_view near = conformance::nearest(attribute.value, names); !near.empty())
      text += "; did you mean " + std::string(near) + "?";
    return wrong(attribute.begin, std::move(text));
  }

  const XmlFile& file_;
};

Read<PlanFile> understood(const Read<XmlFile>& file) {
  if (!file) return tl::unexpected(file.error());
  return Reading(*file).plan();
}

}  // namespace

Read<PlanFile> read_plan(const std::string& path) {
  const XmlSchema schema(data::plan_xsd);
  return understood(XmlFile::read(path, schema));
}

Read<PlanFile> parse_plan(std::string path, std::string bytes) {
  const XmlSchema schema(data::plan_xsd);
  return understood(XmlFile::parse(std::move(path), std::move(bytes), schema));
}

}  // namespace understudy::scenarios
