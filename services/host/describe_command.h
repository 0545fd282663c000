#pragma once

#include <cstdint>
#include <ostream>
#include <string>

namespace gyre::host {

enum class DescribeFormat : std::uint8_t { Text, Yaml, Json };

/// `gyre describe FILE|DIR`: what would be published and under which ids, which files look like one
/// series, and what is not published and why. Yaml is a `datasets:` fragment of the configuration
/// that pins the ids.
/// @param config_file its `datasets:` are applied; may be empty
/// @returns the exit status: 0, or 1 when nothing would be published
int run_describe(const std::string& path, DescribeFormat format, std::ostream& out,
                 const std::string& config_file = "");

}  // namespace gyre::host
