#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/dataset.h"
#include "coverage/model/holding_schema.h"
#include "coverage/model/raw_block.h"

namespace gyre::coverage {
namespace geometry {
class GeometryStore;
}

/// How interpret() gets at coordinate values: the whole variable, as stored.
struct CoordinateReader {
  std::function<RawBlock(const std::string& variable)> numbers;
  std::function<std::vector<std::string>(const std::string& variable)> strings;
  /// Names the stored values of a variable for good, without a look at them; absent: it is not
  /// known. May be empty.
  std::function<std::optional<std::string>(const std::string& variable)> fingerprint = {};
  /// Shares the geometries of grids with other holdings; null: of this one alone.
  std::shared_ptr<geometry::GeometryStore> geometries = nullptr;
};

/// What the CF conventions make of a holding.
struct Interpretation {
  std::vector<Coverage> coverages;    ///< principal first; `id` is "" for it and the suffix
                                      ///< ("time-lat-lon") for the others; no colour ranges yet
  std::vector<NotServed> not_served;  ///< variables that look like data but are not served
  std::vector<std::string> warnings;  ///< contradictions in the file, and which side was taken
};

/// CF attributes -> axes, CRSs, packing, coverages. Attributes first, names last; a variable
/// whose axes are not understood is listed with the reason and what to fix, never guessed.
[[nodiscard]] GYRE_API Interpretation interpret(const HoldingSchema& schema,
                                                const CoordinateReader& reader);

}  // namespace gyre::coverage
