#pragma once

#include <string>
#include <vector>

#include "coverage/encode/mesh_subset.h"
#include "coverage/encode/netcdf_plan.h"

namespace gyre::coverage {

/// The variables that make a mesh of what a view keeps (UGRID 1.0), ready to be written.
struct MeshPlan {
  std::string topology;                    ///< name of the mesh topology variable, flat
  std::vector<PlannedVariable> variables;  ///< tables of indices, counting what is kept; topology
  std::vector<DimensionSchema> dimensions;
};

/// @param carried names (of the holding) of the variables that the file has besides
/// Cost: reads the tables of indices. Memory: theirs, and a number for each node and face.
[[nodiscard]] MeshPlan plan_mesh(const View& view, const MeshSubset& subset,
                                 const HoldingSchema& schema,
                                 const std::vector<std::string>& carried, const AbortToken& abort);

}  // namespace gyre::coverage
