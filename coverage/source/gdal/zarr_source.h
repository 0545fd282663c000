#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "coverage/source/file_identity.h"
#include "coverage/source/source.h"

class GDALDataset;
class GDALMDArray;

namespace gyre::coverage {

/// A Zarr v2 store, its values read by GDAL's multidimensional API; see open_source. GDAL's Zarr
/// driver keeps no file open and shares nothing with netCDF-C: one mutex a store is enough.
class ZarrSource final : public Source {
 public:
  explicit ZarrSource(std::string path);
  ~ZarrSource() override;
  ZarrSource(const ZarrSource&) = delete;
  ZarrSource& operator=(const ZarrSource&) = delete;

  [[nodiscard]] HoldingSchema describe() const override { return schema_; }
  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override;

 private:
  /// @pre the mutex is held
  [[nodiscard]] std::shared_ptr<GDALMDArray> array(const std::string& variable) const;
  void read_block(const VariableSchema& variable, const IndexBox& box, RawBlock& block) const;
  [[nodiscard]] std::vector<std::string> read_texts(const VariableSchema& variable) const;

  std::string path_;
  FileIdentity identity_;
  HoldingSchema schema_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<GDALDataset> dataset_;  ///< opened when first read
};

}  // namespace gyre::coverage
