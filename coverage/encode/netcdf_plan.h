#pragma once

#include <optional>
#include <string>
#include <vector>

#include "coverage/encode/companions.h"
#include "coverage/encode/encoder.h"
#include "coverage/model/attribute.h"
#include "coverage/model/raw_block.h"

namespace gyre::coverage {

/// One variable of the file to be. Its values are here (coordinates and other small ones), or are
/// streamed from a field of the view or a companion of the holding.
struct PlannedVariable {
  std::string name;
  ElementType type = ElementType::Float64;
  std::vector<std::string> dimensions;
  std::vector<std::size_t> shape;
  Attributes attributes;
  std::optional<RawBlock> block;
  std::vector<std::string> strings;  ///< type String
  std::optional<std::size_t> field;  ///< of the view
  std::optional<Companion> companion;

  [[nodiscard]] std::size_t cells() const {
    std::size_t n = 1;
    for (const std::size_t extent : shape) n *= extent;
    return n;
  }
};

/// A NetCDF file laid out: what is defined before the first value is written.
struct NetcdfPlan {
  std::vector<DimensionSchema> dimensions;
  std::vector<PlannedVariable> variables;  ///< fields last
  Attributes attributes;
  std::shared_ptr<const HoldingSchema> schema;  ///< that companions are of
};

/// The file has no groups. @throws Error{EncodingRefused} where two fields would have one name
void check_names(const View& view);

/// Reads coordinates and other small companions. Memory: theirs.
[[nodiscard]] NetcdfPlan plan_netcdf(const View& view, const Provenance& provenance,
                                     const AbortToken& abort);

/// Companions above this are streamed.
constexpr std::size_t kSmallBytes = 16u << 20;

/// Book-keeping left out; a _FillValue has the variable's type or netCDF refuses it.
[[nodiscard]] Attributes tidy_attributes(const Attributes& attributes, ElementType type);

/// A companion's cells in `box` (one range per dimension that is kept), shape: the kept ones.
[[nodiscard]] RawBlock read_companion(const View& view, const Companion& companion,
                                      const IndexBox& kept_box, const AbortToken& abort);

/// The classic formats know int8, int16, int32 and floats only. Values and attributes held in the
/// plan are narrowed or widened where nothing is lost; true when all of the plan then fits.
[[nodiscard]] bool make_classic(NetcdfPlan& plan, const View& view);

}  // namespace gyre::coverage
