#include "coverage/derive/forecast_view.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/base/error.h"
#include "coverage/cf/packing.h"
#include "coverage/cf/text.h"
#include "coverage/derive/forecast_source.h"
#include "coverage/source/dataset_schema.h"

namespace gyre::coverage {
namespace {

Attribute text(const char* name, std::string value) {
  return {name, ElementType::String, std::move(value)};
}

/// The variable of an axis, or nullptr.
const VariableSchema* variable_of(const Axis& axis, const HoldingSchema& schema) {
  return axis.data().variable.empty() || axis.data().index_only ? nullptr
                                                                : schema.find(axis.data().variable);
}

class Deriving {
 public:
  Deriving(const std::shared_ptr<const Dataset>& dataset, const Coverage& coverage,
           std::vector<Forecast> forecasts, ForecastAxis axis)
      : dataset_(dataset),
        coverage_(coverage),
        runs_(*coverage.forecasts),
        axis_(axis),
        original_(schema_of(*dataset)) {
    const auto& axes = coverage.domain_set.axes();
    series_.runs = axes[runs_.run_axis].data().dimension;
    series_.leads = axes[runs_.lead_axis].data().dimension;
    series_.forecasts = std::move(forecasts);
    time_ = runs_.time_variable.empty() ? free_name() : runs_.time_variable;
    series_.dimension = axis == ForecastAxis::ValidTime ? time_ : series_.runs;
    if (!runs_.time_variable.empty()) return;
    series_.time_variable = time_;
    for (const Forecast& forecast : series_.forecasts) {
      series_.times.push_back(position_of(forecast));
    }
  }

  std::shared_ptr<const Dataset> run(const std::string& id) {
    auto view = without_coverages(*dataset_);
    HoldingSchema schema = along_series();
    Coverage coverage{id,      domain_set(),     {}, coverage_.colour_ranges, nullptr,
                      nullptr, coverage_.vectors};
    std::vector<std::string> ignored;
    for (const Field& field : coverage_.fields) {
      coverage.fields.push_back(field_of(*schema.find(field.name), ignored));
    }
    coverage.vertical = vertical(schema, coverage.domain_set);
    view->coverages.push_back(std::move(coverage));
    view->schema = std::make_shared<const HoldingSchema>(std::move(schema));
    view->source =
        std::make_shared<ForecastSource>(dataset_, original_, view->schema, std::move(series_));
    return view;
  }

 private:
  [[nodiscard]] double position_of(const Forecast& forecast) const {
    return runs_.positions[forecast.run * runs_.leads + forecast.lead];
  }

  /// For the valid times, where none of the holding's variables has them.
  [[nodiscard]] std::string free_name() const {
    std::string name = "time";
    const auto taken = [&](const std::string& one) {
      return original_->find(one) != nullptr ||
             std::any_of(original_->dimensions.begin(), original_->dimensions.end(),
                         [&](const DimensionSchema& dimension) { return dimension.name == one; });
    };
    if (taken(name)) name = "valid_time";
    while (taken(name)) name += "_";
    return name;
  }

  [[nodiscard]] bool is_gathered(const std::string& dimension) const {
    return dimension == series_.runs || dimension == series_.leads;
  }

  /// Coordinates along the series beside the one that gives its axis.
  [[nodiscard]] std::vector<std::string> others_along() const {
    std::vector<std::string> names;
    if (axis_ == ForecastAxis::ReferenceTime) names.push_back(time_);
    for (const std::size_t a : {runs_.run_axis, runs_.lead_axis}) {
      const VariableSchema* const variable =
          variable_of(coverage_.domain_set.axes()[a], *original_);
      const bool own = axis_ == ForecastAxis::ReferenceTime && a == runs_.run_axis;
      if (variable != nullptr && !own) names.push_back(variable->name);
    }
    return names;
  }

