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
  std::string path;   ///< of the raw REQUEST_URI, percent-decoded per segment, no query
  std::string query;  ///< raw, without '?'
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;                                          ///< within limits.body_bytes already
  std::string remote_address;
  std::string scheme = "http";
  std::string host;                   ///< Host header, as sent
  std::string id;                     ///< nginx's $request_id, else made here: 32 hex digits
  std::function<bool()> client_gone;  ///< may be empty

  [[nodiscard]] std::optional<std::string_view> header(std::string_view lower_case_name) const;
};

}  // namespace gyre::http
