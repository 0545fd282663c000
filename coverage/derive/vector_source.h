#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "coverage/derive/derived_source.h"
#include "coverage/derive/grid_angle.h"
#include "coverage/derive/staggering.h"
#include "coverage/model/field.h"

namespace gyre::coverage {

/// Two components of the holding, and how they come together at the centres of cells.
struct VectorParts {
  Field x, y;                        ///< as the holding has them
  std::size_t row_dimension = 0;     ///< which dimensions of the variables count rows and columns
  std::size_t column_dimension = 0;  ///< row_dimension on a mesh
  std::optional<Faces> x_faces;      ///< along the columns, where x lies on faces
  std::optional<Faces> y_faces;      ///< along the rows, where y does
  std::size_t rows = 0, columns = 0;
  std::optional<GridAngle> angle;  ///< absent: they are eastward and northward
};

/// What is computed of them.
enum class VectorValue : std::uint8_t { Eastward, Northward, Speed, Direction };

struct VectorField {
  std::size_t parts = 0;  ///< of which vector
  VectorValue value = VectorValue::Speed;
  Field field;  ///< as it is given: float32 or float64, with a fill value
};

/// Computes vectors from components whenever they are read; other variables are the original's.
///
/// Missing is what one of the components lacks; a component on faces, where one of the two faces
/// of the cell lacks: whether the face is closed (no flow) or not known is not told by a missing
/// value. Eastward, northward and direction are missing at poles of grids that are turned; the
/// direction, where nothing moves.
class VectorSource final : public DerivedSource {
 public:
  VectorSource(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const HoldingSchema> schema,
               std::vector<VectorParts> parts, std::vector<VectorField> fields)
      : DerivedSource(std::move(dataset), std::move(schema)),
        parts_(std::move(parts)),
        fields_(std::move(fields)) {}

  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  /// It pays to say which cells matter where their angles have to be found.
  [[nodiscard]] bool computes() const override;
  void explain(const std::string& variable, const IndexBox& box,
               Explanation& explanation) const override;
  void explain_picked(const std::string& variable, const Picks& picks,
                      Explanation& explanation) const override;
  [[nodiscard]] RawBlock read_wanted(const std::string& variable, const IndexBox& box,
                                     std::span<const std::uint8_t> wanted) const override;
  [[nodiscard]] RawBlock read_picked(const std::string& variable,
                                     const Picks& picks) const override;

 private:
  class Component;
  [[nodiscard]] bool leaves(const std::string& variable) const override {
    return computed(variable) == nullptr;
  }
  [[nodiscard]] const VectorField* computed(const std::string& variable) const;
  void compute(const VectorField& field, const IndexBox& box, std::span<const std::uint8_t> wanted,
               std::span<std::byte> to) const;

  std::vector<VectorParts> parts_;
  std::vector<VectorField> fields_;
};

}  // namespace gyre::coverage
