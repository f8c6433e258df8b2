// Defects of the nonce.
#include <string>

#include "reference/fault.h"
#include "reference/xml_edit.h"

namespace understudy::reference {

using wpi::Action;

namespace {

constexpr std::string_view own_nonce = "0123456789ABCDEF0123456789ABCDEF";

std::string in_lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace

Faults nonce_faults() {
  return {
      {.defect = {"nonce.present/empty-in-clean-up", "sends CleanUp with an empty nonce"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.says(Action::clean_up)) set_nonce(xml, "");
           }},
      {.defect = {"nonce.present/empty", "sends every message with an empty nonce"},
       .message = [](const Turn&, std::string& xml) { set_nonce(xml, ""); }},
      {.defect = {"nonce.present/none", "sends its messages without a nonce"},
       .message = [](const Turn&, std::string& xml) { cut(xml, " nonce=\"", "\""); }},
      {.defect = {"nonce.echo/previous",
                  "answers with the nonce of the phone's message before, where that was another"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (!turn.nonce_before.empty()) set_nonce(xml, turn.nonce_before);
           }},
      {.defect = {"nonce.echo/own", "makes up a nonce of its own"},
       .message = [](const Turn&, std::string& xml) { set_nonce(xml, own_nonce); }},
      {.defect = {"nonce.echo/own-in-clean-up", "makes up a nonce of its own for CleanUp"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.says(Action::clean_up)) set_nonce(xml, own_nonce);
           }},
      {.defect = {"nonce.echo/lower-case", "echoes the nonce in lower case"},
       .message = [](const Turn& turn, std::string& xml) { set_nonce(xml, in_lower_case(turn.nonce)); }},
      {.defect = {"nonce.echo/cut", "echoes the first 16 characters of the nonce"},
       .message = [](const Turn& turn, std::string& xml) { set_nonce(xml, turn.nonce.substr(0, 16)); }},
  };
}

}  // namespace understudy::reference
