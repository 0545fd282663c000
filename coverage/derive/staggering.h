#pragma once

#include <cstddef>
#include <optional>

#include "coverage/base/export.h"
#include "coverage/model/axis.h"
#include "coverage/model/domain_set.h"

namespace gyre::coverage {

/// How faces lie between the cells of a grid along one of its axes (Arakawa's C grid, SGRID's
/// edges). Cell i has the faces i + lower and i + lower + 1, those of them that there are.
struct Faces {
  std::ptrdiff_t lower = 0;  ///< -1: the first face lies after the first cell; 0: before it
  std::size_t count = 0;     ///< of faces along the axis
  bool round = false;        ///< the last cell is beside the first one: they share a face
  bool operator==(const Faces&) const = default;
};

/// Whether, and how, the samples of `faces` lie half way between neighbouring samples of `centres`
/// along their x axes (AxisRole::X) or y axes, told by their positions: names and sizes decide
/// nothing. Looks at some hundred cells spread over the grid.
[[nodiscard]] GYRE_API std::optional<Faces> faces_between(const DomainSet& faces,
                                                          const DomainSet& centres, AxisRole along);

}  // namespace gyre::coverage
