#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>

#include <catch2/catch.hpp>
#include <gdal.h>

#include "coverage/base/error.h"
#include "coverage/base/executor.h"
#include "coverage/base/work.h"
#include "coverage/encode/encoder.h"
#include "tests/coverage/encode/written_geotiff.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

constexpr const char* kCog = "image/tiff;application=geotiff;profile=cloud-optimized";

struct Plane {
  std::size_t height, width;
  std::vector<double> values;
};

/// Fields of one type and size: `value(field, row, column)` of what is north-up.
template <typename Value>
std::shared_ptr<Dataset> dataset_of(const std::vector<Field>& fields, std::size_t height,
                                    std::size_t width, Value value) {
  auto source = std::make_shared<MemorySource>();
  for (std::size_t k = 0; k < fields.size(); ++k) {
    std::vector<double> values;
    for (std::size_t j = 0; j < height; ++j) {
      for (std::size_t i = 0; i < width; ++i) values.push_back(value(k, j, i));
    }
    source->add({fields[k].name, fields[k].storage, {"lat", "lon"}, {height, width}, {}, {}},
                values);
  }
  std::vector<double> lats, lons;
  for (std::size_t j = 0; j < height; ++j) lats.push_back(80 - 0.001 * static_cast<double>(j));
  for (std::size_t i = 0; i < width; ++i) lons.push_back(0.001 * static_cast<double>(i));
  auto dataset = std::make_shared<Dataset>();
  dataset->id = "raster";
  dataset->source = source;
  dataset->coverages.push_back(
      {"raster",
       DomainSet({number_axis("lat", AxisRole::Y, lats), number_axis("lon", AxisRole::X, lons)},
                 Crs(), ""),
       fields,
       {}});
  return dataset;
}

/// Half as large: `combine` makes one of the two to four values that are not nodata.
template <typename Combine>
Plane halved(const Plane& plane, double nodata, Combine combine) {
  Plane half{(plane.height + 1) / 2, (plane.width + 1) / 2, {}};
  for (std::size_t j = 0; j < half.height; ++j) {
    for (std::size_t i = 0; i < half.width; ++i) {
      std::vector<double> found;
      for (std::size_t y = 2 * j; y < std::min(plane.height, 2 * j + 2); ++y) {
        for (std::size_t x = 2 * i; x < std::min(plane.width, 2 * i + 2); ++x) {
          const double one = plane.values[y * plane.width + x];
          if (one != nodata && !std::isnan(one)) found.push_back(one);
        }
      }
      half.values.push_back(found.empty() ? nodata : combine(found));
    }
  }
  return half;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double one : values) sum += one;
  return sum / static_cast<double>(values.size());
}
double whole_mean(const std::vector<double>& values) { return std::round(mean(values)); }
double commonest(const std::vector<double>& values) {
  return *std::max_element(values.begin(), values.end(), [&](double a, double b) {
    return std::count(values.begin(), values.end(), a) <
           std::count(values.begin(), values.end(), b);
  });
}

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 1e-12 * std::abs(b);
}

