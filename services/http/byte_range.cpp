#include "services/http/byte_range.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "services/http/response.h"
#include "services/http/text.h"

namespace gyre::http {
namespace {

/// The largest there is for what is larger: no body is as long.
std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (at != end) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
  if (error != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<ByteRange> range_asked(const Request& request, std::uint64_t size,
                                     std::string_view tag) {
  const auto asked = request.header("range");
  if (request.method != Method::Get || !asked) return std::nullopt;
  // A date is none of ours, and a weak tag tells nothing of bytes.
  if (const auto condition = request.header("if-range")) {
    if (tag.empty() || tag.starts_with("W/") || trimmed(*condition) != tag) return std::nullopt;
  }
  std::string_view text = trimmed(*asked);
  constexpr std::string_view kUnit = "bytes=";
  if (!same_word(text.substr(0, kUnit.size()), kUnit)) return std::nullopt;
  text = trimmed(text.substr(kUnit.size()));
  const std::size_t dash = text.find('-');
  if (dash == text.npos || text.find(',') != text.npos) return std::nullopt;
  const std::string_view from = trimmed(text.substr(0, dash)), to = trimmed(text.substr(dash + 1));
  const auto first = number(from), last = number(to);
  if ((!from.empty() && !first) || (!to.empty() && !last)) return std::nullopt;
  if (!first) {
    if (!last) return std::nullopt;
    return ByteRange{size - std::min(*last, size), size};
  }
  if (last && *last < *first) return std::nullopt;
  if (*first >= size) return ByteRange{};
  return ByteRange{*first, last && *last < size - 1 ? *last + 1 : size};
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
  if (range.size() == 0) return fmt::format("bytes */{}", size);
  return fmt::format("bytes {}-{}/{}", range.begin, range.end - 1, size);
}

ByteRange answer_range(Response& response, const Request& request, std::uint64_t size,
                       std::string_view tag) {
  response.with_header("Accept-Ranges", "bytes");
  const auto range = range_asked(request, size, tag);
  if (!range) return {0, size};
  response.with_header("Content-Range", content_range(*range, size));
  response.status = range->size() == 0 ? 416 : 206;
  return *range;
}

}  // namespace gyre::http
