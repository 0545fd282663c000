#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coverage/model/dataset.h"
#include "services/host/module_loader.h"
#include "services/http/request.h"

namespace gyre::host {

/// Where a path leads.
struct Route {
  const ows::Service* service = nullptr;
  std::string service_path;   ///< "/wcs", "/wcs/<dataset>"
  std::string dataset_scope;  ///< may be empty
  std::string rest;           ///< below that, without a leading slash
};

/// "/" -> the landing page; /<service>, /<service>/<dataset>, /<alias>/..., /ows?SERVICE=.
/// Absent: 404. @throws ows::Exception for /ows without a SERVICE of ours
[[nodiscard]] std::optional<Route> find_route(std::span<const LoadedService> services,
                                              const std::vector<std::string>& segments,
                                              const http::Request& request,
                                              const coverage::Catalogue& catalogue);

/// The value of a key of a query that may be malformed: what routing and languages need to know
/// must not be refused before the service can refuse it in its own words. Empty: absent.
[[nodiscard]] std::string lenient_value(std::string_view query, std::string_view key);

}  // namespace gyre::host
