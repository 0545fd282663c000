#include "services/wcs/asked_values.h"

#include <algorithm>

#include <fmt/format.h>

#include "services/ows/exception.h"
#include "services/wcs/asked_surface.h"
#include "services/wcs/names.h"

namespace gyre::wcs {
namespace {

[[noreturn]] void refuse_units(const std::string& why) {
  throw ows::Exception("InvalidParameterValue", coverage::kUnitsParameter, 400, why);
}

}  // namespace

std::vector<coverage::UnitWish> units_asked(const std::vector<UnitsItem>& items,
                                            const coverage::Coverage& coverage,
                                            const std::vector<std::size_t>& fields) {
  std::vector<coverage::UnitWish> wishes;
  for (const UnitsItem& item : items) {
    if (!item.field) {
      for (const std::size_t k : fields) wishes.push_back({coverage.fields[k].name, item.units});
      continue;
    }
    const std::size_t k = field_from(coverage, *item.field);
    const std::string& name = coverage.fields[k].name;
    if (std::find(fields.begin(), fields.end(), k) == fields.end()) {
      refuse_units(fmt::format("Units are asked of '{}', which RANGESUBSET leaves out.", name));
    }
    if (std::any_of(wishes.begin(), wishes.end(),
                    [&](const coverage::UnitWish& wish) { return wish.field == name; })) {
      refuse_units(fmt::format("Units of '{}' are asked for twice.", name));
    }
    wishes.push_back({name, item.units});
  }
  return wishes;
}

coverage::AskedValues values_asked(const GetCoverage& request, const coverage::CoverageOf& offered,
                                   const std::vector<std::string>& fields) {
  coverage::AskedValues asked;
  asked.surface = surface_asked(request, *offered.coverage);
  if (request.units.empty() && request.quality.empty()) return asked;
  std::vector<std::size_t> indices;
  for (std::size_t k = 0; k < offered.coverage->fields.size(); ++k) {
    const std::string& name = offered.coverage->fields[k].name;
    if (fields.empty() || std::find(fields.begin(), fields.end(), name) != fields.end()) {
      indices.push_back(k);
    }
  }
  asked.units = units_asked(request.units, *offered.coverage, indices);
  if (request.quality.empty()) return asked;
  std::vector<coverage::QualitySubject> subjects;
  for (const std::size_t k : indices) {
    subjects.push_back({offered.dataset.get(), &offered.coverage->fields[k]});
  }
  auto rules = coverage::quality_rules(subjects, request.quality);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    asked.quality.push_back({indices[i], std::move(rules[i])});
  }
  return asked;
}

}  // namespace gyre::wcs
