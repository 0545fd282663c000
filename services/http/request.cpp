#include "services/http/request.h"

#include "services/http/target.h"

namespace gyre::http {

std::optional<std::string_view> Request::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return std::nullopt;
}
Request request_for(Method method, std::string_view request_uri) {
  Request request;
  request.method = method;
  auto target = parse_target(request_uri);
  request.malformed = !target.has_value();
  if (target) {
    request.path = std::move(target->path);
    request.segments = std::move(target->segments);
    request.query = std::move(target->query);
  }
  return request;
}

}  // namespace gyre::http
