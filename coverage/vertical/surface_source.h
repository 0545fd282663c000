#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coverage/base/abort_token.h"
#include "coverage/model/dataset.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// Reads the fields of a coverage at one height or pressure; other variables are the original's.
class SurfaceSource final : public Source {
 public:
  struct Data {
    std::shared_ptr<const Dataset> dataset;         ///< the original
    const Coverage* coverage = nullptr;             ///< owned by it
    double value = 0;                               ///< metres, up positive, or pascals
    std::shared_ptr<const HoldingSchema> original;  ///< what its holding says
    std::string name;                               ///< of the scalar coordinate that holds `value`
    std::vector<Field> fields;  ///< as they are given: of the coverage's, in order
    std::shared_ptr<const HoldingSchema> schema;  ///< what it says of itself
    AbortToken abort;
  };
  explicit SurfaceSource(Data data) : data_(std::move(data)) {}

  [[nodiscard]] HoldingSchema describe() const override { return *data_.schema; }
  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  [[nodiscard]] bool computes() const override { return true; }
  void explain(const std::string& variable, const IndexBox& box,
               Explanation& explanation) const override;
  [[nodiscard]] RawBlock read_wanted(const std::string& variable, const IndexBox& box,
                                     std::span<const std::uint8_t> wanted) const override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override {
    return data_.dataset->source->read_strings(variable);
  }

 private:
  /// @param wanted empty: all cells
  [[nodiscard]] RawBlock read_field(std::size_t k, const IndexBox& box,
                                    std::span<const std::uint8_t> wanted) const;

  Data data_;
};

}  // namespace gyre::coverage
