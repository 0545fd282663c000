#include "coverage/source/gdal/geotiff_bands.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "coverage/model/time_instant.h"

namespace gyre::coverage {
namespace {

/// Names of axes that bands are told to lie on.
constexpr std::array<const char*, 13> kAxes{"forecast_reference_time",
                                            "time",
                                            "depth",
                                            "elevation",
                                            "altitude",
                                            "height",
                                            "level",
                                            "lev",
                                            "plev",
                                            "pressure",
                                            "isobaric",
                                            "realization",
                                            "member"};

std::optional<double> number_of(const std::string& text) {
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<BandPosition> time_of(const std::string& text) {
  const auto period = parse_iso8601(text, Calendar::Standard);
  if (!period) return std::nullopt;
  constexpr double kSecond_us = 1e6;
  return BandPosition{static_cast<double>(period->first.microseconds()) / kSecond_us,
                      "seconds since 1970-01-01 00:00:00"};
}

bool is_time(const std::string& axis) { return axis.find("time") != std::string::npos; }

/// Axes by the metadata of a band: as we write them, and as GDAL does from NetCDF.
std::map<std::string, BandPosition> positions_of(const GdalRaster& raster, int band) {
  std::map<std::string, BandPosition> positions;
  for (const char* const axis : kAxes) {
    const std::string text = raster.metadata(band, axis);
    if (text.empty()) continue;
    if (is_time(axis)) {
      if (const auto position = time_of(text)) positions[axis] = *position;
    } else if (const auto value = number_of(text)) {
      positions[axis] = {*value, ""};
    }
  }
  for (const std::string& axis : raster.keys_with(band, "NETCDF_DIM_")) {
    const auto value = number_of(raster.metadata(band, ("NETCDF_DIM_" + axis).c_str()));
    if (value) positions[axis] = {*value, raster.metadata(0, (axis + "#units").c_str())};
  }
  return positions;
}

std::string as_name(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) == 0 && c != '_' && c != '-' && byte < 0x80) c = '_';
  }
  if (!text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) != 0) {
    text.insert(0, "band_");
  }
  return text;
}

/// Palette entries as flags: the colours have no other meaning that is told.
void add_flags(GDALRasterBandH band, Attributes& attributes, ElementType type) {
  GDALColorTableH const table = GDALGetRasterColorTable(band);
  if (table == nullptr || !is_integer(type)) return;
  std::vector<std::int64_t> values;
  std::string meanings, colours;
  constexpr int kMost = 256;
  for (int i = 0; i < std::min(GDALGetColorEntryCount(table), kMost); ++i) {
    const GDALColorEntry& entry = *GDALGetColorEntry(table, i);
    // Tables are padded with black.
    if (i > 0 && entry.c1 == 0 && entry.c2 == 0 && entry.c3 == 0) continue;
    values.push_back(i);
    meanings += fmt::format("{}value_{}", meanings.empty() ? "" : " ", i);
    colours += fmt::format("{}#{:02x}{:02x}{:02x}", colours.empty() ? "" : " ", entry.c1, entry.c2,
                           entry.c3);
  }
  if (values.empty()) return;
  attributes.set({"flag_values", type, std::move(values)});
  attributes.set(told_text("flag_meanings", meanings));
  attributes.set(told_text("flag_colors", colours));
}

void add_nodata(GDALRasterBandH band, Attributes& attributes, ElementType type) {
  int there = 0;
  if (type == ElementType::Int64) {
    const auto value = GDALGetRasterNoDataValueAsInt64(band, &there);
    if (there != 0) attributes.set({"_FillValue", type, std::vector<std::int64_t>{value}});
    return;
  }
  if (type == ElementType::UInt64) {
    const auto value = GDALGetRasterNoDataValueAsUInt64(band, &there);
    if (there != 0) attributes.set({"_FillValue", type, std::vector<std::uint64_t>{value}});
    return;
  }
  const double value = GDALGetRasterNoDataValue(band, &there);
  if (there == 0) return;
  if (is_float(type)) {
    attributes.set({"_FillValue", type, std::vector<double>{value}});
    return;
  }
  const bool fits = with_type(type, [&](auto zero) {
    using Limits = std::numeric_limits<decltype(zero)>;
    return value >= static_cast<double>(Limits::lowest()) &&
           value <= static_cast<double>(Limits::max()) && value == std::floor(value);
  });
  // One that no cell can have marks nothing.
  if (fits) {
    attributes.set(
        {"_FillValue", type, std::vector<std::int64_t>{static_cast<std::int64_t>(value)}});
  }
}

}  // namespace

