#include "coverage/subset/whole_plane.h"

#include "coverage/base/error.h"

namespace gyre::coverage {

ResolvedQuery over_whole_plane(const ResolvedQuery& query) {
  ResolvedQuery plane = query;
  const DomainSet& domain_set = query.coverage->domain_set;
  plane.axes[domain_set.x()] = whole_axis(domain_set.axes()[domain_set.x()]);
  plane.axes[domain_set.y()] = whole_axis(domain_set.axes()[domain_set.y()]);
  for (std::size_t a = 0; a < plane.axes.size(); ++a) {
    if (a == domain_set.x() || a == domain_set.y() || plane.axes[a].size() == 1) continue;
    throw Error(ErrorKind::InvalidPosition, domain_set.axes()[a].label(),
                "A map shows one sample of axis '" + domain_set.axes()[a].label() +
                    "': give one position on it.");
  }
  return plane;
}

}  // namespace gyre::coverage
