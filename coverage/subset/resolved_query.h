#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/dataset.h"

namespace gyre::coverage {

/// Positions as the client wrote them, quotes removed; an absent bound is "*" (open).
struct Trim {
  std::optional<std::string> low, high;
  bool operator==(const Trim&) const = default;
};
struct Slice {
  std::string at;
  bool operator==(const Slice&) const = default;
};
/// SUBSET=label(low,high) keeps the axis; SUBSET=label(at) drops it.
struct DimensionSubset {
  std::string axis_label;
  std::variant<Trim, Slice> extent;
  bool operator==(const DimensionSubset&) const = default;
};

/// A run of consecutive samples of an axis; `shift` is added to their centres (whole turns of
/// longitude, so that a strip across the seam has increasing longitudes).
struct AxisRun {
  IndexRange range;
  double shift = 0;
  bool operator==(const AxisRun&) const = default;
};

/// Which samples of one axis are wanted.
struct AxisSelection {
  std::vector<AxisRun> runs;  ///< one, two across the seam, many on a mesh; in output order
  bool dropped = false;       ///< by a slice (one sample)
  bool named = false;         ///< by names_step(): the slice means that sample, whatever is to come
  [[nodiscard]] std::size_t size() const {
    std::size_t n = 0;
    for (const AxisRun& run : runs) n += run.range.size();
    return n;
  }
  bool operator==(const AxisSelection&) const = default;
};

/// What a request comes down to, and all that access, cost, limits, cache keys, accounting and
/// explain need to know. Costs no I/O to make.
struct ResolvedQuery {
  std::shared_ptr<const Dataset> dataset;
  const Coverage* coverage = nullptr;  ///< owned by dataset
  std::vector<std::size_t> fields;     ///< indices, in output order
  std::vector<AxisSelection> axes;     ///< one per axis of the domain set, in its order
  /// Of a mesh, trimmed by longitudes and latitudes: the faces within, ascending. Absent: those
  /// all of whose nodes (edges) are selected.
  std::optional<std::vector<std::size_t>> mesh_faces;
  std::string format;                 ///< media type of the answer
  std::vector<std::string> warnings;  ///< e.g. "Nearest value used: time=..." for WMS
  std::size_t output_cells = 0;       ///< pixels for maps, 0: cells()
  std::size_t working_bytes = 0;      ///< that making the answer takes; 0: bytes_for_slabs()

  /// Samples per field.
  [[nodiscard]] std::size_t cells() const {
    std::size_t n = 1;
    for (const AxisSelection& axis : axes) n *= axis.size();
    return n;
  }
  /// Stored bytes, all fields.
  [[nodiscard]] GYRE_API std::size_t stored_bytes() const;
};

/// Is `text` the time of that very step, or a period that begins with it? Then it goes on to mean
/// this step whatever steps are still to come. @pre the axis is one of dates
[[nodiscard]] GYRE_API bool names_step(const Axis& axis, std::size_t step, const std::string& text);

/// Applies DESIGN 4's rules for trims and slices. Axes without a subset are kept whole.
/// `subsetting_crs`: x,y positions of the subsets are in this CRS (absent: native); trims of x
/// and y in another CRS select the smallest index box that covers them.
/// @throws Error{NoSuchAxis, DuplicateAxis, OutsideDomain, InvalidInterval, InvalidPosition}; the
/// subject is the axis label as the client wrote it
[[nodiscard]] GYRE_API ResolvedQuery resolve(std::shared_ptr<const Dataset> dataset,
                                             const Coverage& coverage,
                                             const std::vector<DimensionSubset>& subsets,
                                             const std::vector<std::string>& field_names,
                                             const std::optional<Crs>& subsetting_crs = {});

/// The trim/slice rule for one axis (the one function of DESIGN 4), for callers with their own
/// vocabulary (WMS dimensions).
[[nodiscard]] GYRE_API AxisSelection trim_axis(const Axis& axis, const Trim& trim);
[[nodiscard]] GYRE_API AxisSelection slice_axis(const Axis& axis, const Slice& slice);
/// The whole axis, file order.
[[nodiscard]] GYRE_API AxisSelection whole_axis(const Axis& axis);

}  // namespace gyre::coverage
