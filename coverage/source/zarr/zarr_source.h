#pragma once

#include <map>
#include <memory>
#include <string>

#include "coverage/source/file_identity.h"
#include "coverage/source/source.h"
#include "coverage/source/zarr/zarr_array.h"
#include "coverage/source/zarr/zarr_store.h"

namespace gyre::coverage {

/// A Zarr store of version 2 or 3, in a directory or a zip archive; see open_source.
class ZarrSource final : public Source {
 public:
  ZarrSource(std::string path, std::shared_ptr<DecodedChunks> decoded);

  [[nodiscard]] HoldingSchema describe() const override { return schema_; }
  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  void explain(const std::string& variable, const IndexBox& box,
               Explanation& explanation) const override;
  [[nodiscard]] std::optional<Fingerprint> state_of(const std::string& variable,
                                                    const IndexBox& box) const override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override;

 private:
  std::string path_;
  FileIdentity identity_;
  std::unique_ptr<const ZarrStore> store_;
  HoldingSchema schema_;
  std::map<std::string, ZarrArray> arrays_;
  std::shared_ptr<DecodedChunks> decoded_;  ///< may be null
};

}  // namespace gyre::coverage
