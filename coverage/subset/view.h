#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "coverage/base/abort_token.h"
#include "coverage/base/export.h"
#include "coverage/base/fingerprint.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

/// An axis as the answer has it.
struct ViewAxis {
  const Axis* axis = nullptr;       ///< the axis it comes from
  bool dropped = false;             ///< sliced away: one cell, to be kept as scalar coordinate
  std::vector<double> centres;      ///< shifted where the strip crosses the seam
  std::vector<double> bounds;       ///< 2 per cell, when the holding has bounds
  std::vector<std::size_t> source;  ///< index in the source axis, per cell
};

/// A lazy subset of a coverage: nothing is read until read() is called. Holds its catalogue's
/// dataset alive. Thread-safe.
class GYRE_API View {
 public:
  explicit View(ResolvedQuery query);

  [[nodiscard]] const ResolvedQuery& query() const { return query_; }
  [[nodiscard]] const Coverage& coverage() const { return *query_.coverage; }
  [[nodiscard]] const Dataset& dataset() const { return *query_.dataset; }
  /// All axes of the domain set, in its order, dropped ones included.
  /// Made when they are asked for first: a picture of a large grid reads without them.
  [[nodiscard]] const std::vector<ViewAxis>& axes() const;
  /// Cells per axis, in the order of axes().
  [[nodiscard]] std::vector<std::size_t> shape() const;
  [[nodiscard]] const Field& field(std::size_t k) const;  ///< k-th selected field
  [[nodiscard]] std::size_t field_count() const { return query_.fields.size(); }

  /// For each dimension of the k-th selected field's variable, in file order, its place in axes().
  [[nodiscard]] std::vector<std::size_t> file_axes(std::size_t k) const;

  /// Raw values of the k-th selected field in `box`, which counts in the answer's own cells, one
  /// range per axis in the order of axes(). Two reads are stitched where it crosses the seam.
  [[nodiscard]] RawBlock read(std::size_t k, const IndexBox& box, const AbortToken& abort) const;

  /// The same where cells that are 0 in `wanted` (one per cell of the box, row-major) do not matter
  /// and may have any value. For sources that compute their values; others read all.
  [[nodiscard]] RawBlock read_wanted(std::size_t k, const IndexBox& box,
                                     std::span<const std::uint8_t> wanted,
                                     const AbortToken& abort) const;

  /// Raw values at all combinations of the picks, one list per axis in the order of axes(), each
  /// ascending. Absent where the selection or the variable's order of dimensions do not allow it.
  [[nodiscard]] std::optional<RawBlock> read_picked(
      std::size_t k, const std::vector<std::vector<std::size_t>>& picks,
      const AbortToken& abort) const;

  /// Source::state_of of what read() would read; absent also where the seam is crossed.
  [[nodiscard]] std::optional<Fingerprint> state_of(std::size_t k, const IndexBox& box) const;

  /// Boxes that cover the whole view in row-major order, each of at most `limit_bytes` raw bytes
  /// of field k (never less than one row of the last axis), aligned to chunks where possible.
  [[nodiscard]] std::vector<IndexBox> slabs(std::size_t k, std::size_t limit_bytes) const;

 private:
  struct Axes {
    std::once_flag made;
    std::vector<ViewAxis> all;
  };
  ResolvedQuery query_;
  std::shared_ptr<Axes> axes_ = std::make_shared<Axes>();
};

}  // namespace gyre::coverage
