#include "services/http/target.h"

#include <algorithm>

#include "services/http/text.h"

namespace gyre::http {
namespace {

/// "http://host/path" -> "/path" (RFC 9112 3.2.2).
std::string_view without_authority(std::string_view uri) {
  if (uri.starts_with('/')) return uri;
  const std::size_t scheme = uri.find("://");
  if (scheme == std::string_view::npos) return uri;
  const std::size_t path = uri.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : uri.substr(path);
}

bool is_plain_segment(const std::string& segment) {
  return segment != "." && segment != ".." && segment.find('/') == std::string::npos &&
         segment.find('\0') == std::string::npos && is_utf8(segment);
}

}  // namespace

std::optional<Target> parse_target(std::string_view request_uri) {
  std::string_view rest = without_authority(request_uri);
  rest = rest.substr(0, rest.find('#'));
  Target target;
  if (const std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
    target.query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    if (end > 0) {
      auto segment = percent_decode(rest.substr(0, end), false);
      if (!segment || !is_plain_segment(*segment)) return std::nullopt;
      target.path += "/" + *segment;
      target.segments.push_back(std::move(*segment));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (target.path.empty()) target.path = "/";
  return target;
}

}  // namespace gyre::http
