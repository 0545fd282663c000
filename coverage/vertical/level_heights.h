#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/domain_set.h"
#include "coverage/model/index_range.h"
#include "coverage/model/vertical_transform.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// The terms of a formula over a box of columns, and the heights that follow from them. Where one
/// axis counts the columns (a mesh), they are one row.
class GYRE_API LevelHeights {
 public:
  /// Reads the terms.
  /// @param at one index per axis of the domain set; those of x, y and the levels are not looked at
  /// @throws Error as Source::read
  LevelHeights(const Source& source, const DomainSet& domain_set,
               const VerticalTransform& transform, const std::vector<std::size_t>& at,
               IndexRange rows, IndexRange columns);

  [[nodiscard]] std::size_t levels() const { return levels_; }
  /// Metres, up positive, or pascals, of each level of one column; NaN where a term is missing.
  /// @param row, column counted from the begin of the box
  /// @pre heights.size() == levels()
  void column(std::size_t row, std::size_t column, std::span<double> heights) const;

  /// Values that a term has for one column of this transform, at most: for bounding memory.
  [[nodiscard]] static std::size_t values_per_column(const DomainSet& domain_set,
                                                     const VerticalTransform& transform);

 private:
  struct Values;
  [[nodiscard]] static Values read_of_nodes(const Source& source, const DomainSet& domain_set,
                                            const FormulaTerm& term, std::size_t levels_axis,
                                            const IndexBox& box, IndexRange columns);
  void stretch();

  /// One term in memory; a stride of 0 where it does not vary.
  struct Values {
    std::size_t slot = 0;
    std::vector<double> numbers;
    std::size_t by_level = 0, by_row = 0, by_column = 0;
  };

  VerticalFormula formula_;
  std::size_t levels_;
  std::vector<double> omitted_;
  std::vector<Values> terms_;
  std::vector<double> stretched_;  ///< of ocean_s_coordinate by level, where columns share it
};

/// The height or pressure of one sample; NaN where a term is missing.
/// @param at one index per axis of the domain set
[[nodiscard]] GYRE_API double height_of_sample(const Source& source, const DomainSet& domain_set,
                                               const VerticalTransform& transform,
                                               const std::vector<std::size_t>& at);

}  // namespace gyre::coverage
