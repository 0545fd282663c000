#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::http {

enum class Method : std::uint8_t { Get, Head, Post, Options, Other };

/// One HTTP request, free of the transport it came by.
struct GYRE_API Request {
  Method method = Method::Get;
  std::string path;                   ///< "/" + segments joined by "/"
  std::vector<std::string> segments;  ///< of the raw REQUEST_URI, each percent-decoded
  std::string query;                  ///< raw, without '?'
  bool malformed = false;             ///< the address cannot be one of ours (parse_target)
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;                                          ///< within limits.body_bytes already
  bool body_too_long = false;                                ///< it was not; `body` is empty
  std::string remote_address;
  std::string scheme = "http";
  std::string host;                   ///< Host header, as sent
  std::string server_port;            ///< of the address the client connected to, may be empty
  std::string id;                     ///< nginx's $request_id, else made here: 32 hex digits
  std::function<bool()> client_gone;  ///< may be empty
  /// Where the server in front finds finished files, to send them by itself; empty: it cannot.
  std::string spool_location;

  [[nodiscard]] std::optional<std::string_view> header(std::string_view lower_case_name) const;
};
/// A request for a raw REQUEST_URI; everything else is the caller's to fill in.
[[nodiscard]] GYRE_API Request request_for(Method method, std::string_view request_uri);

}  // namespace gyre::http
