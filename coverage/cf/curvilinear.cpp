#include "coverage/cf/curvilinear.h"

#include <algorithm>

#include "coverage/cf/axis_kind.h"

namespace gyre::coverage::cf {

bool is_curvilinear(const Holding& holding, const VariableSchema& field) {
  bool x = false;
  bool y = false;
  for (const VariableSchema& variable : holding.schema().variables) {
    if (variable.dimensions.size() < 2 || variable.type == ElementType::String ||
        &variable == &field) {
      continue;
    }
    const AxisKind kind = axis_kind_of(variable);
    if (kind.horizontal != Horizontal::Globe) continue;
    const bool inside = std::all_of(
        variable.dimensions.begin(), variable.dimensions.end(), [&](const std::string& dimension) {
          return std::find(field.dimensions.begin(), field.dimensions.end(), dimension) !=
                 field.dimensions.end();
        });
    if (!inside) continue;
    x = x || kind.is_x();
    y = y || kind.is_y();
  }
  return x && y;
}

}  // namespace gyre::coverage::cf
