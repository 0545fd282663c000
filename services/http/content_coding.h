#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "coverage/base/export.h"

namespace gyre::http {

/// How the bytes of a body are packed for the way. Source: RFC 9110 8.4.1, RFC 7932 (br).
enum class Coding : std::uint8_t { Identity, Gzip, Brotli };

/// "gzip", "br"; empty for identity.
[[nodiscard]] GYRE_API std::string_view coding_name(Coding coding);

/// What an Accept-Encoding wants most; of codings wanted equally the one that packs better. Nobody
/// is refused: identity where nothing else is wanted. Source: RFC 9110 12.5.3.
[[nodiscard]] GYRE_API Coding negotiate_coding(std::string_view accept_encoding);

/// Is it text, that nginx packs on the way where Gyre has not? As gzip_types of
/// conf/nginx-gyre.conf.
[[nodiscard]] GYRE_API bool is_packed_on_the_way(std::string_view media_type);

/// @throws std::bad_alloc when there is no memory for it. Cost: 10 ms a MB and less.
[[nodiscard]] GYRE_API std::string encode(std::string_view bytes, Coding coding);

}  // namespace gyre::http
