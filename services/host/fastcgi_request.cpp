#include "services/host/fastcgi_request.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>

#include "services/http/text.h"

namespace gyre::host {
namespace {

http::Method method_named(std::string_view name) {
  if (name == "GET") return http::Method::Get;
  if (name == "HEAD") return http::Method::Head;
  if (name == "POST") return http::Method::Post;
  if (name == "OPTIONS") return http::Method::Options;
  return http::Method::Other;
}

/// "HTTP_ACCEPT_LANGUAGE" -> "accept-language"
std::string header_name(std::string_view parameter) {
  std::string name = http::lower_case(parameter);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

/// Request ids go to the log and to headers: only nginx's own kind is taken over.
bool is_request_id(std::string_view id) {
  return id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

http::Request request_from_parameters(const char* const* parameters) {
  std::map<std::string_view, std::string_view> values;
  std::vector<std::pair<std::string, std::string>> headers;
  for (; *parameters != nullptr; ++parameters) {
    const std::string_view pair(*parameters);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    values[name] = value;
    if (name.starts_with("HTTP_")) headers.emplace_back(header_name(name.substr(5)), value);
    if ((name == "CONTENT_TYPE" || name == "CONTENT_LENGTH") && !value.empty()) {
      headers.emplace_back(header_name(name), value);
    }
  }
  http::Request request =
      http::request_for(method_named(values["REQUEST_METHOD"]), values["REQUEST_URI"]);
  request.headers = std::move(headers);
  request.remote_address = values["REMOTE_ADDR"];
  request.scheme = values["REQUEST_SCHEME"] == "https" ? "https" : "http";
  request.server_port = values["SERVER_PORT"];
  request.host = request.header("host").value_or("");
  request.spool_location = values["GYRE_SPOOL"];
  const std::string_view id = values["REQUEST_ID"];
  request.id = is_request_id(id) ? std::string(id) : http::random_hex();
  return request;
}

std::size_t content_length(const http::Request& request) {
  const std::string_view text = request.header("content-length").value_or("");
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  return error == std::errc() && end == text.data() + text.size() ? length : 0;
}

}  // namespace gyre::host
