#pragma once

#include <string>
#include <vector>

#include "coverage/source/source.h"
#include "coverage/subset/linear_stencil.h"
#include "coverage/subset/pixel_map.h"
#include "coverage/subset/regridding.h"
#include "coverage/subset/view.h"

namespace gyre::coverage {

/// A variable of the new grid's own: an axis, or the container of its CRS.
struct OwnVariable {
  VariableSchema schema;
  std::vector<double> values;
};

/// One field of the new grid: where it comes from, and how its samples are stored.
struct RegriddedField {
  std::size_t base = 0;  ///< in the base query's fields
  Field field;           ///< as the new coverage has it
  Scalar fill;           ///< what stands where there is no sample, in its storage type
  Interpolation interpolation = Interpolation::Nearest;
  bool direction = false;  ///< degrees that go round: interpolated as unit vectors
  bool remask = false;     ///< stored in a wider type: whatever is missing becomes `fill`
};

/// Reads a coverage on another grid: looks up the samples of the cells it is asked for. Variables
/// that do not lie on the grid are those of the base.
class RegriddedSource : public Source {
 public:
  RegriddedSource(ResolvedQuery base, Regridding regridding, HoldingSchema schema,
                  std::vector<OwnVariable> own, std::vector<RegriddedField> fields,
                  const AbortToken& abort);

  [[nodiscard]] HoldingSchema describe() const override { return schema_; }
  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  void explain(const std::string& variable, const IndexBox& box,
               Explanation& explanation) const override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override;

 private:
  [[nodiscard]] RawBlock nearest(const RegriddedField& field, const View& view,
                                 const PixelMap& map) const;
  [[nodiscard]] RawBlock linear(const RegriddedField& field, const View& view,
                                const LinearStencil& stencil) const;

  ResolvedQuery base_;
  Regridding regridding_;
  HoldingSchema schema_;
  std::vector<OwnVariable> own_;
  std::vector<RegriddedField> fields_;
  AbortToken abort_;
};

/// Puts one stored value into a block. @pre the value fits the block's type
void set_sample(RawBlock& block, std::size_t index, const Scalar& value);

}  // namespace gyre::coverage
