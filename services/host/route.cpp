#include "services/host/route.h"

#include <algorithm>

#include <fmt/format.h>

#include "services/http/text.h"
#include "services/ows/exception.h"
#include "services/ows/xml_reader.h"

namespace gyre::host {
namespace {

std::string joined(std::span<const std::string> segments) {
  std::string out;
  for (const std::string& segment : segments) out += (out.empty() ? "" : "/") + segment;
  return out;
}

/// SERVICE of a request to /ows: of its query, its form or its document.
std::string asked_service(const http::Request& request) {
  std::string name = lenient_value(request.query, "SERVICE");
  if (!name.empty() || request.body.empty()) return name;
  if (!http::trimmed(request.body).starts_with('<')) return lenient_value(request.body, "SERVICE");
  return ows::parse_xml(request.body, {.bytes = request.body.size()})
      .attribute("service")
      .value_or("");
}

Route ows_route(std::span<const LoadedService> services, const http::Request& request) {
  const std::string asked = asked_service(request);
  if (asked.empty()) {
    throw ows::Exception("MissingParameterValue", "service", 400,
                         "The parameter service is missing.");
  }
  std::string known;
  for (const LoadedService& one : services) {
    const std::string name = one.service->ows_name();
    if (name.empty()) continue;
    if (http::same_word(name, asked)) return {one.service.get(), "/" + one.service->name(), "", ""};
    known += (known.empty() ? "" : ", ") + name;
  }
  throw ows::Exception("InvalidParameterValue", "service", 400,
                       fmt::format("There is no service {} here; there is {}.", asked, known));
}

}  // namespace

std::string lenient_value(std::string_view query, std::string_view key) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (!http::same_word(pair.substr(0, equals), key) || equals == pair.size()) continue;
    return http::percent_decode(pair.substr(equals + 1), true).value_or("");
  }
  return {};
}

std::optional<Route> find_route(std::span<const LoadedService> services,
                                const std::vector<std::string>& segments,
                                const http::Request& request,
                                const coverage::Catalogue& catalogue) {
  const std::string first = segments.empty() ? "" : segments.front();
  const std::span<const std::string> below =
      std::span(segments).subspan(std::min<std::size_t>(segments.size(), 1));
  if (first == "ows" && below.empty()) return ows_route(services, request);
  for (const LoadedService& one : services) {
    const ows::Service& service = *one.service;
    const auto aliases = service.aliases();
    if (std::find(aliases.begin(), aliases.end(), first) != aliases.end()) {
      return Route{&service, "/" + first, "", joined(below)};
    }
    if (service.name() != first) continue;
    if (first.empty() || below.empty())
      return Route{&service, first.empty() ? "" : "/" + first, "", ""};
    if (const auto dataset = catalogue.find_dataset(below.front())) {
      const std::string rest = joined(below.subspan(1));
      if (!rest.empty() && !service.takes_paths()) return std::nullopt;
      return Route{&service, "/" + first + "/" + http::percent_encode(dataset->id), dataset->id,
                   rest};
    }
    if (!service.takes_paths()) return std::nullopt;
    return Route{&service, "/" + first, "", joined(below)};
  }
  return std::nullopt;
}

}  // namespace gyre::host
