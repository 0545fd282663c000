#include "coverage/cf/coverage_groups.h"

#include <algorithm>
#include <map>
#include <string>

#include <fmt/format.h>

#include "coverage/cf/text.h"

namespace gyre::coverage::cf {
namespace {

std::size_t dimensions_of(const Coverage& coverage) {
  const auto& axes = coverage.domain_set.axes();
  return static_cast<std::size_t>(
      std::count_if(axes.begin(), axes.end(), [](const Axis& axis) { return !axis.is_scalar(); }));
}

std::string joined(const Coverage& coverage, bool scalars) {
  std::string text;
  for (const Axis& axis : coverage.domain_set.axes()) {
    if (axis.is_scalar() != scalars) continue;
    const std::string name = scalars ? axis.label() : axis.data().dimension;
    text += (text.empty() ? "" : "-") + name;
  }
  return text;
}

/// Adds `more` of each coverage to the ids that are not unique.
template <typename More>
void make_unique(std::vector<Coverage>& coverages, More&& more) {
  std::map<std::string, int> count;
  for (const Coverage& coverage : coverages) ++count[coverage.id];
  for (Coverage& coverage : coverages) {
    if (coverage.id.empty() || count[coverage.id] < 2) continue;
    const std::string addition = more(coverage);
    if (!addition.empty()) coverage.id += "-" + ncname(addition);
  }
}

}  // namespace

void order_and_name(std::vector<Coverage>& coverages) {
  if (coverages.empty()) return;
  const auto principal = std::max_element(
      coverages.begin(), coverages.end(), [](const Coverage& a, const Coverage& b) {
        const auto rank = [](const Coverage& c) {
          return std::pair(dimensions_of(c), c.fields.size());
        };
        return rank(a) < rank(b);  // of equals the first is taken
      });
  std::rotate(coverages.begin(), principal, principal + 1);
  coverages.front().id.clear();
  for (std::size_t i = 1; i < coverages.size(); ++i) {
    coverages[i].id = ncname(joined(coverages[i], false));
  }
  make_unique(coverages, [](const Coverage& c) { return joined(c, true); });
  make_unique(coverages, [](const Coverage& c) { return c.domain_set.grid_mapping_variable(); });
  std::map<std::string, int> seen;
  for (Coverage& coverage : coverages) {
    const int n = ++seen[coverage.id];
    if (n > 1) coverage.id += fmt::format("-{}", n);
  }
}

}  // namespace gyre::coverage::cf
