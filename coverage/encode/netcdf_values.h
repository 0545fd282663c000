#pragma once

#include <cstddef>
#include <limits>
#include <mutex>

#include "coverage/encode/netcdf_plan.h"

namespace gyre::coverage {

/// The values of planned variables, whatever they come from. Thread-safe.
class NetcdfValues {
 public:
  static constexpr std::size_t kSlabBytes = std::size_t{16} << 20;
  /// @pre all outlive this
  NetcdfValues(const View& view, const AbortToken& abort, std::size_t slab_bytes = kSlabBytes)
      : view_(&view), abort_(&abort), slab_bytes_(slab_bytes) {}

  /// In a box of the variable's dimensions. @pre it is no text
  [[nodiscard]] RawBlock read(const PlannedVariable& planned, const IndexBox& box) const;
  /// Boxes that cover the variable in row-major order, each of at most `slab_bytes` or one row; of
  /// a field, they end where chunks of the holding do.
  [[nodiscard]] std::vector<IndexBox> slabs(const PlannedVariable& planned) const;
  /// Bytes of what is decoded for a box: the planes of the holding's chunks that it meets.
  [[nodiscard]] std::size_t decoded_bytes(const PlannedVariable& planned,
                                          const IndexBox& box) const;
  /// The holding's chunks of a field, of the dimensions kept; empty: it has none.
  [[nodiscard]] std::vector<std::size_t> source_chunks(std::size_t field) const;

 private:
  [[nodiscard]] bool is_kept(std::size_t axis) const;
  /// A box of the variable as one of the view.
  [[nodiscard]] IndexBox in_view(const IndexBox& box) const;

  const View* view_;
  const AbortToken* abort_;
  std::size_t slab_bytes_;
};

/// The smallest and largest value of a field, for actual_range (CF 1.11, 2.5.1: in unpacked
/// values).
class ValueRange {
 public:
  /// Thread-safe.
  void add(const Field& field, const RawBlock& block);
  /// Are there any?
  [[nodiscard]] bool known() const { return low_ <= high_; }
  [[nodiscard]] std::vector<double> numbers() const { return {low_, high_}; }

 private:
  std::mutex mutex_;
  double low_ = std::numeric_limits<double>::infinity(), high_ = -low_;
};

/// Does a field say which values it has?
[[nodiscard]] bool states_range(const PlannedVariable& planned);

/// Characters of the longest text; one at least.
[[nodiscard]] std::size_t text_width(const PlannedVariable& planned);
/// Containers of attributes (grid mappings) are one character by custom: no text to read.
[[nodiscard]] bool is_character(const PlannedVariable& planned);
/// A range for each dimension.
[[nodiscard]] IndexBox whole_of(const PlannedVariable& planned);

}  // namespace gyre::coverage
