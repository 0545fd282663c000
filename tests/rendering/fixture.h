#pragma once

#include "coverage/model/dataset.h"

namespace gyre::tests {

/// A coverage of one field on a 2 x 2 grid, for choosing styles.
inline coverage::Coverage one_field(coverage::Field field, double low, double high) {
  const auto axis = [](const char* label, coverage::AxisRole role) {
    coverage::AxisData data;
    data.label = data.dimension = label;
    data.role = role;
    data.centres = {0, 1};
    return coverage::Axis(std::move(data));
  };
  return {
      "c",
      coverage::DomainSet({axis("lat", coverage::AxisRole::Y), axis("lon", coverage::AxisRole::X)},
                          coverage::Crs(), ""),
      {std::move(field)},
      {{low, high}}};
}

}  // namespace gyre::tests
