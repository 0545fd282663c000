#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "coverage/base/clock.h"
#include "coverage/model/dataset.h"
#include "services/host/configuration.h"
#include "services/host/module_loader.h"
#include "services/host/route.h"
#include "services/http/request.h"
#include "services/http/response.h"
#include "services/ows/context.h"

namespace gyre::host {

/// What stays the same from one (re)load of the configuration to the next.
struct Settings {
  Configuration configuration;
  std::shared_ptr<const ows::ServiceIdentity> identity;
  std::string spool_directory;
};
[[nodiscard]] std::shared_ptr<const Settings> make_settings(Configuration configuration,
                                                            std::string spool_directory);

/// Finds the service a request is for, makes its Context, and has the one catch. Knows nothing of
/// FastCGI: tests call it with values.
class Dispatcher {
 public:
  /// Adds to the status what the catalogue does not tell: the index, readers, caches, stores.
  using AddFigures = std::function<void(coverage::ArchiveStatus&)>;

  Dispatcher(std::vector<LoadedService> services, const coverage::Clock& clock,
             const ows::Access& access, coverage::Executor* executor, AddFigures add_figures = {});

  /// Never throws; CORS and caching headers are on the answer whatever it is. A HEAD is answered
  /// as the GET would be; leaving the body out is the transport's.
  [[nodiscard]] http::Response handle(const http::Request& request,
                                      const std::shared_ptr<const Settings>& settings,
                                      std::shared_ptr<const coverage::Catalogue> catalogue) const;

 private:
  [[nodiscard]] http::Response answer(const http::Request& request, const Settings& settings,
                                      std::shared_ptr<const coverage::Catalogue> catalogue,
                                      bool explained) const;
  [[nodiscard]] http::Response run(const Route& route, const http::Request& request,
                                   const ows::Context& context, bool& refused) const;

  std::vector<LoadedService> services_;
  std::shared_ptr<const std::vector<ows::ServiceLink>> links_;
  const coverage::Clock* clock_;
  const ows::Access* access_;
  coverage::Executor* executor_;
  AddFigures add_figures_;
  std::int64_t started_us_;
};

/// The rule until access rules exist: everyone may read everything.
class OpenAccess final : public ows::Access {
 public:
  void decide(const ows::Principal&, const coverage::ResolvedQuery&) const override {}
};

}  // namespace gyre::host
