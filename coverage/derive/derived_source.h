#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "coverage/model/dataset.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// A dataset's source with some variables computed: whoever derives from it overrides read() and
/// read_wanted() for those, says by leaves() which they are not, and leaves the others to the
/// dataset.
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
  [[nodiscard]] std::optional<Fingerprint> state_of(const std::string& variable,
                                                    const IndexBox& box) const override {
    return leaves(variable) ? original().state_of(variable, box) : std::nullopt;
  }
  [[nodiscard]] std::optional<StoredForm> stored_form(const std::string& variable) const override {
    return leaves(variable) ? original().stored_form(variable) : std::nullopt;
  }
  [[nodiscard]] std::optional<StoredChunk> read_stored(
      const std::string& variable, const StoredForm& form,
      const std::vector<std::size_t>& corner) const override {
    return original().read_stored(variable, form, corner);
  }
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override {
    return original().read_strings(variable);
  }

 protected:
  /// Are the stored values of a variable the dataset's own, box by box?
  [[nodiscard]] virtual bool leaves(const std::string& variable) const = 0;
  [[nodiscard]] const Source& original() const { return *dataset_->source; }
  [[nodiscard]] const Dataset& dataset() const { return *dataset_; }

 private:
  std::shared_ptr<const Dataset> dataset_;
  std::shared_ptr<const HoldingSchema> schema_;
};

}  // namespace gyre::coverage
