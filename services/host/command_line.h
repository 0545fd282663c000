#pragma once

#include <string>

#include "services/host/remote_configuration.h"

namespace gyre::host {

/// What main knows of where it runs, and nothing else asks the environment.
struct Environment {
  std::string program_folder;
  std::string state_directory;  ///< the default
  Credentials credentials;
};

/// @returns the exit status: 0 done, 1 failed, 2 not understood
int run_command_line(int argc, const char* const* argv, const Environment& environment);

}  // namespace gyre::host
