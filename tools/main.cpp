// understudy: plays an OpenStage phone against a provisioning service and judges the service.
#include <cstdio>
#include <exception>

#include "command_line.h"
#include "commands.h"
#include "wpi/reader.h"

int main(int argc, char** argv) {
  using namespace understudy;
  try {
    const auto command = tools::read_command_line(argc, argv);
    if (!command) {
      std::fputs(command.error().text.c_str(), command.error().exit == tools::exit_conforming ? stdout : stderr);
      return command.error().exit;
    }
    const wpi::XmlRuntime xml;
    return std::visit([](const auto& options) { return tools::run(options); }, *command);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "understudy: %s\n", error.what());
    return tools::exit_could_not_run;
  }
}
