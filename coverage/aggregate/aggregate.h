#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "coverage/aggregate/aggregation_rule.h"
#include "coverage/aggregate/joins.h"
#include "coverage/aggregate/member_sources.h"
#include "coverage/aggregate/schema_changes.h"
#include "coverage/base/export.h"
#include "coverage/model/aggregate_report.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// Many holdings as if they were one.
struct Aggregated {
  std::shared_ptr<const Source> source;  ///< describe() is the merged schema; null: see `refusal`
  std::shared_ptr<const AggregateReport> report;
  std::int64_t modified_ns = 0;  ///< of the member modified last
  std::string refusal;           ///< why nothing can be served
};

/// Joins holdings by what is known of them: opens none.
///
/// What most members agree on is the reference: grids (fingerprints of coordinates), dimensions,
/// units, calendars, flags. Members that differ are quarantined, and the report says why. Positions
/// along joined dimensions are put in order, each once; of members that have the same cell the
/// rule's `overlaps` says which is asked. Times are brought to one unit, values that are stored in
/// several ways to one type (value_form.h). Where no member has a cell it is missing.
///
/// With runs of forecasts (a reference time and, inside, a time) the inner dimension counts leads,
/// and the time is one of runs and leads.
///
/// @param members in the order of their paths
/// @param open how data of members are read later on
/// Cost: some microseconds a member, most of it comparing pointers. Never throws for what members
/// hold.
[[nodiscard]] GYRE_API Aggregated
aggregate(const std::vector<aggregation::MemberToJoin>& members, const AggregationRule& rule,
          const aggregation::SchemaChanges& changes = {},
          const aggregation::OpenMember& open = aggregation::open_member);

}  // namespace gyre::coverage
