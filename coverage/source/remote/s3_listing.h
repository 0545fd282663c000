#pragma once

#include <string>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::coverage::remote {

struct S3Listing {
  std::vector<std::string> folders;  ///< names directly below, sorted
  std::vector<std::string> objects;  ///< likewise
};

/// What lies directly below s3://bucket/prefix, by ListObjectsV2, page after page.
/// @throws Error{Unreachable | MalformedHolding}
[[nodiscard]] GYRE_API S3Listing list_s3(const std::string& address);

/// One page of ListObjectsV2. @returns the token of the next page, empty after the last.
/// @throws Error{MalformedHolding}
[[nodiscard]] GYRE_API std::string read_listing(const std::string& xml, const std::string& prefix,
                                                S3Listing& into);

}  // namespace gyre::coverage::remote
