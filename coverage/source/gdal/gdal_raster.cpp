#include "coverage/source/gdal/gdal_raster.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <mutex>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_vsi.h>
#include <fmt/format.h>
#include <gdal_frmts.h>
#include <ogr_srs_api.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"

namespace gyre::coverage {
namespace {

/// Only the drivers that are asked for here: others open what they should not.
void register_drivers() {
  static std::once_flag once;
  std::call_once(once, [] {
    GDALRegister_GTiff();
    GDALRegister_GRIB();
    // What fields of GRIB 2 may be packed as.
    GDALRegister_JP2OpenJPEG();
    GDALRegister_PNG();
    constexpr GIntBig kCache = GIntBig{64} << 20;
    GDALSetCacheMax64(kCache);
  });
}

/// GDAL's words go to the log, at a level that nobody looks at; its settings are as values need
/// them. For a scope, on this thread.
class GdalScope {
 public:
  GdalScope() {
    CPLPushErrorHandler([](CPLErr, CPLErrorNum, const char* text) { log(LogLevel::Debug, text); });
    for (const auto& [key, value] : kSettings) CPLSetThreadLocalConfigOption(key, value);
  }
  ~GdalScope() {
    for (const auto& [key, value] : kSettings) CPLSetThreadLocalConfigOption(key, nullptr);
    CPLPopErrorHandler();
  }
  GdalScope(const GdalScope&) = delete;
  GdalScope& operator=(const GdalScope&) = delete;

