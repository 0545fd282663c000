#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::http {

/// What a request line asks for, taken apart.
struct Target {
  std::vector<std::string> segments;  ///< percent-decoded; "/a//b/" -> {a, b}
  std::string path;                   ///< "/" + segments joined by "/"
  std::string query;                  ///< raw, without '?'
  bool operator==(const Target&) const = default;
};

/// Takes a raw REQUEST_URI apart ("/wcs/id?x=1", or the absolute form "http://host/wcs").
/// Decoding comes after splitting, so that an escaped slash cannot make a segment.
/// Absent for what no address of ours can be: malformed escapes, NUL, an escaped slash, invalid
/// UTF-8, "." and "..".
[[nodiscard]] GYRE_API std::optional<Target> parse_target(std::string_view request_uri);

}  // namespace gyre::http
