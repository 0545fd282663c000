#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "coverage/model/dataset.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// A dataset's source with some variables computed: whoever derives from it overrides read() and
/// read_wanted() for those, and leaves the others to the dataset.
class DerivedSource : public Source {
 public:
  /// @param schema what the derived dataset says of itself
  DerivedSource(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const HoldingSchema> schema)
      : dataset_(std::move(dataset)), schema_(std::move(schema)) {}

  [[nodiscard]] HoldingSchema describe() const override { return *schema_; }
  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override {
    return original().read(variable, box);
  }
  [[nodiscard]] bool computes() const override { return original().computes(); }
  void explain(const std::string& variable, const IndexBox& box,
               Explanation& explanation) const override {
    original().explain(variable, box, explanation);
  }
  [[nodiscard]] RawBlock read_wanted(const std::string& variable, const IndexBox& box,
                                     std::span<const std::uint8_t> wanted) const override {
    return original().read_wanted(variable, box, wanted);
  }
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override {
    return original().read_strings(variable);
  }

 protected:
  [[nodiscard]] const Source& original() const { return *dataset_->source; }
  [[nodiscard]] const Dataset& dataset() const { return *dataset_; }

 private:
  std::shared_ptr<const Dataset> dataset_;
  std::shared_ptr<const HoldingSchema> schema_;
};

}  // namespace gyre::coverage
