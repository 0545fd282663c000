#pragma once

#include "services/ows/document_cache.h"
#include "services/ows/service.h"

namespace gyre::wcs {

/// Web Coverage Service 2.0.1, and the CRS definitions its answers point to (/def/crs/...).
class WcsService final : public ows::Service {
 public:
  [[nodiscard]] std::string name() const override { return "wcs"; }
  [[nodiscard]] std::string ows_name() const override { return "WCS"; }
  [[nodiscard]] std::vector<std::string> aliases() const override { return {"def"}; }
  [[nodiscard]] std::string title() const override { return "Web Coverage Service 2.0.1"; }
  [[nodiscard]] http::Response handle(const http::Request& request, const std::string& rest,
                                      const ows::Context& context) const override;
  [[nodiscard]] http::Response refuse(const std::exception& error, const http::Request& request,
                                      const ows::Context& context) const override;

 private:
  mutable ows::DocumentCache documents_;
};

}  // namespace gyre::wcs
