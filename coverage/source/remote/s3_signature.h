#pragma once

#include <ctime>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/source/remote/remote_settings.h"

namespace gyre::coverage::remote {

/// Where an s3:// address is asked: https://bucket.s3.region.amazonaws.com/key, or below the
/// store's endpoint. `query`, already escaped, goes behind it. @throws Error{MalformedHolding}
[[nodiscard]] GYRE_API std::string s3_url(const std::string& address, const StoreSettings& store,
                                          const std::string& query = "");

/// The headers that sign a request without a body. Source: AWS Signature Version 4, for S3 (each
/// character of a path is escaped once). Of our own, since libcurl 7.88 signs S3 requests with
/// queries and session tokens wrongly.
/// @param url as it is sent; parameters of its query in any order
[[nodiscard]] GYRE_API std::vector<std::string> s3_headers(const std::string& method,
                                                           const std::string& url,
                                                           const StoreSettings& store,
                                                           std::time_t now);

}  // namespace gyre::coverage::remote
