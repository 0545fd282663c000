#include "coverage/source/gdal/grib_source.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/gdal/gaussian_latitudes.h"
#include "coverage/source/gdal/gdal_raster.h"
#include "coverage/source/gdal/grib_parameters.h"
#include "coverage/source/reading.h"

namespace gyre::coverage {
namespace {

constexpr double kHour_s = 3600;

std::vector<double> hours(const std::vector<std::int64_t>& seconds, std::int64_t since = 0) {
  std::vector<double> result;
  for (const std::int64_t one : seconds)
    result.push_back(static_cast<double>(one - since) / kHour_s);
  return result;
}

/// Letters, digits and underscores, beginning with a letter.
std::string as_name(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    c = std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '_';
  }
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) == 0) {
    text.insert(0, "p");
  }
  return text;
}

/// "[K]" -> "K"; empty: not told.
std::string without_brackets(std::string text) {
  std::erase_if(text, [](char c) { return c == '[' || c == ']'; });
  return text == "-" ? "1" : text;
}

/// Makes the description: shares dimensions of equal coordinates between variables.
class Describer {
 public:
  Describer(HoldingSchema& schema, KeptVariables& kept, const GribContent& content)
      : schema_(schema), kept_(kept), content_(content) {}

  /// @returns the name of the variable
  std::string add(const GribVariable& variable, const GdalRaster& sample, int band) {
    const RasterAxes& axes = grid_axes(variable, sample);
    std::vector<std::string> dimensions;
    std::string coordinates;
    const auto list = [&](const std::string& name) {
      if (!name.empty()) coordinates += (coordinates.empty() ? "" : " ") + name;
    };
    Attributes attributes = meaning(variable, sample, band);
    if (!variable.members.empty()) dimensions.push_back(member_axis(variable));
    if (!variable.references.empty()) {
      for (const std::string& one : run_axes(variable, list)) dimensions.push_back(one);
    } else {
      dimensions.push_back(time_axis(variable, list));
      if (!name_of_statistics(variable.statistics).empty()) {
        attributes.set(told_text(
            "cell_methods", dimensions.back() + ": " + name_of_statistics(variable.statistics)));
      }
    }
    if (!variable.levels.empty()) dimensions.push_back(level_axis(variable));
    dimensions.push_back(axes.y);
    dimensions.push_back(axes.x);
    attributes.set({"_FillValue", ElementType::Float32,
                    std::vector<double>{std::numeric_limits<double>::quiet_NaN()}});
    axes.tell(attributes, coordinates);

    VariableSchema made;
    made.name = free_name(name_of(variable, sample, band));
    made.type = ElementType::Float32;
    made.attributes = std::move(attributes);
    for (const std::string& dimension : dimensions) {
      made.shape.push_back(size_of_dimension(dimension));
      made.chunk_shape.push_back(dimension == axes.y || dimension == axes.x ? made.shape.back()
                                                                            : 1);
    }
    made.dimensions = std::move(dimensions);
    schema_.variables.push_back(made);
    return made.name;
  }

 private:
  std::size_t size_of_dimension(const std::string& name) const {
    for (const DimensionSchema& one : schema_.dimensions) {
      if (one.name == name) return one.size;
    }
    return 0;
  }

  std::string free_name(const std::string& wanted) const {
    std::string name = wanted;
    for (int i = 1; schema_.find(name) != nullptr || size_of_dimension(name) != 0; ++i) {
      name = fmt::format("{}{}", wanted, i);
    }
    return name;
  }

  const RasterAxes& grid_axes(const GribVariable& variable, const GdalRaster& sample) {
    const auto known = grids_.find(variable.grid);
    if (known != grids_.end()) return known->second;
    const GribGrid& grid = content_.grids[variable.grid];
    if (sample.rows() != grid.rows || sample.columns() != grid.columns) {
      throw Error(ErrorKind::MalformedHolding, "", "its grid is of another size than it says");
    }
    const RasterPlace place = RasterPlace::of(sample);
    if (place.wkt.empty()) {
      throw Error(ErrorKind::UnsupportedHolding, "", "where its grid lies is not understood");
    }
    std::vector<double> latitudes;
    constexpr int kMostParallels = 8000;
    if (grid.parallels > 0) {
      if (grid.parallels <= kMostParallels) {
        // Rows of GDAL begin in the north.
        latitudes =
            gaussian_latitudes(grid.parallels, std::max(grid.first_latitude, grid.last_latitude),
                               std::min(grid.first_latitude, grid.last_latitude));
      }
      if (latitudes.size() != grid.rows) {
        throw Error(ErrorKind::MalformedHolding, "",
                    "the rows of its Gaussian grid are not where such a grid has rows");
      }
    }
    Attributes mapping;
    if (grid.rotation) {
      // The pole of the rotated grid is opposite to its south pole.
      double longitude = grid.rotation->south_longitude + 180;
      while (longitude > 180) longitude -= 360;
      mapping.set(told_text("grid_mapping_name", "rotated_latitude_longitude"));
      mapping.set(told_number("grid_north_pole_latitude", -grid.rotation->south_latitude));
      mapping.set(told_number("grid_north_pole_longitude", longitude));
      if (const double radius = sample.earth_radius(); radius > 0) {
        mapping.set(told_number("earth_radius", radius));
      }
    }
    const std::string suffix = grids_.empty() ? "" : fmt::format("{}", grids_.size());
    return grids_[variable.grid] =
               add_axes(schema_, kept_, place, grid.rows, grid.columns, suffix, latitudes, mapping);
  }