/// All overviews of a band, from what GDAL reads of the band itself.
template <typename Combine>
void check_overviews(const Written& file, int band, double nodata, Combine combine) {
  Plane plane{static_cast<std::size_t>(GDALGetRasterBandYSize(file.band(band))),
              static_cast<std::size_t>(GDALGetRasterBandXSize(file.band(band))), file.values(band)};
  int overview = 0;
  for (; std::max(plane.height, plane.width) > 512; ++overview) {
    plane = halved(plane, nodata, combine);
    CAPTURE(band, overview);
    const GDALRasterBandH found = GDALGetOverview(file.band(band), overview);
    REQUIRE(found != nullptr);
    REQUIRE(GDALGetRasterBandXSize(found) == static_cast<int>(plane.width));
    REQUIRE(GDALGetRasterBandYSize(found) == static_cast<int>(plane.height));
    const std::vector<double> values = Written::values_of(found);
    CHECK(std::equal(values.begin(), values.end(), plane.values.begin(), plane.values.end(), same));
    int has = 0;
    const double stated = GDALGetRasterNoDataValue(found, &has);
    CHECK((has == 0 || same(stated, nodata)));
    CHECK(has == (GDALGetRasterNoDataValue(file.band(band), &has), has));
  }
  CHECK(GDALGetOverviewCount(file.band(band)) == overview);
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A classic TIFF's directories: where each lies, and its tags' numbers.
struct Directory {
  std::uint32_t at = 0;
  std::map<std::uint16_t, std::vector<std::uint32_t>> tags;
};
template <typename T>
T at(const std::string& bytes, std::size_t offset) {
  T value{};
  REQUIRE(offset + sizeof(T) <= bytes.size());
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}
std::vector<Directory> directories(const std::string& bytes) {
  std::vector<Directory> found;
  for (auto where = at<std::uint32_t>(bytes, 4); where != 0;) {
    Directory one{where, {}};
    const auto count = at<std::uint16_t>(bytes, where);
    for (std::size_t entry = where + 2; entry < where + 2 + 12u * count; entry += 12) {
      const auto type = at<std::uint16_t>(bytes, entry + 2);
      const auto values = at<std::uint32_t>(bytes, entry + 4);
      if (type != 3 && type != 4) continue;
      const std::size_t size = type == 3 ? 2 : 4;
      const std::size_t first =
          values * size <= 4 ? entry + 8 : at<std::uint32_t>(bytes, entry + 8);
      for (std::size_t v = 0; v < values; ++v) {
        one.tags[at<std::uint16_t>(bytes, entry)].push_back(
            size == 2 ? at<std::uint16_t>(bytes, first + 2 * v)
                      : at<std::uint32_t>(bytes, first + 4 * v));
      }
    }
    found.push_back(one);
    where = at<std::uint32_t>(bytes, where + 2 + 12u * count);
  }
  return found;
}

std::vector<Field> packed_and_flags() {
  Field packed = field_of("sst", ElementType::Int16, {std::int64_t{-32768}});
  packed.packing = {0.01, 10, true, ElementType::Float32};
  Field flags = field_of("quality", ElementType::UInt8);
  flags.flags = {{1, {}, "good"}, {2, {}, "bad"}};
  return {packed, flags};
}

double some_value(std::size_t field, std::size_t row, std::size_t column) {
  const std::size_t noise = (row * 7919 + column * 104729 + row * column) % 1009;
  if (field == 1) return static_cast<double>(noise % 4);
  if (noise % 5 == 0 || (row < 100 && column > 300)) return -32768;
  return static_cast<double>(noise) - 500;
}

}  // namespace

TEST_CASE("a cloud optimized GeoTIFF is the plain one with its overviews", "[encode][cog]") {
  const auto [height, width] = GENERATE(table<std::size_t, std::size_t>(
      {{777, 1031}, {1031, 777}, {512, 513}, {1, 1500}, {2600, 3}, {512, 512}, {2, 3}}));
  CAPTURE(height, width);
  const auto dataset = dataset_of(packed_and_flags(), height, width, some_value);
  const Written plain(dataset, {});
  const Written file(dataset, {}, {}, kCog);
  CHECK(file.geotransform() == plain.geotransform());
  CHECK(file.authority() == plain.authority());
  REQUIRE(file.bands() == 2);
  for (const int band : {1, 2}) {
    CHECK(file.values(band) == plain.values(band));
    CHECK(GDALGetRasterDataType(file.band(band)) == GDT_Int16);
    CHECK(GDALGetRasterNoDataValue(file.band(band), nullptr) == -32768);
    CHECK(file.metadata(band, "variable") == plain.metadata(band, "variable"));
    int across = 0, down = 0;
    GDALGetBlockSize(file.band(band), &across, &down);
    CHECK(across == 512);
    CHECK(down == 512);
  }
  CHECK(GDALGetRasterScale(file.band(1), nullptr) == 0.01);
  check_overviews(file, 1, -32768, whole_mean);
  check_overviews(file, 2, -32768, commonest);
}

TEST_CASE("overviews of a raster wider than is gone through at once", "[encode][cog]") {
  // Doubles: 4096 cells.
  const auto dataset = dataset_of(
      {field_of("a", ElementType::Float64), field_of("b", ElementType::Float64)}, 1100, 9001,
      [](std::size_t field, std::size_t row, std::size_t column) {
        const std::size_t noise = (row * 7919 + column * 104729) % 1009;
        return noise % 7 == 0 ? std::numeric_limits<double>::quiet_NaN()
                              : static_cast<double>(noise) / 3 + static_cast<double>(field);
      });
  const Written plain(dataset, {});
  const Written file(dataset, {}, {}, kCog);
  for (const int band : {1, 2}) {
    const std::vector<double> values = file.values(band), wanted = plain.values(band);
    CHECK(std::equal(values.begin(), values.end(), wanted.begin(), wanted.end(), same));
    check_overviews(file, band, std::numeric_limits<double>::quiet_NaN(), mean);
  }
}

