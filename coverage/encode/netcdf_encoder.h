#pragma once

#include "coverage/encode/encoder.h"

namespace gyre::coverage {

/// NetCDF files: CF, packed values bit-identical, every companion of the fields carried
/// (coverage/encode/companions.h).
class NetcdfEncoder final : public Encoder {
 public:
  /// Classic is the 64-bit offset variant, or CDF-5 where types or sizes need it.
  enum class Kind : std::uint8_t { NetCDF4, Classic };
  explicit NetcdfEncoder(Kind kind) : kind_(kind) {}

  [[nodiscard]] std::string media_type() const override;
  [[nodiscard]] std::vector<std::string> aliases() const override;
  [[nodiscard]] std::string extension() const override { return ".nc"; }
  [[nodiscard]] std::string title() const override;
  void check(const View& view) const override;
  [[nodiscard]] bool hands_on(const View& view, std::size_t k) const override;
  /// Of the classic formats, but where a field states its actual_range.
  [[nodiscard]] std::optional<StreamedFile> stream(const View& view, const Provenance& provenance,
                                                   const AbortToken& abort) const override;

 private:
  [[nodiscard]] std::string write(const View& view, const std::optional<std::string>& path,
                                  const Provenance& provenance,
                                  const AbortToken& abort) const override;

  Kind kind_;
};

}  // namespace gyre::coverage
