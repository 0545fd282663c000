#pragma once

#include <functional>
#include <memory>

#include "coverage/model/dataset.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// A dataset of one coverage in the making: a coverage of another one, on the same domain, some of
/// whose fields are changed. What the fields say of themselves, the holding's schema says too.
class Derivation {
 public:
  /// @param coverage one of the dataset's
  Derivation(const Dataset& original, const Coverage& coverage);

  /// The coverage to be.
  [[nodiscard]] Coverage& coverage() { return derived_->coverages.front(); }
  /// The k-th field is to be this one.
  void replace(std::size_t k, Field field);

  /// @param source of the derived values, given what they say of themselves
  using MakeSource =
      std::function<std::shared_ptr<const Source>(std::shared_ptr<const HoldingSchema>)>;
  [[nodiscard]] std::shared_ptr<const Dataset> finish(const MakeSource& source);

 private:
  std::shared_ptr<Dataset> derived_;
  HoldingSchema schema_;
};

}  // namespace gyre::coverage
