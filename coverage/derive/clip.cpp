#include "coverage/derive/clip.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "coverage/base/error.h"
#include "coverage/derive/derivation.h"
#include "coverage/derive/derived_source.h"
#include "coverage/derive/put_missing.h"
#include "coverage/source/dataset_schema.h"

namespace gyre::coverage {
namespace {

struct Clipped {
  Field original;
  cf::RoomForMissing room;
  std::size_t x = 0, y = 0;  ///< its dimensions; the same on a mesh
};

class ClippedSource final : public DerivedSource {
 public:
  ClippedSource(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const HoldingSchema> schema,
                std::shared_ptr<const CellGeometry> geometry, LonLatBox box,
                std::map<std::string, Clipped> fields)
      : DerivedSource(std::move(dataset), std::move(schema)),
        geometry_(std::move(geometry)),
        box_(box),
        fields_(std::move(fields)) {}

  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override {
    return clip(variable, box, original().read(variable, box));
  }
  [[nodiscard]] RawBlock read_wanted(const std::string& variable, const IndexBox& box,
                                     std::span<const std::uint8_t> wanted) const override {
    return clip(variable, box, original().read_wanted(variable, box, wanted));
  }

 private:
  [[nodiscard]] bool leaves(const std::string& variable) const override {
    return !fields_.contains(variable);
  }
  [[nodiscard]] bool holds(std::size_t cell) const {
    const double lon = geometry_->longitude(cell), lat = geometry_->latitude(cell);
    if (!std::isfinite(lon) || !std::isfinite(lat)) return false;
    if (box_.latitudes && !(lat >= box_.latitudes->low && lat <= box_.latitudes->high)) {
      return false;
    }
    if (!box_.longitudes) return true;
    const double low = box_.longitudes->low, high = box_.longitudes->high;
    const double turned = lon + 360 * std::ceil((low - lon) / 360);  // the first turn from low on
    return turned <= high;
  }

  [[nodiscard]] RawBlock clip(const std::string& variable, const IndexBox& box,
                              RawBlock block) const {
    const auto found = fields_.find(variable);
    if (found == fields_.end()) return block;
    const Clipped& field = found->second;
    std::vector<std::uint8_t> gone = make_room(field.original, field.room, block);
    const IndexRange rows = field.x == field.y ? IndexRange{0, 1} : box[field.y];
    const IndexRange columns = box[field.x];
    std::vector<std::uint8_t> outside(rows.size() * columns.size());
    for (std::size_t i = 0; i < outside.size(); ++i) {
      const std::size_t row = rows.begin + i / columns.size();
      const std::size_t column = columns.begin + i % columns.size();
      outside[i] = holds(row * geometry_->columns() + column) ? 0 : 1;
    }
    std::vector<std::size_t> at(box.size(), 0);
    for (std::size_t cell = 0; cell < gone.size(); ++cell) {
      const std::size_t row = field.x == field.y ? 0 : at[field.y];
      gone[cell] = gone[cell] | outside[row * columns.size() + at[field.x]];
      for (std::size_t d = box.size(); d-- > 0;) {
        if (++at[d] < box[d].size()) break;
        at[d] = 0;
      }
    }
    put_missing(block, field.room, gone);
    return block;
  }

  std::shared_ptr<const CellGeometry> geometry_;
  LonLatBox box_;
  std::map<std::string, Clipped> fields_;
};

std::size_t dimension_of(const VariableSchema& variable, const Axis& axis) {
  const auto found =
      std::find(variable.dimensions.begin(), variable.dimensions.end(), axis.data().dimension);
  if (found == variable.dimensions.end()) {
    throw Error(ErrorKind::Internal, variable.name, "a field lies beside its grid");
  }
  return static_cast<std::size_t>(found - variable.dimensions.begin());
}

}  // namespace

std::shared_ptr<const Dataset> clipped(const std::shared_ptr<const Dataset>& dataset,
                                       const Coverage& coverage, const LonLatBox& box) {
  const DomainSet& domain_set = coverage.domain_set;
  const auto schema = schema_of(*dataset);
  Derivation derivation(*dataset, coverage);
  std::map<std::string, Clipped> fields;
  for (std::size_t k = 0; k < coverage.fields.size(); ++k) {
    const Field& original = coverage.fields[k];
    const VariableSchema& variable = *schema->find(original.name);
    Clipped one{original, cf::with_room_for_missing(original),
                dimension_of(variable, domain_set.axes()[domain_set.x()]),
                dimension_of(variable, domain_set.axes()[domain_set.y()])};
    derivation.replace(k, one.room.field);
    fields.emplace(original.name, std::move(one));
  }
  return derivation.finish([&](std::shared_ptr<const HoldingSchema> made) {
    return std::make_shared<const ClippedSource>(
        dataset, std::move(made), domain_set.shared_geometry(), box, std::move(fields));
  });
}

}  // namespace gyre::coverage
