#pragma once

#include "services/ows/service.h"
#include "services/wms/caches.h"

namespace gyre::wms {

/// WMS 1.3.0 and 1.1.1 at /wms and /wms/<dataset>.
class WmsService final : public ows::Service {
 public:
  [[nodiscard]] std::string name() const override { return "wms"; }
  [[nodiscard]] std::string ows_name() const override { return "WMS"; }
  [[nodiscard]] std::string title() const override { return "WMS 1.3.0 and 1.1.1: maps"; }
  [[nodiscard]] http::Response handle(const http::Request& request, const std::string& rest,
                                      const ows::Context& context) const override;
  [[nodiscard]] http::Response refuse(const std::exception& error, const http::Request& request,
                                      const ows::Context& context) const override;

 private:
  mutable Caches caches_;
};

}  // namespace gyre::wms
