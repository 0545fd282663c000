#include <filesystem>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "coverage/archive/archive.h"
#include "coverage/encode/encoder.h"
#include "coverage/source/netcdf_lock.h"
#include "coverage/source/source.h"
#include "tests/coverage/encode/sample_dataset.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

/// A finished file, read back by netCDF-C; removed in the end.
class Written {
 public:
  Written(const char* media_type, const std::vector<DimensionSubset>& subsets,
          const std::vector<std::string>& fields = {}) {
    const auto dataset = sample_ocean();
    const View view(resolve(dataset, dataset->coverages[0], subsets, fields));
    static int count = 0;
    path_ = (std::filesystem::temp_directory_path() /
             ("gyre-netcdf-test-" + std::to_string(::getpid()) + "-" + std::to_string(++count)))
                .string();
    find_encoder(media_type)
        ->write_file(view, path_, {"GET /wcs?x", "Gyre 0.1 WCS 2.0.1", 1704067200000000}, {});
    REQUIRE(nc_open(path_.c_str(), NC_NOWRITE, &ncid_) == NC_NOERR);
  }
  ~Written() {
    nc_close(ncid_);
    std::filesystem::remove(path_);
  }
  [[nodiscard]] int format() const {
    int format = 0;
    nc_inq_format(ncid_, &format);
    return format;
  }
  [[nodiscard]] int variable(const char* name) const {
    int id = -1;
    if (name == nullptr) return NC_GLOBAL;
    return nc_inq_varid(ncid_, name, &id) == NC_NOERR ? id : -2;
  }
  [[nodiscard]] nc_type type(const char* name) const {
    nc_type type = NC_NAT;
    nc_inq_vartype(ncid_, variable(name), &type);
    return type;
  }
  [[nodiscard]] std::vector<std::size_t> shape(const char* name) const {
    int n = 0;
    nc_inq_varndims(ncid_, variable(name), &n);
    std::vector<int> ids(static_cast<std::size_t>(n));
    nc_inq_vardimid(ncid_, variable(name), ids.data());
    std::vector<std::size_t> shape;
    for (const int id : ids) {
      std::size_t length = 0;
      nc_inq_dimlen(ncid_, id, &length);
      shape.push_back(length);
    }
    return shape;
  }
  [[nodiscard]] std::vector<double> values(const char* name) const {
    std::size_t n = 1;
    for (const std::size_t extent : shape(name)) n *= extent;
    std::vector<double> values(n);
    REQUIRE(nc_get_var_double(ncid_, variable(name), values.data()) == NC_NOERR);
    return values;
  }
  [[nodiscard]] std::string text(const char* name, const char* attribute) const {
    std::size_t length = 0;
    if (nc_inq_attlen(ncid_, variable(name), attribute, &length) != NC_NOERR) return "(none)";
    std::string text(length, ' ');
    if (nc_get_att_text(ncid_, variable(name), attribute, text.data()) != NC_NOERR) return "(type)";
    return text;
  }
  [[nodiscard]] std::vector<double> numbers(const char* name, const char* attribute) const {
    std::size_t length = 0;
    if (nc_inq_attlen(ncid_, variable(name), attribute, &length) != NC_NOERR) return {};
    std::vector<double> values(length);
    nc_get_att_double(ncid_, variable(name), attribute, values.data());
    return values;
  }

 private:
  NetcdfLock lock_;
  std::string path_;
  int ncid_ = -1;
};

const std::vector<DimensionSubset> kSeam{{"lon", Trim{"-20", "20"}},
                                         {"time", Slice{"2024-01-02T12:00:00Z"}},
                                         {"lat", Trim{"-20", "20"}}};

}  // namespace

TEST_CASE("packed values come out bit for bit with what describes them", "[encode][netcdf]") {
  const char* media_type = GENERATE("application/netcdf", "application/x-netcdf3");
  const Written file(media_type, kSeam, {"temp"});
  CHECK(file.type("temp") == NC_SHORT);
  CHECK(file.shape("temp") == std::vector<std::size_t>{2, 2, 4});
  CHECK(file.values("temp") == std::vector<double>{1134, 1135, 1100, 1101, 1234, 1235, 1200, 1201,
                                                   1634, 1635, 1600, 1601, 1734, 1735, 1700, 1701});
  CHECK(file.numbers("temp", "_FillValue") == std::vector<double>{-32768});
  CHECK(file.numbers("temp", "scale_factor") == std::vector<double>{0.01});
  CHECK(file.text("temp", "standard_name") == "sea_water_temperature");
  CHECK(file.text("temp", "DODS.strlen") == "(none)");
  const auto range = file.numbers("temp", "actual_range");
  REQUIRE(range.size() == 2);
  CHECK(range[0] == Approx(21.0));
  CHECK(range[1] == Approx(27.35));
}

