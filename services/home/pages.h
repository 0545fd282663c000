#pragma once

#include <string>

#include "coverage/model/dataset.h"
#include "services/http/request.h"
#include "services/http/response.h"
#include "services/ows/context.h"

namespace gyre::home {

/// Every dataset with a small map, and where the services are. HTML without scripts or anything
/// from elsewhere.
[[nodiscard]] std::string landing_page(const ows::Context& context);
/// One dataset: its fields and axes, a map, and requests to copy.
[[nodiscard]] std::string dataset_page(const coverage::Dataset& dataset,
                                       const ows::Context& context);
/// How the server is and what it has: for people, and for programs.
[[nodiscard]] std::string status_page(const ows::ServerStatus& status, const ows::Context& context);
[[nodiscard]] std::string status_json(const ows::ServerStatus& status, const ows::Context& context);
/// f=json, or an Accept header that prefers JSON.
[[nodiscard]] bool wants_json(const http::Request& request);
/// {"status":"ok", "generation":…, "datasets":…, "not_served":…}
[[nodiscard]] http::Response health(const ows::Context& context);

}  // namespace gyre::home
