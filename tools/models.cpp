// understudy models: the phones that can be played, and their firmware.
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "commands.h"
#include "phone/phone.h"
#include "reports/plain.h"

namespace understudy::tools {

namespace {

using conformance::append_field;
using conformance::padded;
using phone::Firmware;
using phone::Model;

std::string or_not_known(const std::string& text) { return text.empty() ? "not known" : text; }

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::string cell(bool has) { return padded(has ? "yes" : "-", 17); }

int list() {
  std::string out;
  for (const Model& model : phone::models()) {
    const std::string keys = model.keys > 0 ? std::to_string(model.keys) + " keys" : "no keys";
    const std::string modules = !model.modules ? "modules not known" : std::to_string(*model.modules) + " modules";
    out += "  " + padded(model.device_type, 30) + padded(keys, 10) + padded(modules, 20) + "part number " + model.part_number + "\n";
  }
  out += "\n  " + padded("firmware", 14) + padded("attached changes", 17) + padded("send-solicited", 17) + padded("chunked answers", 17) +
         "entities decoded\n";
  for (const Firmware& firmware : phone::firmwares()) {
    std::string line = "  " + padded(firmware.version, 14) + cell(firmware.attached_changes) + cell(firmware.send_solicited) +
                       cell(firmware.reads_chunked) + cell(firmware.decodes_entities);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  out += "  " + padded("", 14) + padded("guide p.40", 17) + padded("guide p.31", 17) + padded("guide p.12", 17) + "field\n\n";
  out += "  Any other version has the features of the newest of these that is not newer.\n";
  out += "  `understudy models explain NAME` says more of a model or a version.\n";
  std::fputs(out.c_str(), stdout);
  return exit_conforming;
}

std::string keys_in_words(const Model& model) {
  if (model.keys == 0) return "none of its own (" + model.keys_source + ")";
  const std::string last = std::to_string(model.keys);
  std::string out = "1 to " + last + ", shifted 1001 to " + std::to_string(items::shifted_level + model.keys) + " (" + model.keys_source + "); ";
  return out + (model.shift_key ? "key " + std::to_string(*model.shift_key) + " shifts the others (field)" : "which of them shifts is not known");
}

std::string modules_in_words(const Model& model) {
  if (!model.modules) return "not known";
  return "up to " + std::to_string(*model.modules) +
         " of 12 keys: 301 to 312 and 401 to 412, shifted 1301 to 1312 and 1401 to 1412 (field: services offer them for every OpenStage)";
}

std::string lacks_in_words(const Model& model) {
  std::size_t of_a_key = 0;
  for (const items::Entry& entry : items::catalogue()) of_a_key += items::is_of_a_key(entry) ? 1 : 0;
  const std::string items_of_keys = "the " + std::to_string(of_a_key) + " items of a key";
  return (model.keys > 0 ? items_of_keys + " above key " + std::to_string(model.keys) : items_of_keys + " outside of modules") +
         "; other differences between models are not known";
}

std::string items_in_words(const Model& model, const Firmware& firmware) {
  const phone::Phone one({"00:1A:E8:FF:00:00", "1", "192.0.2.1"}, model, firmware, "", "", 0, {}, {});
  std::set<std::string> names;
  for (const wpi::Item& item : one.store().all()) names.insert(item.name);
  names.insert(firmware.basic_items.begin(), firmware.basic_items.end());
  return std::to_string(one.store().size()) + " out of the box, of " + std::to_string(names.size()) + " names, with firmware " + firmware.version;
}

void explain(const Model& model) {
  std::string out = model.device_type + "\n\n";
  append_field(out, "keys", keys_in_words(model));
  append_field(out, "modules", modules_in_words(model));
  append_field(out, "display", or_not_known(model.display));
  append_field(out, "logo", or_not_known(model.logo));
  append_field(out, "ringtones", or_not_known(model.ringtones));
  append_field(out, "screensaver", or_not_known(model.screensaver));
  append_field(out, "part number", model.part_number == "Unknown" ? "not known; it says \"Unknown\", as phones do (guide p.33)" : model.part_number + " (field)");
  append_field(out, "items", items_in_words(model, phone::firmwares().back()));
  append_field(out, "lacks", lacks_in_words(model));
  append_field(out, "note", model.note);
  std::fputs(out.c_str(), stdout);
}

void explain(const Firmware& firmware) {
  std::string out = firmware.version + "   firmware\n\n";
  append_field(out, "changes", firmware.attached_changes
                                   ? "local-changes carry what changed (from V2R2 on, guide p.40)"
                                   : "local-changes say that something changed, and the service reads it (up to V2R1, guide p.37)");
  append_field(out, "call back", firmware.send_solicited ? "understands send-solicited (from V3R3 on, guide p.31)"
                                                         : "does not know send-solicited (before V3R3, guide p.31)");
  append_field(out, "chunks", firmware.reads_chunked ? "reads chunked answers (from V3 on, guide p.12)"
                                                     : "cannot read chunked answers (up to V2R2, guide p.12)");
  append_field(out, "entities", firmware.decodes_entities ? "decodes all of them"
                                                          : "leaves &lt; &gt; and &amp; as they are; those of quotes are decoded (V1, field)");
  append_field(out, "first says", joined(firmware.basic_items));
  append_field(out, "refuses", firmware.unsupported_items.empty()
                                   ? ""
                                   : "as not supported: " + joined(firmware.unsupported_items) + "; as unknown item: " + joined(firmware.unknown_items));
  append_field(out, "source", firmware.note);
  std::fputs(out.c_str(), stdout);
}

}  // namespace

int run(const ModelsOptions& options) {
  if (options.explain.empty()) return list();
  if (const auto model = phone::model_named(options.explain)) {
    explain(**model);
    return exit_conforming;
  }
  if (const auto firmware = phone::firmware_for(options.explain)) {
    explain(*firmware);
    return exit_conforming;
  }
  std::vector<std::string_view> names;
  for (const Model& model : phone::models()) names.push_back(model.device_type);
  for (const Firmware& firmware : phone::firmwares()) names.push_back(firmware.version);
  return refuse(exit_wrong_command_line,
                "there is no model or firmware \"" + options.explain + "\"" + or_nearest(options.explain, names, "understudy models list"));
}

}  // namespace understudy::tools
