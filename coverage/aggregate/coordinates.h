#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "coverage/aggregate/agreement.h"
#include "coverage/aggregate/layout.h"
#include "coverage/aggregate/positions.h"

namespace gyre::coverage::aggregation {

/// Runs outside and times inside: the inner dimension counts leads.
struct Leads {
  std::size_t run = 0, time = 0;  ///< joined axes
};
/// The two, where members hold forecasts of one run each.
[[nodiscard]] std::optional<Leads> find_leads(const Agreement& agreement, const Joins& joins,
                                              const std::vector<Positions>& positions);
/// Times become leads: microseconds after the member's run.
void count_leads(const Leads& leads, std::vector<Positions>& positions);

/// What a coordinate of a joined dimension is made of.
struct CoordinateInput {
  const Agreement& agreement;
  const Structures& structures;
  const Join& join;
  const Positions& positions;
  const JoinedAxis& axis;
  const std::vector<std::int64_t>& keys;
  bool reference_times = false;  ///< its times are those of runs
};

/// The coordinate variable of a joined dimension, with its values: as stored where all members
/// store it alike, else brought to one unit, exactly.
[[nodiscard]] AggregateVariable make_coordinate(const CoordinateInput& input);

/// forecast_period, in hours or in the units that `like` (may be null) has.
[[nodiscard]] AggregateVariable make_lead_coordinate(const std::string& name,
                                                     const std::vector<std::int64_t>& keys,
                                                     const VariableSchema* like);

}  // namespace gyre::coverage::aggregation
