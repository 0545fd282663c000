#pragma once

#include <string>
#include <string_view>

#include "coverage/base/export.h"

namespace gyre::coverage::remote {

/// Does the text name something on another machine (http://, https://, s3://), not a path?
[[nodiscard]] GYRE_API bool is_address(std::string_view text);

/// The last part of an address's path: "x.zarr" of "https://host/a/x.zarr/?signature=1".
[[nodiscard]] GYRE_API std::string last_part_of(const std::string& address);

/// The address without a query, user or password: what may stand in a log.
[[nodiscard]] GYRE_API std::string shown(const std::string& address);

/// "scheme://host:port", lower case; of s3:// with its bucket.
[[nodiscard]] GYRE_API std::string origin_of(const std::string& address);

/// `key` below `address`. Characters of `key` that addresses do not have are escaped, except in
/// s3:// addresses, which hold keys as they are. A query of the address stays at its end.
[[nodiscard]] GYRE_API std::string below(const std::string& address, const std::string& key);

/// Escapes everything but unreserved characters and, when `keep_slashes`, '/'.
[[nodiscard]] GYRE_API std::string escaped(std::string_view text, bool keep_slashes);

/// Is `address` the folder `prefix`, or below it? Never when it has "..", which servers resolve.
[[nodiscard]] GYRE_API bool is_within(const std::string& address, const std::string& prefix);

}  // namespace gyre::coverage::remote