ElementType type_with_room(ElementType type) {
  switch (type) {
    case ElementType::Int8:
    case ElementType::UInt8:
      return ElementType::Int16;
    case ElementType::Int16:
    case ElementType::UInt16:
      return ElementType::Int32;
    case ElementType::Int32:
    case ElementType::UInt32:
      return ElementType::Float64;
    default:
      return type;
  }
}

double fill_of(ElementType type) {
  if (type == ElementType::Int16) return std::numeric_limits<std::int16_t>::min();
  if (type == ElementType::Int32) return std::numeric_limits<std::int32_t>::min();
  return std::numeric_limits<double>::quiet_NaN();
}

std::vector<GeotiffBandInfo> bands_of(const GdalRaster& raster, std::vector<std::string>& remarks) {
  std::vector<GeotiffBandInfo> bands;
  constexpr int kMost = 65'535;
  for (int number = 1; number <= std::min(raster.bands(), kMost); ++number) {
    GDALRasterBandH const band = raster.band(number);
    if (GDALGetRasterColorInterpretation(band) == GCI_AlphaBand) {
      remarks.push_back(fmt::format("band {} says how opaque the others are", number));
      continue;
    }
    const auto type = element_type_of(GDALGetRasterDataType(band));
    if (!type) {
      remarks.push_back(fmt::format("band {} has complex numbers", number));
      continue;
    }
    GeotiffBandInfo info;
    info.number = number;
    info.type = *type;
    if (info.type == ElementType::UInt8 &&
        raster.metadata(number, "PIXELTYPE", "IMAGE_STRUCTURE") == "SIGNEDBYTE") {
      info.type = ElementType::Int8;
    }
    info.positions = positions_of(raster, number);
    const char* const description = GDALGetDescription(band);
    const std::string described = description == nullptr ? "" : description;
    info.field = raster.metadata(number, "variable");
    if (info.field.empty()) info.field = raster.metadata(number, "NETCDF_VARNAME");
    if (info.field.empty() && info.positions.empty()) {
      // A band called by a date is a step of one field.
      if (const auto time = described.size() >= 8 ? time_of(described) : std::nullopt) {
        info.positions["time"] = *time;
        info.field = "value";
      } else {
        info.field = as_name(described);
      }
    }
    if (info.field.empty() && info.positions.empty()) {
      const GDALColorInterp colour = GDALGetRasterColorInterpretation(band);
      info.field = colour == GCI_RedBand     ? "red"
                   : colour == GCI_GreenBand ? "green"
                   : colour == GCI_BlueBand  ? "blue"
                                             : fmt::format("band{}", number);
    }
    if (info.field.empty()) info.field = "value";

    Attributes& attributes = info.attributes;
    const auto copy = [&](const char* key) {
      const std::string value = raster.metadata(number, key);
      if (!value.empty()) attributes.set(told_text(key, value));
    };
    copy("standard_name");
    copy("long_name");
    if (!attributes.has("long_name") && !described.empty() && info.positions.empty() &&
        described != info.field) {
      attributes.set(told_text("long_name", described));
    }
    const char* const units = GDALGetRasterUnitType(band);
    if (units != nullptr && *units != '\0') attributes.set(told_text("units", units));
    int has_scale = 0, has_offset = 0;
    const double scale = GDALGetRasterScale(band, &has_scale);
    const double offset = GDALGetRasterOffset(band, &has_offset);
    if ((has_scale != 0 && scale != 1) || (has_offset != 0 && offset != 0)) {
      attributes.set(told_number("scale_factor", has_scale != 0 ? scale : 1));
      attributes.set(told_number("add_offset", has_offset != 0 ? offset : 0));
    }
    add_nodata(band, attributes, info.type);
    info.masked = !attributes.has("_FillValue") &&
                  (GDALGetMaskFlags(band) & GMF_PER_DATASET) != 0 &&
                  (GDALGetMaskFlags(band) & GMF_ALPHA) == 0;
    if (info.masked) {
      info.type = type_with_room(info.type);
      const double fill = fill_of(info.type);
      attributes.set(is_float(info.type)
                         ? Attribute{"_FillValue", info.type, std::vector<double>{fill}}
                         : Attribute{"_FillValue", info.type,
                                     std::vector<std::int64_t>{static_cast<std::int64_t>(fill)}});
    }
    add_flags(band, attributes, info.type);
    bands.push_back(std::move(info));
  }
  return bands;
}

}  // namespace gyre::coverage