  static std::string name_of(const GribVariable& variable, const GdalRaster& sample, int band) {
    const GribMeaning* const known = meaning_of(variable.parameter);
    std::string name =
        known != nullptr ? known->name : as_name(sample.metadata(band, "GRIB_ELEMENT"));
    const auto append = [&name](const std::string& part) {
      if (!part.empty()) name += "_" + part;
    };
    append(name_of_level(variable.level));
    append(name_of_statistics(variable.statistics));
    append(as_name_part(variable.variant));
    return name;
  }
  static std::string as_name_part(std::string text) {
    for (char& c : text) {
      if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    }
    return text;
  }

  Attributes meaning(const GribVariable& variable, const GdalRaster& sample, int band) const {
    Attributes attributes;
    const GribMeaning* const known = meaning_of(variable.parameter);
    std::string standard_name, long_name, units;
    if (known != nullptr) {
      const bool along = content_.grids[variable.grid].along_grid && known->along_grid[0] != '\0';
      standard_name = along ? known->along_grid : known->standard_name;
      long_name = known->long_name;
      units = known->units;
    } else {
      long_name = sample.metadata(band, "GRIB_COMMENT");
      long_name = long_name.substr(0, long_name.find(" ["));
      units = without_brackets(sample.metadata(band, "GRIB_UNIT"));
    }
    if (!variable.variant.empty()) long_name += " (" + variable.variant + ")";
    if (variable.variant.starts_with("probability")) units = "%";
    // How far members lie apart is no value of the quantity.
    if (variable.variant.starts_with("probability") ||
        variable.variant == "ensemble_standard_deviation" ||
        variable.variant == "ensemble_spread") {
      standard_name.clear();
    }
    if (!standard_name.empty()) attributes.set(told_text("standard_name", standard_name));
    if (!long_name.empty()) attributes.set(told_text("long_name", long_name));
    if (!units.empty()) attributes.set(told_text("units", units));
    const GribParameter& p = variable.parameter;
    attributes.set(told_text(
        "grib_parameter", p.discipline == 255 ? fmt::format("table {}, centre {}, parameter {}",
                                                            p.table, p.centre, p.number)
                                              : fmt::format("discipline {}, category {}, number {}",
                                                            p.discipline, p.category, p.number)));
    return attributes;
  }

  /// The dimension of these coordinates: one that is there, or a new one.
  std::string axis(const std::string& wanted, const std::vector<double>& values,
                   const std::vector<double>& bounds, const Attributes& attributes) {
    for (const Axis& one : axes_) {
      if (one.wanted == wanted && one.values == values && one.bounds == bounds &&
          one.attributes == attributes) {
        return one.name;
      }
    }
    const std::string name = free_name(wanted);
    schema_.dimensions.push_back({name, values.size()});
    Attributes told = attributes;
    if (!bounds.empty()) told.set(told_text("bounds", name + "_bnds"));
    kept_.add(schema_, name, {name}, values, told);
    if (!bounds.empty()) {
      if (size_of_dimension("bnds") == 0) schema_.dimensions.push_back({"bnds", 2});
      kept_.add(schema_, name + "_bnds", {name, "bnds"}, bounds, {});
    }
    axes_.push_back({name, wanted, values, bounds, attributes});
    return name;
  }

  std::string member_axis(const GribVariable& variable) {
    Attributes attributes;
    attributes.set(told_text("standard_name", "realization"));
    attributes.set(told_text("units", "1"));
    attributes.set(told_text("axis", "E"));
    return axis("member", {variable.members.begin(), variable.members.end()}, {}, attributes);
  }

  static Attributes time_attributes(const char* standard_name) {
    Attributes attributes;
    attributes.set(told_text("standard_name", standard_name));
    attributes.set(told_text("units", "hours since 1970-01-01 00:00:00"));
    attributes.set(told_text("calendar", "proleptic_gregorian"));
    return attributes;
  }
  static Attributes period_attributes() {
    Attributes attributes;
    attributes.set(told_text("standard_name", "forecast_period"));
    attributes.set(told_text("units", "hours"));
    return attributes;
  }

