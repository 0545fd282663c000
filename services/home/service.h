#pragma once

#include "services/ows/service.h"

namespace gyre::home {

/// For people and monitors: `/` (what there is), `/datasets/<id>` (one dataset), `/healthz`,
/// `/status` and `/status.json`.
class HomeService final : public ows::Service {
 public:
  [[nodiscard]] std::string name() const override { return {}; }
  [[nodiscard]] std::vector<std::string> aliases() const override {
    return {"datasets", "healthz", "status", "status.json"};
  }
  [[nodiscard]] std::string title() const override { return "What there is"; }
  [[nodiscard]] http::Response handle(const http::Request& request, const std::string& rest,
                                      const ows::Context& context) const override;
  [[nodiscard]] http::Response refuse(const std::exception& error, const http::Request& request,
                                      const ows::Context& context) const override;
};

}  // namespace gyre::home