 private:
  static constexpr std::array kSettings{
      std::pair{"GRIB_NORMALIZE_UNITS", "NO"},
      std::pair{"GRIB_ADJUST_LONGITUDE_RANGE", "NO"},  // values as they are stored
      std::pair{"GDAL_PAM_ENABLED", "NO"},             // and nothing beside the file
      std::pair{"GDAL_DISABLE_READDIR_ON_OPEN", "TRUE"},
      std::pair{"GTIFF_POINT_GEO_IGNORE", "FALSE"},
      std::pair{"GDAL_GEOREF_SOURCES", "INTERNAL"}};
};

}  // namespace

struct GdalRaster::MemoryFile {
  explicit MemoryFile(std::string content) : bytes(std::move(content)) {
    static std::atomic<std::uint64_t> number = 0;
    name = fmt::format("/vsimem/gyre-{}", number++);
    VSIFCloseL(VSIFileFromMemBuffer(name.c_str(), reinterpret_cast<GByte*>(bytes.data()),
                                    bytes.size(), FALSE));
  }
  ~MemoryFile() { VSIUnlink(name.c_str()); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string bytes, name;
};

GdalRaster GdalRaster::in_memory(std::string bytes, const char* driver) {
  const auto file = std::make_shared<const MemoryFile>(std::move(bytes));
  GdalRaster raster(file->name, driver);
  raster.memory_ = file;
  return raster;
}

void GdalRaster::Close::operator()(void* dataset) const {
  const GdalScope scope;
  GDALClose(dataset);
}

GdalRaster::GdalRaster(const std::string& path, const char* driver) {
  register_drivers();
  const GdalScope scope;
  const std::array<const char*, 2> drivers{driver, nullptr};
  dataset_.reset(GDALOpenEx(path.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_INTERNAL,
                            drivers.data(), nullptr, nullptr));
  if (dataset_ == nullptr) {
    throw Error(ErrorKind::MalformedHolding, "",
                fmt::format("it is not readable as {}: truncated, damaged, or of another kind",
                            std::strcmp(driver, "GTiff") == 0 ? "TIFF" : driver));
  }
}

std::size_t GdalRaster::columns() const {
  return static_cast<std::size_t>(GDALGetRasterXSize(dataset_.get()));
}
std::size_t GdalRaster::rows() const {
  return static_cast<std::size_t>(GDALGetRasterYSize(dataset_.get()));
}
int GdalRaster::bands() const { return GDALGetRasterCount(dataset_.get()); }

GDALRasterBandH GdalRaster::band(int number) const {
  const GdalScope scope;
  GDALRasterBandH const found =
      number <= bands() ? GDALGetRasterBand(dataset_.get(), number) : nullptr;
  if (found == nullptr) {
    throw Error(ErrorKind::MalformedHolding, "", fmt::format("it has no band {}", number));
  }
  return found;
}

std::string GdalRaster::metadata(int number, const char* key, const char* domain) const {
  const GdalScope scope;
  GDALMajorObjectH const of = number == 0 ? dataset_.get() : band(number);
  const char* const value = GDALGetMetadataItem(of, key, domain);
  return value == nullptr ? "" : value;
}

std::optional<double> GdalRaster::nodata(int number) const {
  GDALRasterBandH const from = band(number);
  const GdalScope scope;
  int there = 0;
  const double value = GDALGetRasterNoDataValue(from, &there);
  if (there == 0) return std::nullopt;
  return value;
}

double GdalRaster::earth_radius() const {
  const GdalScope scope;
  OGRSpatialReferenceH const crs = GDALGetSpatialRef(dataset_.get());
  if (crs == nullptr) return 0;
  OGRErr failure = OGRERR_NONE;
  const double major = OSRGetSemiMajor(crs, &failure);
  const double minor = OSRGetSemiMinor(crs, nullptr);
  return failure == OGRERR_NONE && major == minor ? major : 0;
}

std::vector<std::string> GdalRaster::keys_with(int number, const std::string& prefix) const {
  const GdalScope scope;
  GDALMajorObjectH const of = number == 0 ? dataset_.get() : band(number);
  std::vector<std::string> keys;
  for (char** one = GDALGetMetadata(of, nullptr); one != nullptr && *one != nullptr; ++one) {
    const std::string text = *one;
    if (text.starts_with(prefix)) {
      keys.push_back(text.substr(prefix.size(), text.find('=') - prefix.size()));
    }
  }
  return keys;
}

void GdalRaster::read_window(GDALRasterBandH from, std::size_t row, std::size_t column,
                             std::size_t rows_, std::size_t columns_, GDALDataType type,
                             void* into) const {
  if (row + rows_ > rows() || column + columns_ > columns()) {
    throw Error(ErrorKind::MalformedHolding, "", "a part of it is smaller than it says");
  }
  const GdalScope scope;
  CPLErrorReset();
  const auto as_int = [](std::size_t value) { return static_cast<int>(value); };
  if (GDALRasterIO(from, GF_Read, as_int(column), as_int(row), as_int(columns_), as_int(rows_),
                   into, as_int(columns_), as_int(rows_), type, 0, 0) != CE_None ||
      CPLGetLastErrorType() >= CE_Failure) {
    throw Error(ErrorKind::MalformedHolding, "",
                fmt::format("a part of it cannot be decoded ({})", CPLGetLastErrorMsg()));
  }
}

void GdalRaster::read(int number, std::size_t row, std::size_t column, std::size_t rows_,
                      std::size_t columns_, GDALDataType type, void* into) const {
  read_window(band(number), row, column, rows_, columns_, type, into);
}

void GdalRaster::read_mask(int number, std::size_t row, std::size_t column, std::size_t rows_,
                           std::size_t columns_, std::uint8_t* into) const {
  read_window(GDALGetMaskBand(band(number)), row, column, rows_, columns_, GDT_Byte, into);
}

RasterPlace RasterPlace::of(const GdalRaster& raster) {
  const GdalScope scope;
  RasterPlace place;
  if (GDALGetGeoTransform(raster.handle(), place.transform.data()) != CE_None) {
    throw Error(ErrorKind::UnsupportedHolding, "",
                GDALGetGCPCount(raster.handle()) > 0
                    ? "it is placed by control points alone: warp it to a grid to have it served"
                    : "it does not say where its cells lie");
  }
  for (const double part : place.transform) {
    if (!std::isfinite(part)) {
      throw Error(ErrorKind::MalformedHolding, "", "where its cells lie is no number");
    }
  }
  if (place.transform[1] == 0 || place.transform[5] == 0) {
    throw Error(ErrorKind::UnsupportedHolding, "",
                "its rows run along y: its cells have no size along x and y");
  }
  OGRSpatialReferenceH const crs = GDALGetSpatialRef(raster.handle());
  if (crs == nullptr) return place;
  char* text = nullptr;
  const std::array<const char*, 2> options{"FORMAT=WKT2_2019", nullptr};
  if (OSRExportToWktEx(crs, &text, options.data()) == OGRERR_NONE && text != nullptr) {
    place.wkt = text;
  }
  CPLFree(text);
  place.geographic = OSRIsGeographic(crs) != 0;
  if (!place.geographic) {
    char* name = nullptr;
    const double metres = OSRGetLinearUnits(crs, &name);
    if (metres != 1) place.linear_unit = fmt::format("{:.17g} m", metres);
  }
  return place;
}

void RasterAxes::tell(Attributes& attributes, std::string more_coordinates) const {
  std::string& all = more_coordinates;
  if (!coordinates.empty()) all += (all.empty() ? "" : " ") + coordinates;
  if (!all.empty()) attributes.set(told_text("coordinates", all));
  if (!grid_mapping.empty()) attributes.set(told_text("grid_mapping", grid_mapping));
}

RasterAxes add_axes(HoldingSchema& schema, KeptVariables& kept, const RasterPlace& place,
                    std::size_t rows, std::size_t columns, const std::string& suffix,
                    const std::vector<double>& latitudes, const Attributes& mapping) {
  const auto& t = place.transform;
  const bool rotated = mapping.has("grid_north_pole_latitude");
  const bool geographic = place.geographic && !rotated;
  RasterAxes axes;
  const bool turned = t[2] != 0 || t[4] != 0;
  constexpr std::size_t kPlaces = std::size_t{16} << 20;
  if (turned && (!geographic || columns > kPlaces / std::max<std::size_t>(rows, 1))) {
    throw Error(ErrorKind::UnsupportedHolding, "",
                "its rows are turned against its CRS: warp it to have it served");
  }
  axes.y = (turned ? "row" : rotated ? "rlat" : geographic ? "lat" : "y") + suffix;
  axes.x = (turned ? "column" : rotated ? "rlon" : geographic ? "lon" : "x") + suffix;
  schema.dimensions.push_back({axes.y, rows});
  schema.dimensions.push_back({axes.x, columns});
  const auto attributes = [&](const char* standard_name, const char* units, const char* axis) {
    Attributes list;
    list.set(told_text("standard_name", standard_name));
    list.set(told_text("units", units));
    if (!turned) list.set(told_text("axis", axis));
    return list;
  };
  const char* const unit = rotated ? "degrees" : place.linear_unit.c_str();
  const Attributes of_y = rotated      ? attributes("grid_latitude", unit, "Y")
                          : geographic ? attributes("latitude", "degrees_north", "Y")
                                       : attributes("projection_y_coordinate", unit, "Y");
  const Attributes of_x = rotated      ? attributes("grid_longitude", unit, "X")
                          : geographic ? attributes("longitude", "degrees_east", "X")
                                       : attributes("projection_x_coordinate", unit, "X");
  const auto centre = [](std::size_t index) { return static_cast<double>(index) + 0.5; };
  std::vector<double> y, x;
  if (!turned) {
    for (std::size_t i = 0; i < rows; ++i) y.push_back(t[3] + centre(i) * t[5]);
    for (std::size_t i = 0; i < columns; ++i) x.push_back(t[0] + centre(i) * t[1]);
    if (!latitudes.empty()) y = latitudes;
    kept.add(schema, axes.y, {axes.y}, y, of_y);
    kept.add(schema, axes.x, {axes.x}, x, of_x);
  } else {
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < columns; ++column) {
        y.push_back(t[3] + centre(column) * t[4] + centre(row) * t[5]);
        x.push_back(t[0] + centre(column) * t[1] + centre(row) * t[2]);
      }
    }
    axes.coordinates = "lat" + suffix + " lon" + suffix;
    kept.add(schema, "lat" + suffix, {axes.y, axes.x}, y, of_y);
    kept.add(schema, "lon" + suffix, {axes.y, axes.x}, x, of_x);
  }
  Attributes about = mapping;
  if (about.list().empty() && !place.wkt.empty()) about.set(told_text("crs_wkt", place.wkt));
  if (!about.list().empty()) {
    axes.grid_mapping = "crs" + suffix;
    kept.add_container(schema, axes.grid_mapping, about);
  }
  return axes;
}

}  // namespace gyre::coverage
