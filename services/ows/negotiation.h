#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::ows {

/// Languages of an Accept-Language header, most wanted first ("fr-CA;q=0.8, en" -> {en, fr-CA}).
/// Source: RFC 9110 12.5.4. "*" stays; malformed weights count as 0, and 0 means never.
[[nodiscard]] GYRE_API std::vector<std::string> parse_accept_language(std::string_view header);

/// The first offered language that one of `wanted` names, in the client's order; "fr-CA" is
/// satisfied by "fr" and "fr" by "fr-CA", ISO 639-1 codes by their 639-2 ones ("fre", "fra": what
/// INSPIRE clients send). Absent: none is offered. "*" is the first offered.
[[nodiscard]] GYRE_API std::optional<std::string> negotiate_language(
    std::span<const std::string> wanted, std::span<const std::string> offered);

/// The version to answer with: the first of `accepted` that is offered; the first offered when
/// the client names none. Source: OWS Common 2.0 (06-121r9) 7.3.2.
/// @throws ows::Exception VersionNegotiationFailed 400
[[nodiscard]] GYRE_API std::string negotiate_version(std::span<const std::string> accepted,
                                                     std::span<const std::string_view> offered);

/// Whether the client has the current document already. Source: 06-121r9 7.3.4.
/// @throws ows::Exception InvalidUpdateSequence 400 for what was never given out
[[nodiscard]] GYRE_API bool is_current(const std::optional<std::string>& update_sequence,
                                       std::uint64_t generation);

}  // namespace gyre::ows