  template <typename List>
  std::string time_axis(const GribVariable& variable, const List& list) {
    Attributes attributes = time_attributes("time");
    attributes.set(told_text("axis", "T"));
    std::vector<double> bounds;
    if (variable.statistics >= 0) {
      for (std::size_t i = 0; i < variable.times.size(); ++i) {
        bounds.push_back(static_cast<double>(variable.begin_of_time[i]) / kHour_s);
        bounds.push_back(static_cast<double>(variable.times[i]) / kHour_s);
      }
    }
    const std::string name = axis("time", hours(variable.times), bounds, attributes);
    const auto& references = variable.reference_of_time;
    const auto beside = [&](const std::string& what, std::vector<std::string> dimensions,
                            const std::vector<double>& values, const Attributes& about) {
      auto& known = beside_[name];
      for (const auto& [other, those] : known) {
        if (other.starts_with(what) && those == values) return list(other);
      }
      const std::string made = free_name(what + (name == "time" ? "" : name.substr(4)));
      kept_.add(schema_, made, std::move(dimensions), values, about);
      known.emplace_back(made, values);
      list(made);
    };
    const bool one_run = std::adjacent_find(references.begin(), references.end(),
                                            std::not_equal_to<>()) == references.end();
    if (one_run) {
      beside("reference_time", {}, hours({references.front()}),
             time_attributes("forecast_reference_time"));
    } else {
      beside("reference_time", {name}, hours(references),
             time_attributes("forecast_reference_time"));
    }
    return name;
  }

  template <typename List>
  std::vector<std::string> run_axes(const GribVariable& variable, const List& list) {
    const std::string runs = axis("reference_time", hours(variable.references), {},
                                  time_attributes("forecast_reference_time"));
    const std::string leads =
        axis("forecast_period", hours(variable.periods), {}, period_attributes());
    std::vector<double> times;
    for (const std::int64_t run : variable.references) {
      for (const std::int64_t lead : variable.periods) {
        times.push_back(static_cast<double>(run + lead) / kHour_s);
      }
    }
    std::string& name = times_of_[runs + " " + leads];
    if (name.empty()) {
      name = free_name("time");
      kept_.add(schema_, name, {runs, leads}, times, time_attributes("time"));
    }
    list(name);
    return {runs, leads};
  }

  std::string level_axis(const GribVariable& variable) {
    const GribVertical& vertical = *vertical_of(variable.level);
    Attributes attributes;
    if (vertical.standard_name[0] != '\0') {
      attributes.set(told_text("standard_name", vertical.standard_name));
    } else {
      attributes.set(told_text("long_name", std::string(vertical.name) + " level"));
    }
    attributes.set(told_text("units", vertical.units));
    attributes.set(told_text("positive", vertical.positive));
    attributes.set(told_text("axis", "Z"));
    std::vector<double> centres, bounds;
    for (const auto& [one, other] : variable.levels) {
      if (variable.level.second_type == 255) {
        centres.push_back(one);
        continue;
      }
      centres.push_back((one + other) / 2);
      bounds.push_back(one);
      bounds.push_back(other);
    }
    return axis(vertical.name, centres, bounds, attributes);
  }

  struct Axis {
    std::string name, wanted;
    std::vector<double> values, bounds;
    Attributes attributes;
  };
  HoldingSchema& schema_;
  KeptVariables& kept_;
  const GribContent& content_;
  std::map<std::size_t, RasterAxes> grids_;
  std::vector<Axis> axes_;
  std::map<std::string, std::vector<std::pair<std::string, std::vector<double>>>> beside_;
  std::map<std::string, std::string> times_of_;
};

}  // namespace

GribSource::GribSource(std::string path)
    : path_(std::move(path)), identity_(identity_of(path_)), content_(scan_grib(path_)) {
  describe_all();
}

std::string GribSource::path_of(const GribField& field) const {
  // The message alone: GDAL would go through all of them first.
  return fmt::format("/vsisubfile/{}_{},{}", field.offset, field.length, path_);
}

GdalRaster GribSource::sample_of(const GribField& field) const {
  if (field.ccsds_at == 0) return {path_of(field), "GRIB"};
  return GdalRaster::in_memory(message_without_values(path_, field), "GRIB");
}

void GribSource::describe_all() {
  schema_.format = content_.edition == 1 ? "GRIB 1" : "GRIB 2";
  std::vector<GribVariable> variables = variables_of(content_);
  Describer describer(schema_, kept_, content_);
  std::string refusal;
  for (GribVariable& variable : variables) {
    const auto any = std::find_if(variable.fields.begin(), variable.fields.end(),
                                  [](std::size_t i) { return i != GribVariable::kNone; });
    const GribField& field = content_.fields[*any];
    try {
      const GdalRaster sample = sample_of(field);
      const std::string name = describer.add(variable, sample, field.within + 1);
      variables_.emplace(name, std::move(variable));
    } catch (const Error& error) {
      // One grid or packing that GDAL does not know leaves the others.
      refusal = error.what();
      content_.remarks.push_back(fmt::format("a variable is left out: {}", refusal));
    }
  }
  schema_.remarks = content_.remarks;
  if (!variables_.empty()) return;
  if (refusal.empty() && !content_.remarks.empty()) refusal = content_.remarks.front();
  throw Error(ErrorKind::UnsupportedHolding, "", "nothing in it is served: " + refusal);
}

