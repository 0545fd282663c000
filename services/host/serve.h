#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/host/configuration.h"
#include "services/host/remote_configuration.h"

namespace gyre::host {

/// What `gyre serve` was told on its command line; it wins over the configuration.
struct ServeOptions {
  std::string config_file;
  std::vector<std::string> data;
  std::string socket, listen, state, public_url, log_level;
  std::optional<std::size_t> threads;
  std::vector<std::string> modules;
  std::optional<int> die_with;  ///< process id of the parent; end when it ends
  std::string default_state;    ///< from the environment, when nothing else says
  Credentials credentials;      ///< likewise
  std::string program_folder;   ///< of the executable: modules are found from there
};

/// The configuration file (when there is one) with the options laid over it.
/// @throws ConfigError
[[nodiscard]] Configuration configuration_of(const ServeOptions& options);

/// Serves until SIGTERM or SIGINT; SIGHUP reloads. @returns the exit status
/// @throws std::runtime_error what keeps it from starting, in words for the operator
int serve(const ServeOptions& options);

}  // namespace gyre::host
