#include "coverage/source/gdal/geotiff_source.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/gdal/geotiff_bands.h"
#include "coverage/source/reading.h"

namespace gyre::coverage {
namespace {

std::string free_name(const HoldingSchema& schema, const std::string& wanted) {
  const auto taken = [&](const std::string& name) {
    return schema.find(name) != nullptr ||
           std::any_of(schema.dimensions.begin(), schema.dimensions.end(),
                       [&](const DimensionSchema& one) { return one.name == name; });
  };
  std::string name = wanted;
  for (int i = 2; taken(name); ++i) name = fmt::format("{}_{}", wanted, i);
  return name;
}

/// One field: bands of one name, type and attributes, on the same axes.
using Group = std::vector<GeotiffBandInfo>;

std::vector<Group> groups_of(std::vector<GeotiffBandInfo> bands) {
  std::vector<Group> groups;
  const auto belongs = [](const GeotiffBandInfo& one, const GeotiffBandInfo& other) {
    if (one.field != other.field || one.type != other.type || one.masked != other.masked ||
        one.positions.size() != other.positions.size() || one.positions.empty()) {
      return false;
    }
    const auto same_axis = [](const auto& a, const auto& b) {
      return a.first == b.first && a.second.units == b.second.units;
    };
    if (!std::equal(one.positions.begin(), one.positions.end(), other.positions.begin(),
                    same_axis)) {
      return false;
    }
    for (const char* const key : {"units", "scale_factor", "add_offset", "_FillValue"}) {
      const Attribute* const a = one.attributes.find(key);
      const Attribute* const b = other.attributes.find(key);
      if ((a == nullptr) != (b == nullptr)) return false;
      const auto numbers = one.attributes.numbers(key), others = other.attributes.numbers(key);
      const bool both_nan = numbers.size() == 1 && others.size() == 1 && std::isnan(numbers[0]) &&
                            std::isnan(others[0]);
      if (a != nullptr && !both_nan && !(*a == *b)) return false;
    }
    return true;
  };
  for (GeotiffBandInfo& band : bands) {
    const auto group = std::find_if(groups.begin(), groups.end(),
                                    [&](const Group& one) { return belongs(one.front(), band); });
    if (group != groups.end()) {
      group->push_back(std::move(band));
    } else {
      groups.push_back({std::move(band)});
    }
  }
  return groups;
}

void add_axis(HoldingSchema& schema, KeptVariables& kept, const std::string& name,
              const std::string& axis, const std::vector<double>& values,
              const std::string& units) {
  Attributes attributes;
  const bool time = axis.find("time") != std::string::npos;
  if (time) {
    attributes.set(told_text("standard_name", axis));
    attributes.set(told_text("calendar", "standard"));
  } else if (axis == "member" || axis == "realization") {
    attributes.set(told_text("standard_name", "realization"));
  } else if (axis == "depth") {
    attributes.set(told_text("standard_name", "depth"));
    attributes.set(told_text("positive", "down"));
  } else if (axis == "pressure" || axis == "isobaric" || axis == "plev") {
    attributes.set(told_text("positive", "down"));
  } else if (axis == "elevation" || axis == "altitude" || axis == "height") {
    attributes.set(told_text("positive", "up"));
    if (axis != "elevation") attributes.set(told_text("standard_name", axis));
  }
  std::string told = units;
  if (told.empty() && attributes.has("positive")) {
    told = attributes.text("standard_name") || axis == "elevation" ? "m" : "";
  }
  if (!told.empty()) attributes.set(told_text("units", told));
  schema.dimensions.push_back({name, values.size()});
  kept.add(schema, name, {name}, values, attributes);
}

/// Without a CRS only what can be nothing but longitudes and latitudes is taken as such.
void require_crs(RasterPlace& place, const GdalRaster& raster, std::vector<std::string>& remarks) {
  if (!place.wkt.empty()) {
    if (!place.geographic && place.linear_unit != "m") {
      throw Error(ErrorKind::UnsupportedHolding, "",
                  "its CRS counts in a unit other than metres: warp it to have it served");
    }
    return;
  }
  const auto& t = place.transform;
  const double west = std::min(t[0], t[0] + t[1] * static_cast<double>(raster.columns()));
  const double east = std::max(t[0], t[0] + t[1] * static_cast<double>(raster.columns()));
  const double south = std::min(t[3], t[3] + t[5] * static_cast<double>(raster.rows()));
  const double north = std::max(t[3], t[3] + t[5] * static_cast<double>(raster.rows()));
  constexpr double kWest = -180.5, kEast = 360.5, kPole = 90.5;
  if (t[2] != 0 || t[4] != 0 || west < kWest || east > kEast || south < -kPole || north > kPole) {
    throw Error(ErrorKind::UnsupportedHolding, "",
                "it says where its cells lie, but not in which CRS");
  }
  place.geographic = true;
  remarks.emplace_back("it names no CRS; its x and y were taken as longitudes and latitudes");
}

}  // namespace

GeotiffSource::GeotiffSource(std::string path)
    : path_(std::move(path)), identity_(identity_of(path_)), raster_(path_, "GTiff") {
  schema_.format = "GeoTIFF";
  const auto about = [&](const char* key, const char* attribute) {
    const std::string value = raster_.metadata(0, key);
    if (!value.empty()) schema_.attributes.set(told_text(attribute, value));
  };
  about("TIFFTAG_IMAGEDESCRIPTION", "title");
  about("TIFFTAG_COPYRIGHT", "license");
  about("TIFFTAG_ARTIST", "institution");
  for (const char* const key : {"title", "institution", "license", "comment", "references"}) {
    about(key, key);
  }
  RasterPlace place = RasterPlace::of(raster_);
  require_crs(place, raster_, schema_.remarks);
  const RasterAxes axes = add_axes(schema_, kept_, place, raster_.rows(), raster_.columns(), "");
  if (!raster_.metadata(0, "SUBDATASET_2_NAME", "SUBDATASETS").empty()) {
    schema_.remarks.emplace_back("of its several images only the first is served");
  }
  std::vector<std::pair<std::string, std::vector<double>>> shared;  // axes by name
  for (const Group& group : groups_of(bands_of(raster_, schema_.remarks))) {
    const GeotiffBandInfo& first = group.front();
    VariableSchema variable;
    std::vector<std::vector<double>> centres;
    std::size_t cells = 1;
    for (const auto& [axis, position] : first.positions) {
      std::set<double> values;
      for (const GeotiffBandInfo& band : group) values.insert(band.positions.at(axis).value);
      centres.emplace_back(values.begin(), values.end());
      cells *= values.size();
    }
    GeotiffField field;
    field.masked = first.masked;
    const bool complete = cells == group.size();
    if (!complete && group.size() > 1) {
      // Holes, or bands twice at one place: what there is, one by one.
      schema_.remarks.push_back(fmt::format(
          "'{}': its bands fill no table of times and levels; each is a field", first.field));
    }
    if (complete) {
      std::size_t a = 0;
      for (const auto& [axis, position] : first.positions) {
        const std::vector<double>& values = centres[a++];
        const auto known = std::find_if(shared.begin(), shared.end(), [&](const auto& one) {
          return one.first.starts_with(axis) && one.second == values;
        });
        std::string name = known == shared.end() ? free_name(schema_, axis) : known->first;
        if (known == shared.end()) {
          add_axis(schema_, kept_, name, axis, values, position.units);
          shared.emplace_back(name, values);
        }
        variable.dimensions.push_back(name);
        variable.shape.push_back(values.size());
        variable.chunk_shape.push_back(1);
      }
    }
    const auto add = [&](const std::string& name, GeotiffField made) {
      VariableSchema one = variable;
      one.name = free_name(schema_, name);
      one.type = first.type;
      one.attributes = first.attributes;
      axes.tell(one.attributes, "");
      int width = 0, height = 0;
      GDALGetBlockSize(raster_.band(first.number), &width, &height);
      one.dimensions.insert(one.dimensions.end(), {axes.y, axes.x});
      one.shape.insert(one.shape.end(), {raster_.rows(), raster_.columns()});
      one.chunk_shape.insert(one.chunk_shape.end(),
                             {static_cast<std::size_t>(height), static_cast<std::size_t>(width)});
      fields_.emplace(one.name, std::move(made));
      schema_.variables.push_back(std::move(one));
    };
    if (!complete) {
      for (const GeotiffBandInfo& band : group) {
        add(fmt::format("{}_{}", first.field, band.number), {{band.number}, band.masked});
      }
      continue;
    }
    field.bands.assign(cells, 0);
    for (const GeotiffBandInfo& band : group) {
      std::size_t which = 0, a = 0;
      for (const auto& [axis, position] : band.positions) {
        const auto& values = centres[a++];
        which =
            which * values.size() +
            static_cast<std::size_t>(
                std::lower_bound(values.begin(), values.end(), position.value) - values.begin());
      }
      field.bands[which] = band.number;
    }
    if (std::find(field.bands.begin(), field.bands.end(), 0) != field.bands.end()) {
      throw Error(ErrorKind::MalformedHolding, "", "two of its bands are at one time and level");
    }
    add(first.field, std::move(field));
  }
  if (fields_.empty()) {
    throw Error(ErrorKind::UnsupportedHolding, "", "it has no band of numbers");
  }
}

void GeotiffSource::read_band(int band, bool masked, ElementType type, const IndexRange& rows,
                              const IndexRange& columns, std::byte* into) const {
  raster_.read(band, rows.begin, columns.begin, rows.size(), columns.size(), gdal_type_of(type),
               into);
  if (!masked) return;
  std::vector<std::uint8_t> mask(rows.size() * columns.size());
  raster_.read_mask(band, rows.begin, columns.begin, rows.size(), columns.size(), mask.data());
  with_type(type, [&](auto zero) {
    using T = decltype(zero);
    const T fill = static_cast<T>(fill_of(type));
    for (std::size_t i = 0; i < mask.size(); ++i) {
      if (mask[i] == 0) std::memcpy(into + i * sizeof(T), &fill, sizeof(T));
    }
  });
}

RawBlock GeotiffSource::read(const std::string& name, const IndexBox& box) const {
  const VariableSchema& variable = variable_named(schema_, name);
  RawBlock block = block_for(variable, box);
  if (kept_.has(name)) {
    read_unchanged(path_, identity_, name, [&] { block = kept_.read(name, box); });
    return block;
  }
  const GeotiffField& field = fields_.at(name);
  read_unchanged(path_, identity_, name, [&] {
    block.bytes.resize(block.cells() * size_of(block.type));
    if (block.bytes.empty()) return;
    const IndexRange rows = box[box.size() - 2], columns = box.back();
    const std::size_t plane = rows.size() * columns.size();
    std::byte* into = block.bytes.data();
    std::vector<std::size_t> at;
    for (std::size_t d = 0; d + 2 < box.size(); ++d) at.push_back(box[d].begin);
    const std::lock_guard lock(mutex_);
    for (std::size_t planes = block.cells() / plane; planes > 0; --planes) {
      std::size_t which = 0;
      for (std::size_t d = 0; d < at.size(); ++d) which = which * variable.shape[d] + at[d];
      read_band(field.bands.at(which), field.masked, block.type, rows, columns, into);
      into += plane * size_of(block.type);
      for (std::size_t d = at.size(); d-- > 0;) {
        if (++at[d] < box[d].end) break;
        at[d] = box[d].begin;
      }
    }
  });
  return block;
}

std::vector<std::string> GeotiffSource::read_strings(const std::string& name) const {
  static_cast<void>(variable_named(schema_, name));
  throw Error(ErrorKind::Internal, name, "'" + name + "' holds numbers, not texts");
}

}  // namespace gyre::coverage
