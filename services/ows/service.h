#pragma once

#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "services/http/request.h"
#include "services/http/response.h"
#include "services/ows/context.h"

namespace gyre::ows {

/// One protocol. Stateless: everything of a request is in Request and Context; state that a
/// service caches is keyed by catalogue generation and visibility class.
class GYRE_API Service {
 public:
  virtual ~Service() = default;
  /// First path segment it answers ("wcs" for /wcs and /wcs/<dataset>); "" is the landing page.
  [[nodiscard]] virtual std::string name() const = 0;
  /// SERVICE= value on /ows ("WCS"); empty when it has none.
  [[nodiscard]] virtual std::string ows_name() const { return {}; }
  /// Endpoints beside /<name>: full first segments ("healthz").
  [[nodiscard]] virtual std::vector<std::string> aliases() const { return {}; }
  /// Whether there is anything below its endpoint beside dataset-scoped endpoints: without, the
  /// dispatcher answers 404 to /<name>/<anything that is no dataset>.
  [[nodiscard]] virtual bool takes_paths() const { return false; }
  /// One line for the landing page.
  [[nodiscard]] virtual std::string title() const = 0;
  /// @param rest path below the endpoint, without a leading slash; dataset already taken off.
  /// May throw coverage::Error and ows::Exception only if refuse() renders them.
  [[nodiscard]] virtual http::Response handle(const http::Request& request, const std::string& rest,
                                              const Context& context) const = 0;
  /// This protocol's way to say no; the one catch in the dispatcher calls it.
  [[nodiscard]] virtual http::Response refuse(const std::exception& error,
                                              const http::Request& request,
                                              const Context& context) const = 0;
};

}  // namespace gyre::ows
