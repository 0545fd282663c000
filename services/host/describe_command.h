#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "coverage/archive/archive.h"

namespace gyre::host {

enum class DescribeFormat : std::uint8_t { Text, Yaml, Json };

/// `gyre describe FILE|DIR`: what would be published and under which ids, which files look like one
/// series, and what is not published and why. Yaml is a `datasets:` fragment of the configuration
/// that pins the ids.
/// @returns the exit status: 0, or 1 when nothing would be published
/// @param datasets what the configuration says of them
int run_describe(const std::string& path, DescribeFormat format, std::ostream& out,
                 const std::vector<coverage::DatasetOverlay>& datasets = {});

}  // namespace gyre::host
