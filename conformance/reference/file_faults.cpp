// Defects in orders of files and firmware.
#include <algorithm>
#include <utility>

#include "reference/fault.h"
#include "reference/plan.h"

namespace understudy::reference {

namespace {

using wpi::Action;
using wpi::Item;
using wpi::Reason;

void drop(const Turn& turn, Order& order, Action action, std::string_view name) {
  if (turn.says(action)) std::erase_if(order.items, [&](const Item& item) { return item.name == name; });
}

void set(const Turn& turn, Order& order, Action action, std::string_view name, std::string_view value) {
  if (!turn.says(action)) return;
  for (Item& item : order.items)
    if (item.name == name) item.value = value;
}

// The job of that kind that the operator gave, once it has been done or given up.
Job* settled_job(const Turn& turn, JobKind kind) {
  if (!turn.phone) return nullptr;
  for (Job& job : turn.phone->jobs)
    if (job.kind == kind && (job.state == JobState::done || job.state == JobState::failed)) return &job;
  return nullptr;
}

// Orders it once more where the phone comes and nothing is to be done, so many times.
void once_more(Turn& turn, Order& order, JobKind kind, Action action, int times) {
  Job* job = settled_job(turn, kind);
  if (!job || !turn.opens || order.action != Action::clean_up || job->attempts > times) return;
  ++job->attempts;
  order = aside(action, orders_of(*job, *turn.phone, std::nullopt).front().items);
}

}  // namespace

Faults file_faults() {
  return {
      {.defect = {"file.complete/no-type", "does not say of which type a file is", {}, "deploy-files"},
       .decide = [](Turn& turn, Order& order) { drop(turn, order, Action::file_deployment, "file-type"); }},
      {.defect = {"file.complete/no-server", "does not say where an image is", {}, "deploy-software"},
       .decide = [](Turn& turn, Order& order) { drop(turn, order, Action::software_deployment, "file-https-base-url"); }},
      {.defect = {"file.indexed/no-action", "does not say what is to be done with each of several files", {}, "deploy-files"},
       .decide = [](Turn& turn, Order& order) { drop(turn, order, Action::file_deployment, "file-action"); }},
      {.defect = {"file.indexed/one-without", "gives the first of several files no index", {}, "deploy-files"},
       .decide =
           [](Turn& turn, Order& order) {
             if (!turn.says(Action::file_deployment)) return;
             for (Item& item : order.items)
               if (item.index == "1") item.index.reset();
           }},
      {.defect = {"file.fetchable/missing", "orders files that are not where it says", {}, "deploy-files"},
       .decide =
           [](Turn& turn, Order& order) {
             if (!turn.says(Action::file_deployment)) return;
             for (Item& item : order.items)
               if (item.name == "file-https-base-url") item.value.insert(item.value.rfind('/') + 1, "missing-");
           }},
      {.defect = {"file.type/unknown", "calls a logo a picture", {}, "deploy-files"},
       .decide = [](Turn& turn, Order& order) { set(turn, order, Action::file_deployment, "file-type", "PICTURE"); }},
      {.defect = {"file.type/software", "orders firmware as a logo", {}, "deploy-software"},
       .decide = [](Turn& turn, Order& order) { set(turn, order, Action::software_deployment, "file-type", "LOGO"); }},
      {.defect = {"file.several-verified/never", "does not look what became of several files", {}, "deploy-files", "no-status-for-several"},
       .decide =
           [](Turn& turn, Order& order) {
             if (!turn.phone || !turn.phone->open) return;
             const Job* job = turn.phone->find_job(order.job);
             if (!job || job->kind != JobKind::deploy_files || order.purpose != Purpose::verify_files) return;
             turn.phone->find_job(order.job)->state = JobState::done;
             order = Order{};
           }},
      {.defect = {"file.base-url/host", "gives the host alone in file-https-base-url", {}, "deploy-files"},
       .decide =
           [](Turn& turn, Order& order) {
             if (!turn.says(Action::file_deployment)) return;
             std::vector<Item> names;
             for (Item& item : order.items) {
               if (item.name != "file-https-base-url") continue;
               Item name = make_item("file-name", item.value.substr(item.value.rfind('/') + 1));
               name.index = item.index;
               names.push_back(std::move(name));
               item.value = "127.0.0.1";
             }
             order.items.insert(order.items.end(), names.begin(), names.end());
           }},
      {.defect = {"file.not-again/each-time", "orders the files again each time that the phone comes", {}, "deploy-files"},
       .decide = [](Turn& turn, Order& order) { once_more(turn, order, JobKind::deploy_files, Action::file_deployment, 3); }},
  };
}

Faults software_faults() {
  return {
      {.defect = {"software.complete/no-version", "does not say which version an image has", {}, "deploy-software"},
       .decide = [](Turn& turn, Order& order) { drop(turn, order, Action::software_deployment, "file-sw-version"); }},
      {.defect = {"software.complete/priority", "gives firmware the priority high", {}, "deploy-software"},
       .decide = [](Turn& turn, Order& order) { set(turn, order, Action::software_deployment, "file-priority", "high"); }},
      {.defect = {"software.complete/number", "gives the priority of firmware as a number", {}, "deploy-software"},
       .decide = [](Turn& turn, Order& order) { set(turn, order, Action::software_deployment, "file-priority", "0"); }},
      {.defect = {"software.version-form/letters", "writes the version of firmware as phones do", {}, "deploy-software"},
       .decide = [](Turn& turn, Order& order) { set(turn, order, Action::software_deployment, "file-sw-version", "V3 R5.13.0"); }},
      {.defect = {"software.not-again/loop", "orders firmware again when the phone has come back with it", {}, "deploy-software"},
       .decide = [](Turn& turn, Order& order) { once_more(turn, order, JobKind::deploy_software, Action::software_deployment, 2); }},
      {.defect = {"software.failure-bounded/again",
                  "orders firmware that is not there again each time that the phone comes",
                  {"file.fetchable"},
                  "deploy-software"},
       .decide =
           [](Turn& turn, Order& order) {
             once_more(turn, order, JobKind::deploy_software, Action::software_deployment, 8);
             set(turn, order, Action::software_deployment, "file-https-base-url", "https://127.0.0.1/missing.img");
           }},
      {.defect = {"software.no-downgrade/older", "orders older firmware than the phone has", {}, "deploy-software"},
       .decide = [](Turn& turn, Order& order) { set(turn, order, Action::software_deployment, "file-sw-version", "2.2.30.0"); }},
  };
}

}  // namespace understudy::reference