  /// A coordinate variable needs no listing.
  void list_coordinates(VariableSchema& field) const {
    const std::string own = axis_ == ForecastAxis::ValidTime
                                ? time_
                                : coverage_.domain_set.axes()[runs_.run_axis].data().variable;
    std::vector<std::string> names = cf::words(field.attributes.text("coordinates").value_or(""));
    std::vector<std::string> along = others_along();
    if (own == series_.dimension) {
      std::erase(names, own);
    } else if (!own.empty()) {
      along.push_back(own);  // called otherwise than its dimension, it is found by the list alone
    }
    for (std::string& name : along) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(std::move(name));
      }
    }
    field.attributes.set(text("coordinates", fmt::format("{}", fmt::join(names, " "))));
  }

  [[nodiscard]] VariableSchema along_series(const VariableSchema& variable) const {
    VariableSchema changed = variable;
    changed.dimensions.clear();
    changed.shape.clear();
    changed.chunk_shape.clear();
    bool placed = false;
    for (std::size_t d = 0; d < variable.dimensions.size(); ++d) {
      const bool gathered = is_gathered(variable.dimensions[d]);
      if (gathered && placed) continue;
      placed = placed || gathered;
      changed.dimensions.push_back(gathered ? series_.dimension : variable.dimensions[d]);
      changed.shape.push_back(gathered ? series_.forecasts.size() : variable.shape[d]);
      if (!variable.chunk_shape.empty()) {
        changed.chunk_shape.push_back(gathered ? 1 : variable.chunk_shape[d]);
      }
    }
    if (!placed) return variable;
    if (variable.name == time_) {
      // Now a coordinate variable, of forecasts that there are.
      for (const char* name : {"_FillValue", "missing_value", "coordinates"}) {
        changed.attributes.remove(name);
      }
      if (!changed.attributes.has("standard_name")) {
        changed.attributes.set(text("standard_name", "time"));
      }
    }
    return changed;
  }

  [[nodiscard]] VariableSchema time_schema() const {
    VariableSchema variable;
    variable.name = time_;
    variable.type = ElementType::Float64;
    variable.dimensions = {series_.dimension};
    variable.shape = {series_.forecasts.size()};
    variable.attributes.set(text("standard_name", "time"));
    variable.attributes.set(text("units", runs_.uom));
    variable.attributes.set(
        text("calendar", std::string(name_of(runs_.units.reference.calendar()))));
    if (axis_ == ForecastAxis::ValidTime) variable.attributes.set(text("axis", "T"));
    return variable;
  }

  [[nodiscard]] HoldingSchema along_series() const {
    HoldingSchema schema = *original_;
    std::erase_if(schema.dimensions,
                  [&](const DimensionSchema& dimension) { return is_gathered(dimension.name); });
    schema.dimensions.push_back({series_.dimension, series_.forecasts.size()});
    for (VariableSchema& variable : schema.variables) {
      variable = along_series(variable);
      const bool is_field = std::any_of(coverage_.fields.begin(), coverage_.fields.end(),
                                        [&](const Field& f) { return f.name == variable.name; });
      if (is_field) list_coordinates(variable);
    }
    if (!series_.time_variable.empty()) schema.variables.push_back(time_schema());
    return schema;
  }

  [[nodiscard]] AxisData time_axis() const {
    AxisData data;
    data.label = time_.substr(time_.rfind('/') + 1);
    data.dimension = series_.dimension;
    data.variable = time_;
    data.role = AxisRole::Time;
    data.uom = runs_.uom;
    data.standard_name = "time";
    data.time_units = runs_.units;
    std::vector<double> centres;
    std::vector<TimeInstant> instants;
    std::vector<TimePeriod> periods;
    for (const Forecast& forecast : series_.forecasts) {
      centres.push_back(position_of(forecast));
      instants.push_back(forecast.valid);
      if (const auto bounds = runs_.bounds_of(forecast)) {
        data.bounds.insert(data.bounds.end(), {bounds->first, bounds->second});
        const auto [low, high] = std::minmax(bounds->first, bounds->second);
        periods.push_back({runs_.units.decode(low), runs_.units.decode(high)});
      }
    }
    data.centres = std::move(centres);
    data.instants = Instants(instants);
    data.periods = Periods(periods);
    return data;
  }

