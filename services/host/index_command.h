#pragma once

#include <ostream>

#include "services/host/configuration.h"

namespace gyre::host {

/// `gyre index`: looks into everything that is new or changed, so that a server starts with it.
/// @returns the exit status: 0, or 1 when a data root cannot be reached
/// @throws std::runtime_error when a server works with this state, or its disk does not take it
int run_index(const Configuration& configuration, std::ostream& out);

/// `gyre index --status`: what the index knows, without a look at the data; also beside a server.
/// Per dataset: files, steps, holes, duplicates, quarantined and not served, with reasons.
int run_index_status(const Configuration& configuration, bool json, std::ostream& out);

}  // namespace gyre::host
