#include "coverage/subset/asked_values.h"

#include <algorithm>

#include "coverage/vertical/surface.h"

namespace gyre::coverage {
namespace {

CoverageOf only(std::shared_ptr<const Dataset> derived) {
  const Coverage* const coverage = &derived->coverages.front();
  return {std::move(derived), coverage};
}

}  // namespace

CoverageOf samples_asked(CoverageOf given, const AskedValues& asked, const AbortToken& abort) {
  const bool masks = std::any_of(asked.quality.begin(), asked.quality.end(),
                                 [](const FieldMask& mask) { return !mask.rules.empty(); });
  if (masks) given = only(masked_by_quality(given.dataset, *given.coverage, asked.quality));
  if (asked.surface) {
    given = only(at_surface(given.dataset, *given.coverage, *asked.surface, abort));
  }
  return given;
}

ResolvedQuery in_units_asked(ResolvedQuery query, const AskedValues& asked) {
  if (asked.units.empty()) return query;
  query.dataset = in_units(query.dataset, *query.coverage, asked.units);
  query.coverage = &query.dataset->coverages.front();
  return query;
}

}  // namespace gyre::coverage
