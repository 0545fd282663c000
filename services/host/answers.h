#pragma once

#include <string>
#include <string_view>

#include "services/http/request.h"
#include "services/http/response.h"

namespace gyre::host {

inline constexpr std::string_view kMethods = "GET, HEAD, POST, OPTIONS";

/// A small page for what no service is there to refuse: 400, 404, 405, 500.
[[nodiscard]] http::Response plain_page(int status, std::string_view words,
                                        std::string_view base_url);
/// To OPTIONS, preflight requests of browsers included.
[[nodiscard]] http::Response options_answer();
/// What every answer has, in one place: CORS, request id, ETag; 304 for what the client has.
void finish(http::Response& response, const http::Request& request);

[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace gyre::host
