#pragma once

#include <optional>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/dataset.h"

namespace gyre::coverage {

/// Finds the vectors of a dataset and gives them coverages of their own: "<id>.vectors" beside each
/// coverage that has pairs of components, with the speed and the direction of each, and its true
/// eastward and northward components where the grid's own are something else. Field names are CF's
/// standard names (vector_names.h); where a name is taken, with the name of the x component after
/// it. Components on the faces of cells (staggered grids) are brought to the centres, on the domain
/// set of the coverage that has these.
///
/// A pair: the same name but for the component, the same units, dimensions and grid. Costs no I/O
/// beyond a few rows of the grid's angles, where the holding gives them. The dataset's source and
/// schema become those of a VectorSource over it.
/// @param dataset described in full but for ids and description; coverage ids are suffixes
/// @param warnings gets why components are no vectors after all
GYRE_API void add_vectors(Dataset& dataset, std::vector<std::string>& warnings);

/// What is to be said of a component along the axes of its grid (x and y by its name) once it lies
/// on another grid, whose axes it has nothing to do with: that, and where the dataset offers the
/// true components. Absent for all other fields.
[[nodiscard]] GYRE_API std::optional<std::string> note_on_grid_component(const Dataset& dataset,
                                                                         const Field& field);

}  // namespace gyre::coverage
