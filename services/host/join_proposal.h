#pragma once

#include <string>

#include "coverage/archive/archive.h"

namespace gyre::host {

/// How a series of files would be joined, as an entry of `datasets:` that is commented out: along
/// their time, or along members, runs and leads where their names tell these and their times do not
/// speak against it. Empty where nothing tells.
/// @param folder of its files below the data root, "" or "a/b/"
[[nodiscard]] std::string join_proposal(const coverage::Catalogue& catalogue,
                                        const coverage::Series& series, const std::string& folder);

}  // namespace gyre::host