  [[nodiscard]] AxisData run_axis() const {
    const AxisData& all = coverage_.domain_set.axes()[runs_.run_axis].data();
    AxisData data = all;
    data.bounds.clear();
    data.periods = {};
    std::vector<double> centres;
    std::vector<TimeInstant> instants;
    for (const Forecast& forecast : series_.forecasts) {
      centres.push_back(all.centres[forecast.run]);
      instants.push_back(all.instants[forecast.run]);
    }
    data.centres = std::move(centres);
    data.instants = Instants(instants);
    return data;
  }

  [[nodiscard]] DomainSet domain_set() const {
    std::vector<Axis> axes;
    bool placed = false;
    for (std::size_t a = 0; a < coverage_.domain_set.axes().size(); ++a) {
      const bool gathered = a == runs_.run_axis || a == runs_.lead_axis;
      if (!gathered) {
        axes.push_back(coverage_.domain_set.axes()[a]);
      } else if (!placed) {
        axes.emplace_back(axis_ == ForecastAxis::ValidTime ? time_axis() : run_axis());
        placed = true;
      }
    }
    return {with_own_labels(axes), coverage_.domain_set.crs(),
            coverage_.domain_set.grid_mapping_variable(), coverage_.domain_set.shared_geometry()};
  }

  /// A scalar coordinate may be called as the series' axis is.
  [[nodiscard]] static std::vector<Axis> with_own_labels(const std::vector<Axis>& axes) {
    std::vector<Axis> unique;
    for (const Axis& axis : axes) {
      AxisData data = axis.data();
      const auto taken = [&](const std::string& label) {
        return std::any_of(unique.begin(), unique.end(),
                           [&](const Axis& one) { return one.label() == label; });
      };
      const std::string plain = data.label;
      for (int n = 2; taken(data.label); ++n) data.label = fmt::format("{}_{}", plain, n);
      unique.emplace_back(std::move(data));
    }
    return unique;
  }

  /// The terms as they lie along the series.
  [[nodiscard]] std::shared_ptr<const VerticalTransform> vertical(
      const HoldingSchema& schema, const DomainSet& domain_set) const {
    if (!coverage_.vertical) return nullptr;
    auto transform = std::make_shared<VerticalTransform>(*coverage_.vertical);
    const auto& axes = domain_set.axes();
    const auto along = [&](const std::string& dimension) {
      const auto found = std::find_if(axes.begin(), axes.end(), [&](const Axis& axis) {
        return !dimension.empty() && axis.data().dimension == dimension;
      });
      return found == axes.end() ? FormulaTerm::kOneCell
                                 : static_cast<std::size_t>(found - axes.begin());
    };
    transform->axis = along(coverage_.domain_set.axes()[coverage_.vertical->axis].data().dimension);
    if (transform->axis == FormulaTerm::kOneCell) return nullptr;
    std::vector<std::string> ignored;
    for (FormulaTerm& term : transform->terms) {
      const VariableSchema* const variable = schema.find(term.values.name);
      if (variable == nullptr) return nullptr;
      term.values = field_of(*variable, ignored);
      term.axes.clear();
      for (const std::string& dimension : variable->dimensions) {
        term.axes.push_back(along(dimension));
      }
    }
    return transform;
  }

  std::shared_ptr<const Dataset> dataset_;
  const Coverage& coverage_;
  const ForecastRuns& runs_;
  ForecastAxis axis_;
  std::shared_ptr<const HoldingSchema> original_;
  std::string time_;  // the variable of valid times
  ForecastSource::Series series_;
};

}  // namespace

std::shared_ptr<const Dataset> forecast_view(const std::shared_ptr<const Dataset>& dataset,
                                             const Coverage& coverage,
                                             std::vector<Forecast> forecasts, ForecastAxis axis,
                                             const std::string& id) {
  if (!coverage.forecasts || forecasts.empty()) {
    throw Error(ErrorKind::Internal, coverage.id, "there are no forecasts to see as a series");
  }
  return Deriving(dataset, coverage, std::move(forecasts), axis).run(id);
}

std::shared_ptr<const Dataset> best_forecasts(const std::shared_ptr<const Dataset>& dataset,
                                              const Coverage& coverage) {
  if (coverage.best) return coverage.best;
  return forecast_view(dataset, coverage, *coverage.forecasts->best, ForecastAxis::ValidTime,
                       coverage.id + ".best");
}

}  // namespace gyre::coverage
