#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/source/remote/remote_settings.h"
#include "coverage/source/zarr/byte_source.h"

namespace gyre::coverage::remote {

/// What is asked: the whole of something, bytes [offset, offset + size) of it, its last `size`
/// bytes, or only what its server says of it.
struct HttpRequest {
  enum class Part : std::uint8_t { Whole, Range, End, Nothing };
  std::string address;  ///< http://, https:// or s3://
  Part part = Part::Whole;
  std::uint64_t offset = 0, size = 0;
  std::uint64_t most = std::uint64_t{1} << 30;  ///< longer answers are broken off
  std::string query;                            ///< of a listing: parameters, escaped
};

struct HttpAnswer {
  enum class Kind : std::uint8_t {
    Good,
    Absent,  ///< there is nothing of that address
    Beyond,  ///< the range lies behind its end
    Refused  ///< by the server, or for what it sent: `why`
  };
  Kind kind = Kind::Refused;
  std::string why;  ///< a phrase without addresses: "access to it is denied"
  Bytes body;
  std::uint64_t total = 0;      ///< of the whole of it, as far as told
  std::string version;          ///< its ETag, Last-Modified and length
  std::int64_t modified_s = 0;  ///< since 1970; 0: not told
};

/// Asks for all of them at once and waits. Requests run on a thread of their own, at most
/// StoreSettings::connections to one host at a time, each tried up to four times within
/// `deadline_s`. A host that failed several times in a row is not asked for some seconds, and of
/// one that does not keep up only some callers wait: other threads are for others.
/// @throws Error{Unreachable} when one of them got no answer
[[nodiscard]] GYRE_API std::vector<HttpAnswer> ask(const std::vector<HttpRequest>& requests,
                                                   double deadline_s);

/// For status pages and tests: requests sent since the process began, tries included.
[[nodiscard]] GYRE_API std::uint64_t requests_sent();

/// How requests to one of the configured stores went since the process began.
struct StoreFigures {
  std::string name;
  std::uint64_t requests = 0, failures = 0;  ///< tries included
  std::uint64_t bytes = 0;                   ///< received
  bool left_alone = false;                   ///< it failed several times in a row just now
};
[[nodiscard]] GYRE_API std::vector<StoreFigures> store_figures();

}  // namespace gyre::coverage::remote
