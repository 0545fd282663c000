#include <nlohmann/json.hpp>

#include "gyre/abi.h"
#include "services/home/pages.h"

namespace gyre::home {

http::Response health(const ows::Context& context) {
  const std::string trouble = context.trouble ? context.trouble() : std::string();
  nlohmann::ordered_json report{{"status", trouble.empty() ? "ok" : "failing"},
                                {"version", GYRE_VERSION},
                                {"generation", context.catalogue->generation()},
                                {"datasets", context.catalogue->datasets().size()},
                                {"not_served", context.catalogue->not_served().size()}};
  if (!trouble.empty()) report["trouble"] = trouble;
  http::Response response;
  response.status = trouble.empty() ? 200 : 503;
  response.media_type = "application/json";
  response.body = report.dump(2) + "\n";
  response.with_header("Cache-Control", "no-store");
  return response;
}

}  // namespace gyre::home