void GribSource::read_field(std::size_t which, const IndexRange& rows, const IndexRange& columns,
                            float* into) const {
  const GribField& field = content_.fields[which];
  const GribGrid& grid = content_.grids[field.grid];
  constexpr std::size_t kKept = std::size_t{8} << 20;  // points: 32 MB
  if (grid.rows * grid.columns > kKept) return decode(field, rows, columns, into);
  std::shared_ptr<const std::vector<float>> values;
  {
    const std::lock_guard lock(mutex_);
    if (decoded_.which == which) values = decoded_.values;
  }
  if (!values) {
    auto all = std::make_shared<std::vector<float>>(grid.rows * grid.columns);
    decode(field, {0, grid.rows}, {0, grid.columns}, all->data());
    values = std::move(all);
    const std::lock_guard lock(mutex_);
    decoded_ = {which, values};
  }
  for (std::size_t row = rows.begin; row < rows.end; ++row) {
    const float* const from = values->data() + row * grid.columns + columns.begin;
    into = std::copy_n(from, columns.size(), into);
  }
}

void GribSource::decode(const GribField& field, const IndexRange& rows, const IndexRange& columns,
                        float* into) const {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  const GribGrid& grid = content_.grids[field.grid];
  const auto cells = [&](const auto& take) {
    std::size_t i = 0;
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
      for (std::size_t column = columns.begin; column < columns.end; ++column, ++i) {
        into[i] = take(i, point_of(grid, row, column));
      }
    }
  };
  if (field.ccsds_at != 0) {
    const std::vector<float> points = ccsds_values(path_, field, grid);
    cells([&](std::size_t, std::size_t point) { return points[point]; });
    return;
  }
  const GdalRaster raster(path_of(field), "GRIB");
  std::vector<double> values(rows.size() * columns.size());
  raster.read(field.within + 1, rows.begin, columns.begin, rows.size(), columns.size(), GDT_Float64,
              values.data());
  if (field.bitmap_at != 0) {
    // GDAL puts 9999 where nothing is known, which may be a value as well.
    const std::vector<std::uint8_t> there = bitmap_of(path_, field, grid);
    cells([&](std::size_t i, std::size_t point) {
      return there[point] != 0 ? static_cast<float>(values[i]) : kNaN;
    });
    return;
  }
  std::optional<double> missing;
  if (field.edition == 1 || field.missing_by_value) missing = raster.nodata(field.within + 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    into[i] = missing && values[i] == *missing ? kNaN : static_cast<float>(values[i]);
  }
}

RawBlock GribSource::read(const std::string& name, const IndexBox& box) const {
  const VariableSchema& variable = variable_named(schema_, name);
  RawBlock block = block_for(variable, box);
  if (kept_.has(name)) {
    read_unchanged(path_, identity_, name, [&] { block = kept_.read(name, box); });
    return block;
  }
  const GribVariable& fields = variables_.at(name);
  read_unchanged(path_, identity_, name, [&] {
    block.bytes.resize(block.cells() * sizeof(float));
    if (block.bytes.empty()) return;
    const IndexRange rows = box[box.size() - 2], columns = box.back();
    const std::size_t plane = rows.size() * columns.size();
    float* into = block.as<float>().data();
    std::vector<std::size_t> at;
    for (std::size_t d = 0; d + 2 < box.size(); ++d) at.push_back(box[d].begin);
    for (std::size_t planes = block.cells() / plane; planes > 0; --planes, into += plane) {
      std::size_t which = 0;
      for (std::size_t d = 0; d < at.size(); ++d) which = which * variable.shape[d] + at[d];
      const std::size_t field = fields.fields.at(which);
      if (field == GribVariable::kNone) {
        std::fill_n(into, plane, std::numeric_limits<float>::quiet_NaN());
      } else {
        read_field(field, rows, columns, into);
      }
      for (std::size_t d = at.size(); d-- > 0;) {
        if (++at[d] < box[d].end) break;
        at[d] = box[d].begin;
      }
    }
  });
  return block;
}

std::vector<std::string> GribSource::read_strings(const std::string& name) const {
  static_cast<void>(variable_named(schema_, name));
  throw Error(ErrorKind::Internal, name, "'" + name + "' holds numbers, not texts");
}

}  // namespace gyre::coverage
