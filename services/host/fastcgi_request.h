#pragma once

#include <string>

#include "services/http/request.h"

namespace gyre::host {

/// The request that FastCGI parameters ("NAME=value", ended by a null pointer) describe; body and
/// client_gone are the caller's to fill in. Source: RFC 3875 4.1, nginx's fastcgi_params.
[[nodiscard]] http::Request request_from_parameters(const char* const* parameters);

/// CONTENT_LENGTH, 0 when absent or malformed.
[[nodiscard]] std::size_t content_length(const http::Request& request);

}  // namespace gyre::host
