#pragma once

#include "coverage/encode/encoder.h"

namespace gyre::coverage {

/// Zarr v2 in a zip archive, with consolidated metadata: what the NetCDF-4 file of the same request
/// holds, its dimensions named as xarray has them. Chunks that the holding stores as deflated
/// streams of little-endian values are handed on.
class ZarrEncoder final : public Encoder {
 public:
  [[nodiscard]] std::string media_type() const override { return "application/vnd.zarr+zip"; }
  [[nodiscard]] std::vector<std::string> aliases() const override;
  [[nodiscard]] std::string extension() const override { return ".zarr.zip"; }
  [[nodiscard]] std::string title() const override { return "Zarr"; }
  void check(const View& view) const override;
  [[nodiscard]] bool hands_on(const View& view, std::size_t k) const override;

 private:
  [[nodiscard]] std::string write(const View& view, const std::optional<std::string>& path,
                                  const Provenance& provenance,
                                  const AbortToken& abort) const override;
};

}  // namespace gyre::coverage
