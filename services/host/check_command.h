#pragma once

#include <ostream>
#include <string>

#include "services/host/serve.h"

namespace gyre::host {

/// `gyre check-config FILE`: what a server would refuse, and what of the configuration means
/// nothing in the data that the index knows; opens no data.
/// @param errors gets what a server would refuse
/// @returns the exit status: 0, or 1 when a server would refuse it
/// @throws ConfigError what is wrong in the file itself
int run_check_config(const ServeOptions& options, std::ostream& out, std::ostream& errors);

}  // namespace gyre::host