TEST_CASE("directories stand in front, the smallest overview comes first", "[encode][cog]") {
  const auto dataset = dataset_of(packed_and_flags(), 1300, 2100, some_value);
  const Written file(dataset, {}, {}, kCog);
  const std::string bytes = bytes_of(file.path());
  const std::vector<Directory> found = directories(bytes);
  REQUIRE(found.size() == 4);
  std::uint32_t end = 0;  // of the tiles of smaller images
  for (std::size_t i = found.size(); i-- > 0;) {
    const Directory& one = found[i];
    CAPTURE(i);
    if (i > 0) CHECK(one.at > found[i - 1].at);
    CHECK((one.tags.count(254) > 0 ? one.tags.at(254).front() : 0) == (i > 0 ? 1 : 0));
    const auto& offsets = one.tags.at(324);
    const auto& counts = one.tags.at(325);
    CHECK(offsets.size() ==
          2 * ((one.tags.at(256).front() + 511) / 512) * ((one.tags.at(257).front() + 511) / 512));
    CHECK(std::is_sorted(offsets.begin(), offsets.end()));
    CHECK(offsets.front() > found.back().at);
    CHECK(offsets.front() >= end);
    end = offsets.back() + counts.back();
  }
  CHECK(end <= bytes.size());
  CHECK(bytes.size() <= end + 1u);
}

TEST_CASE("many threads make the same bytes, on disk and in memory", "[encode][cog]") {
  const auto dataset = dataset_of(packed_and_flags(), 1300, 2100, some_value);
  const View view(resolve(dataset, dataset->coverages[0], {}, {}));
  const std::string alone = find_encoder(kCog)->write_small(view, {}, {});
  Executor executor(4);
  Work work = current_work();
  work.executor = &executor;
  const WorkScope scope(work);
  CHECK(find_encoder(kCog)->write_small(view, {}, {}) == alone);
  const std::string path =
      (std::filesystem::temp_directory_path() / ("gyre-cog-" + std::to_string(::getpid())))
          .string();
  find_encoder(kCog)->write_file(view, path, {}, {});
  CHECK(bytes_of(path) == alone);
  std::filesystem::remove(path);
}

TEST_CASE("a mean that happens to be nodata makes no hole", "[encode][cog]") {
  const auto dataset = dataset_of({field_of("v", ElementType::Int16, {std::int64_t{0}})}, 2, 600,
                                  [](std::size_t, std::size_t row, std::size_t column) {
                                    if (column >= 300) return 0.0;
                                    return row == 0 ? -5.0 : 5.0;
                                  });
  const Written file(dataset, {}, {}, kCog);
  const std::vector<double> values = Written::values_of(GDALGetOverview(file.band(1), 0));
  CHECK(values[0] == -5);
  CHECK(values[149] == -5);
  CHECK(values[150] == 0);
}

TEST_CASE("directions have no mean: one of them stands for all", "[encode][cog]") {
  Field field = field_of("dir", ElementType::Float32);
  field.standard_name = "wind_from_direction";
  field.units = "degree";
  const auto dataset = dataset_of(
      {field}, 2, 600,
      [](std::size_t, std::size_t, std::size_t column) { return column % 2 == 0 ? 359.0 : 1.0; });
  const Written file(dataset, {}, {}, kCog);
  CHECK(Written::values_of(GDALGetOverview(file.band(1), 0)).front() == 359);
}

TEST_CASE("who gives up while a cloud optimized GeoTIFF is made is heard", "[encode][cog]") {
  const auto dataset = dataset_of(packed_and_flags(), 1300, 2100, some_value);
  const View view(resolve(dataset, dataset->coverages[0], {}, {}));
  const AbortToken abort;
  abort.cancel();
  CHECK_THROWS_AS(find_encoder(kCog)->write_small(view, {}, abort), Error);
}
