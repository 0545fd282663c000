#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "coverage/index/index_catalogue.h"

namespace gyre::coverage {

/// Ranges that were found by reading data, once a generation of what they are about; kept by the
/// index, so that a start reads none.
class KnownRanges {
 public:
  using Range = std::optional<std::pair<double, double>>;

  /// @param catalogue null: nothing is kept
  /// @param subject whose ranges: the path of a holding, the id of an aggregation
  /// @param stamp what it was when they were found
  KnownRanges(IndexCatalogue* catalogue, std::string subject, std::string stamp)
      : catalogue_(catalogue), subject_(std::move(subject)), stamp_(std::move(stamp)) {}

  /// As it is kept, else as `find` finds it. @throws what `find` throws
  [[nodiscard]] Range range(const std::string& of, const std::function<Range()>& find) const;

 private:
  IndexCatalogue* catalogue_;
  std::string subject_, stamp_;
};

}  // namespace gyre::coverage
