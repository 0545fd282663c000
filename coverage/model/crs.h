#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// A horizontal coordinate reference system. A value: copies share one immutable description.
/// Everything inside Gyre is in x, y order (easting/longitude first, degrees or the CRS's unit);
/// `axes_swapped()` says that the authority puts y first, which only the edges need.
class GYRE_API Crs {
 public:
  /// WGS 84 longitude/latitude as the EPSG registry has it (EPSG:4326, latitude first outside).
  Crs();
  /// Accepts EPSG:4326, urn:ogc:def:crs:EPSG::4326, http(s)://www.opengis.net/def/crs/EPSG/0/4326,
  /// CRS:84, OGC:CRS84, .../OGC/1.3/CRS84, EPSG:900913, AUTO forms not.
  /// @throws Error{CrsNotSupported} naming `text`
  static Crs from_user_input(std::string_view text);
  /// From a PROJ string, WKT 1/2 or PROJJSON. @throws Error{CrsNotSupported}
  static Crs from_definition(const std::string& definition);

  /// "EPSG:4326", "OGC:CRS84" when PROJ identifies it with certainty.
  [[nodiscard]] const std::optional<std::string>& authority_code() const;
  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] const std::string& wkt2() const;
  [[nodiscard]] std::string wkt1() const;  ///< for GeoTIFF and spatial_ref; "" if inexpressible
  [[nodiscard]] std::string projjson() const;
  [[nodiscard]] std::string proj_definition() const;  ///< what PROJ is given (pipeline building)
  /// 16 hex digits of a hash of wkt2: names a CRS no authority knows (`<base>/def/crs/<hash>`).
  [[nodiscard]] const std::string& hash() const;
  [[nodiscard]] bool is_geographic() const;      ///< true longitude/latitude (rotated pole: false)
  [[nodiscard]] bool is_rotated_pole() const;    ///< degrees, but not those of the globe
  [[nodiscard]] bool axes_swapped() const;       ///< authority order is y, x
  [[nodiscard]] const std::string& uom() const;  ///< "deg", "m", ...: of both axes
  /// Metres in one unit of x and y of a projected CRS; 0 for degrees.
  [[nodiscard]] double metres_per_unit() const;
  /// A parameter of the projection by its name of EPSG or PROJ ("Satellite Height"), in SI units.
  [[nodiscard]] std::optional<double> projection_parameter(std::string_view name) const;
  /// This projected CRS with positions counted in units of `metres`, called `unit`.
  /// @throws Error{CrsNotSupported} when it is not projected
  [[nodiscard]] Crs in_unit(const std::string& unit, double metres) const;
  /// Labels in x, y order as the OGC writes them: {"Long","Lat"}, {"E","N"}, {"X","Y"}.
  [[nodiscard]] const std::vector<std::string>& axis_labels() const;
  /// Where the CRS is meant to be used, lon/lat degrees {west, south, east, north}, if known.
  [[nodiscard]] std::optional<std::vector<double>> area_of_use() const;
  bool operator==(const Crs& other) const;

 private:
  struct Description;
  explicit Crs(std::shared_ptr<const Description> description);
  std::shared_ptr<const Description> description_;
};

/// Transforms positions between two CRSs, x,y order on both sides. Not thread-safe: one per
/// thread (PROJ contexts are); creating one costs about 1 ms, so get it from `transform_between`.
class GYRE_API CrsTransform {
 public:
  CrsTransform(const Crs& from, const Crs& to);
  ~CrsTransform();
  CrsTransform(CrsTransform&&) noexcept;
  CrsTransform& operator=(CrsTransform&&) noexcept;

  /// In place. Positions that cannot be transformed become NaN in both.
  void forward(std::span<double> x, std::span<double> y) const;
  void inverse(std::span<double> x, std::span<double> y) const;
  [[nodiscard]] bool identity() const;  ///< nothing to do (CRS:84 and EPSG:4326 are one, inside)
  /// Are both CRSs of projections whose map is in one piece with a convex outline, and whose
  /// formulas are smooth within it, but for single points and the seam? Not those that cut the
  /// globe into lobes or the faces of a solid, nor those nobody looked at.
  [[nodiscard]] bool smooth() const;
  /// Once round the globe in x of the CRS it leads to, where x repeats after that: degrees, and
  /// cylindrical projections. 0: never, or the two CRSs are one.
  [[nodiscard]] double x_period() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// This thread's cached transform. The reference lives until the thread ends or 32 others were
/// asked for since.
[[nodiscard]] GYRE_API const CrsTransform& transform_between(const Crs& from, const Crs& to);

}  // namespace gyre::coverage
