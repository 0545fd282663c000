#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include "services/host/command_line.h"

namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string default_state() {
  if (std::string folder = variable("STATE_DIRECTORY"); !folder.empty()) return folder;
  if (const std::string folder = variable("XDG_STATE_HOME"); !folder.empty()) {
    return folder + "/gyre";
  }
  if (const std::string home = variable("HOME"); !home.empty()) return home + "/.local/state/gyre";
  return "/tmp/gyre-" + std::to_string(::getuid());
}

}  // namespace

int main(int argc, char** argv) {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return gyre::host::run_command_line(
      argc, argv,
      {program.parent_path().string(),
       default_state(),
       {variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"),
        variable("AWS_SESSION_TOKEN")}});
}
