#include "locustfile.h"

#include <cctype>
#include <set>

namespace understudy::tools {

namespace {

// "local-change" is LocalChange; what is no letter and no digit of ASCII is left out, and a name begins with a letter.
std::string camel_case(const std::string& name) {
  std::string out;
  bool begins = true;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || !std::isalnum(byte)) {
      begins = true;
      continue;
    }
    out += begins ? static_cast<char>(std::toupper(byte)) : c;
    begins = false;
  }
  return out.empty() || std::isdigit(static_cast<unsigned char>(out[0])) ? "Phone" + out : out;
}

}  // namespace

std::vector<LocustWorker::Class> classes_of(const fleet::load::Plan& plan) {
  std::vector<LocustWorker::Class> out;
  std::set<std::string> taken = {"User", "Phone"};
  for (const fleet::load::Share& share : plan.behaviours) {
    const std::string name = camel_case(share.name());
    std::string unique = name;
    for (int n = 2; !taken.insert(unique).second; ++n) unique = name + std::to_string(n);
    out.push_back({unique, share.name()});
  }
  return out;
}

std::string locustfile_of(const fleet::load::Plan& plan) {
  std::string out =
      "# The users of a load of phones: a class for each behaviour of the plan, with its weight. They are played by workers,\n"
      "#   understudy load https://host:port --locust MASTER:5557 --plan FILE\n"
      "# and the master is Locust's own: locust -f locustfile.py --master\n"
      "from locust import User, task\n"
      "\n"
      "\n"
      "class Phone(User):\n"
      "    abstract = True\n"
      "\n"
      "    @task\n"
      "    def play(self):\n"
      "        raise NotImplementedError(\"phones are played by: understudy load --locust\")\n";
  const auto classes = classes_of(plan);
  for (std::size_t n = 0; n < classes.size(); ++n)
    out += "\n\nclass " + classes[n].name + "(Phone):\n    weight = " + fleet::load::plain_rate(plan.behaviours[n].weight) + "\n";
  return out;
}

}  // namespace understudy::tools
