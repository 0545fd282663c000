#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "coverage/base/export.h"
#include "services/http/request.h"

namespace gyre::http {

struct Response;

/// Bytes of a body, from `begin` up to `end`.
struct ByteRange {
  std::uint64_t begin = 0, end = 0;
  [[nodiscard]] std::uint64_t size() const { return end - begin; }
  bool operator==(const ByteRange&) const = default;
};

/// What of a body a GET wants, by Range and If-Range. Absent: all of it; so is what is asked for in
/// several parts, or in another unit. Empty: no byte that there is. Source: RFC 9110 14.2, 13.1.5.
/// @param tag the body's strong entity tag; empty or weak: If-Range never holds
[[nodiscard]] GYRE_API std::optional<ByteRange> range_asked(const Request& request,
                                                            std::uint64_t size,
                                                            std::string_view tag);

/// "bytes 10-19/200", or "bytes */200" of no byte.
[[nodiscard]] GYRE_API std::string content_range(const ByteRange& range, std::uint64_t size);

/// Says of an answer with status 200 that parts of it may be asked for, and which one is sent where
/// one was: 206, or 416 where there is no such byte.
/// @return what is sent of a body of `size` bytes
[[nodiscard]] GYRE_API ByteRange answer_range(Response& response, const Request& request,
                                              std::uint64_t size, std::string_view tag);

}  // namespace gyre::http