TEST_CASE("coordinates are those of the field's own group", "[encode][netcdf]") {
  // The root has variables of the same names and sizes.
  const gyre::test::TemporaryFolder folder;
  ArchiveSettings settings;
  settings.roots = {gyre::test::ncgen(folder, "groups.nc", R"(netcdf groups {
dimensions: lat = 2 ; lon = 3 ;
variables: double lat(lat) ; lat:units = "degrees_north" ;
  double lon(lon) ; lon:units = "degrees_east" ; float v(lat, lon) ;
data: lat = 10, 11 ; lon = 10, 11, 12 ; v = 0, 1, 2, 3, 4, 5 ;
group: south { dimensions: lat = 2 ; lon = 3 ;
  variables: double lat(lat) ; lat:units = "degrees_north" ;
    double lon(lon) ; lon:units = "degrees_east" ; float v(lat, lon) ;
  data: lat = -50, -49 ; lon = -20, -19, -18 ; v = 0, 1, 2, 3, 4, 5 ; }
})")};
  const auto catalogue = build_catalogue(settings, 1);
  REQUIRE(catalogue->datasets().size() == 1);
  const auto& dataset = catalogue->datasets().front();
  REQUIRE(dataset->coverages.size() == 2);
  const View view(resolve(dataset, dataset->coverages[1], {}, {}));
  const std::string path = folder / "answer.nc";
  find_encoder("application/netcdf")->write_file(view, path, {}, {});
  const auto answer = open_source(path);
  CHECK(answer->read("south_lat", {{0, 2}}).as<double>()[0] == -50);
  CHECK(answer->read("south_lon", {{0, 3}}).as<double>()[2] == -18);
}

TEST_CASE("the strip across the seam has increasing longitudes and their bounds",
          "[encode][netcdf]") {
  const Written file("application/netcdf", kSeam);
  CHECK(file.type("lon") == NC_FLOAT);
  CHECK(file.values("lon") == std::vector<double>{-15, -5, 5, 15});
  CHECK(file.values("lon_bnds") == std::vector<double>{-20, -10, -10, 0, 0, 10, 10, 20});
  CHECK(file.numbers("lon", "valid_min") == std::vector<double>{-15});
  CHECK(file.numbers("lon", "valid_max") == std::vector<double>{15});
}

TEST_CASE("a sliced axis stays as a scalar coordinate with its bounds", "[encode][netcdf]") {
  const Written file("application/netcdf", kSeam, {"temp"});
  CHECK(file.shape("time").empty());
  CHECK(file.values("time") == std::vector<double>{1.5});
  CHECK(file.values("time_bnds") == std::vector<double>{1, 2});
  CHECK(file.text("time", "units") == "days since 2024-01-01");
  CHECK(file.text("temp", "coordinates") == "aux_lat height time");
  CHECK(file.shape("aux_lat") == std::vector<std::size_t>{2, 4});
  CHECK(file.values("aux_lat") == std::vector<double>{70, 71, 36, 37, 106, 107, 72, 73});
  CHECK(file.values("height") == std::vector<double>{2});
}

TEST_CASE("attributes never point to variables that are not there", "[encode][netcdf]") {
  const Written all("application/netcdf", {});
  CHECK(all.text("temp", "ancillary_variables") == "flags");
  CHECK(all.text("temp", "cell_measures") == "(none)");
  CHECK(all.text("temp", "grid_mapping") == "crs");
  CHECK(all.variable("crs") >= 0);
  const Written one("application/netcdf", {}, {"temp"});
  CHECK(one.variable("flags") == -2);  // not asked for
  CHECK(one.text("temp", "ancillary_variables") == "(none)");
}

TEST_CASE("global attributes are kept and brought up to date", "[encode][netcdf]") {
  const Written file("application/netcdf", kSeam);
  CHECK(file.text(nullptr, "title") == "A small ocean");
  CHECK(file.text(nullptr, "license") == "free");
  CHECK(file.text(nullptr, "Conventions") == "CF-1.6 ACDD-1.3");
  CHECK(file.text(nullptr, "history") ==
        "made for tests\n2024-01-01T00:00:00Z Gyre 0.1 WCS 2.0.1: GET /wcs?x");
  CHECK(file.numbers(nullptr, "geospatial_lat_min") == std::vector<double>{-15});
  CHECK(file.numbers(nullptr, "geospatial_lon_max") == std::vector<double>{15});
  CHECK(file.text(nullptr, "time_coverage_start") == "2024-01-02T12:00:00Z");
  CHECK(file.text(nullptr, "time_coverage_duration") == "(none)");
  CHECK(file.text(nullptr, "geospatial_vertical_positive") == "down");
}

TEST_CASE("everything sliced leaves scalars", "[encode][netcdf]") {
  const char* media_type = GENERATE("application/netcdf", "application/x-netcdf3");
  const Written file(media_type, {{"lon", Slice{"-15"}},
                                  {"lat", Slice{"15"}},
                                  {"depth", Slice{"10.1"}},
                                  {"time", Slice{"2024-01-03"}}});
  CHECK(file.shape("temp").empty());
  CHECK(file.values("temp") == std::vector<double>{2734});
  CHECK(file.values("lon") == std::vector<double>{-15});
}

TEST_CASE("the classic format is as old as the types allow", "[encode][netcdf]") {
  CHECK(Written("application/x-netcdf3", kSeam, {"temp"}).format() == NC_FORMAT_64BIT_OFFSET);
  const Written both("application/x-netcdf3", kSeam);
  CHECK(both.format() == NC_FORMAT_CDF5);
  CHECK(both.type("flags") == NC_UBYTE);
  CHECK(both.values("flags").front() == 201);
  CHECK(Written("application/netcdf", kSeam).format() == NC_FORMAT_NETCDF4);
}
