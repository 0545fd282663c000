#pragma once

#include <string>

#include "tests/coverage/memory_source.h"

namespace gyre::coverage::testing {

inline Attribute text(std::string name, std::string value) {
  return {std::move(name), ElementType::String, std::move(value)};
}
inline Attribute numbers(std::string name, ElementType type, std::vector<double> values) {
  if (is_float(type)) return {std::move(name), type, std::move(values)};
  std::vector<std::int64_t> whole;
  for (const double value : values) whole.push_back(static_cast<std::int64_t>(value));
  return {std::move(name), type, std::move(whole)};
}

/// A small ocean: packed int16 temperature with bounds, grid mapping, a scalar height, an auxiliary
/// 2-D latitude and an unsigned quality flag. temp(time 3, depth 2, lat 4, lon 36) as
/// time * 1000 + depth * 500 + lat * 100 + lon, and -32768 where lon is 7.
inline std::shared_ptr<Dataset> sample_ocean() {
  auto source = std::make_shared<MemorySource>();
  const std::size_t nt = 3;
  const std::size_t nz = 2;
  const std::size_t ny = 4;
  const std::size_t nx = 36;
  std::vector<double> lons;
  std::vector<double> lon_bounds;
  for (std::size_t i = 0; i < nx; ++i) {
    lons.push_back(5.0 + 10.0 * static_cast<double>(i));
    lon_bounds.push_back(10.0 * static_cast<double>(i));
    lon_bounds.push_back(10.0 * static_cast<double>(i + 1));
  }
  const std::vector<double> lats{-45, -15, 15, 45};
  source->add({"time",
               ElementType::Float64,
               {"time"},
               {nt},
               {},
               Attributes({text("units", "days since 2024-01-01"), text("bounds", "time_bnds"),
                           text("standard_name", "time")})},
              std::vector<double>{0.5, 1.5, 2.5});
  source->add({"time_bnds", ElementType::Float64, {"time", "bnds"}, {nt, 2}, {}, {}},
              std::vector<double>{0, 1, 1, 2, 2, 3});
  source->add({"depth",
               ElementType::Float32,
               {"depth"},
               {nz},
               {},
               Attributes({text("units", "m"), text("positive", "down"),
                           numbers("valid_min", ElementType::Float32, {0.5}),
                           numbers("valid_max", ElementType::Float32, {10.1})})},
              std::vector<double>{0.5, 10.1});
  source->add({"lat",
               ElementType::Float32,
               {"lat"},
               {ny},
               {},
               Attributes({text("units", "degrees_north")})},
              lats);
  source->add({"lon",
               ElementType::Float32,
               {"lon"},
               {nx},
               {},
               Attributes({text("units", "degrees_east"), text("bounds", "lon_bnds"),
                           numbers("valid_min", ElementType::Float32, {5}),
                           numbers("valid_max", ElementType::Float32, {355})})},
              lons);
  source->add({"lon_bnds", ElementType::Float32, {"lon", "bnds"}, {nx, 2}, {}, {}}, lon_bounds);
  source->add({"crs",
               ElementType::Int32,
               {},
               {},
               {},
               Attributes({text("grid_mapping_name", "latitude_longitude")})},
              std::vector<int>{0});
  source->add({"height", ElementType::Float64, {}, {}, {}, Attributes({text("units", "m")})},
              std::vector<double>{2});
  std::vector<double> aux;
  for (std::size_t i = 0; i < ny * nx; ++i) aux.push_back(static_cast<double>(i));
  source->add({"aux_lat", ElementType::Float64, {"lat", "lon"}, {ny, nx}, {}, {}}, aux);
  std::vector<std::int16_t> temp;
  std::vector<std::int16_t> flags;
  for (std::size_t t = 0; t < nt; ++t) {
    for (std::size_t z = 0; z < nz; ++z) {
      for (std::size_t y = 0; y < ny; ++y) {
        for (std::size_t x = 0; x < nx; ++x) {
          temp.push_back(x == 7 ? std::int16_t{-32768}
                                : static_cast<std::int16_t>(t * 1000 + z * 500 + y * 100 + x));
          flags.push_back(static_cast<std::int16_t>(200 + y));
        }
      }
    }
  }
  Field field;
  field.name = "temp";
  field.units = "degC";
  field.declared = field.storage = ElementType::Int16;
  field.packing = {0.01, 10, true, ElementType::Float64};
  field.missing.fills = {std::int64_t{-32768}};
  field.chunk_shape = {1, 1, 4, 36};
  field.attributes = Attributes(
      {numbers("_FillValue", ElementType::Int16, {-32768}),
       numbers("scale_factor", ElementType::Float64, {0.01}),
       numbers("add_offset", ElementType::Float64, {10}), text("units", "degC"),
       text("standard_name", "sea_water_temperature"), text("grid_mapping", "crs"),
       text("coordinates", "aux_lat height nowhere"), text("ancillary_variables", "flags lost"),
       text("cell_measures", "area: areacello"), text("DODS.strlen", "3"),
       numbers("actual_range", ElementType::Float64, {10, 50})});
  source->add({"temp",
               ElementType::Int16,
               {"time", "depth", "lat", "lon"},
               {nt, nz, ny, nx},
               field.chunk_shape,
               field.attributes},
              temp);
  Field quality;
  quality.name = "flags";
  quality.declared = ElementType::UInt8;
  quality.storage = ElementType::UInt8;
  quality.missing.fills = {std::int64_t{255}};
  quality.attributes = Attributes({numbers("_FillValue", ElementType::UInt8, {255})});
  source->add({"flags",
               ElementType::UInt8,
               {"time", "depth", "lat", "lon"},
               {nt, nz, ny, nx},
               {},
               quality.attributes},
              flags);
  source->schema().attributes =
      Attributes({text("title", "A small ocean"), text("Conventions", "CF-1.4"),
                  text("history", "made for tests"), text("license", "free"),
                  numbers("geospatial_lat_min", ElementType::Float32, {-60}),
                  text("time_coverage_duration", "P3D")});

  AxisData depth;
  depth.label = depth.dimension = "depth";
  depth.role = AxisRole::Vertical;
  depth.uom = "m";
  depth.positive_down = true;
  depth.type = ElementType::Float32;
  depth.centres = {0.5F, 10.1F};
  AxisData lon;
  lon.label = lon.dimension = "lon";
  lon.role = AxisRole::X;
  lon.uom = "degrees_east";
  lon.geographic_longitude = true;
  lon.type = ElementType::Float32;
  lon.centres = lons;
  lon.bounds = lon_bounds;
  AxisData height;
  height.label = "height";
  height.role = AxisRole::Other;
  height.uom = "m";
  height.centres = {2};
  std::vector<Axis> axes{time_axis("days since 2024-01-01", {0.5, 1.5, 2.5}, {0, 1, 1, 2, 2, 3}),
                         Axis(depth), latitude_axis(lats, ElementType::Float32), Axis(lon),
                         Axis(height)};

  auto dataset = std::make_shared<Dataset>();
  dataset->id = "ocean";
  dataset->schema = std::make_shared<HoldingSchema>(source->describe());
  dataset->attributes = source->schema().attributes;
  dataset->source = source;
  dataset->coverages.push_back(
      {"ocean", DomainSet(axes, Crs(), "crs"), {field, quality}, {{0, 1}, {0, 1}}});
  return dataset;
}

}  // namespace gyre::coverage::testing
