#include "coverage/subset/resample.h"

#include <cmath>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/source/chunks/decoded_chunks.h"
#include "coverage/subset/picture.h"
#include "coverage/subset/pixel_map.h"
#include "coverage/subset/reduction.h"
#include "tests/coverage/memory_source.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

/// A field whose value at a sample is lat * 1000 + lon index, so that every pixel tells its cell.
std::shared_ptr<const Dataset> world(std::vector<double> lons, std::vector<double> lats,
                                     bool x_first = false) {
  auto source = std::make_shared<MemorySource>();
  const std::size_t nx = lons.size();
  const std::size_t ny = lats.size();
  std::vector<std::int32_t> values;
  for (std::size_t t = 0; t < 2; ++t) {
    for (std::size_t a = 0; a < (x_first ? nx : ny); ++a) {
      for (std::size_t b = 0; b < (x_first ? ny : nx); ++b) {
        const std::size_t x = x_first ? a : b;
        const std::size_t y = x_first ? b : a;
        values.push_back(static_cast<std::int32_t>(t * 100000000 + y * 10000 + x));
      }
    }
  }
  Field field;
  field.name = "v";
  field.declared = field.storage = ElementType::Int32;
  auto dataset = std::make_shared<Dataset>();
  std::vector<Axis> axes{time_axis("days since 2024-01-01", {0, 1})};
  if (x_first) {
    source->add({"v", ElementType::Int32, {"time", "lon", "lat"}, {2, nx, ny}, {}, {}}, values);
    axes.push_back(longitude_axis(std::move(lons)));
    axes.push_back(latitude_axis(std::move(lats)));
  } else {
    source->add({"v", ElementType::Int32, {"time", "lat", "lon"}, {2, ny, nx}, {}, {}}, values);
    axes.push_back(latitude_axis(std::move(lats)));
    axes.push_back(longitude_axis(std::move(lons)));
  }
  dataset->id = "world";
  dataset->source = source;
  dataset->coverages.push_back({"world", DomainSet(axes, Crs(), ""), {field}, {{0, 1}}});
  return dataset;
}

ResolvedQuery second_day(const std::shared_ptr<const Dataset>& dataset) {
  return resolve(dataset, dataset->coverages[0], {{"time", Slice{"2024-01-02"}}}, {});
}

/// What resample_nearest should give, pixel by pixel and the slow way.
std::size_t differences(const std::shared_ptr<const Dataset>& dataset, const TargetGrid& target) {
  const DomainSet& domain_set = dataset->coverages[0].domain_set;
  const Axis& lon = domain_set.axes()[domain_set.x()];
  const Axis& lat = domain_set.axes()[domain_set.y()];
  const Raster raster = resample_nearest(second_day(dataset), target, {});
  std::size_t different = 0;
  for (std::size_t row = 0; row < target.height; ++row) {
    for (std::size_t column = 0; column < target.width; ++column) {
      double x = target.envelope.min_x + (static_cast<double>(column) + 0.5) *
                                             target.envelope.width() /
                                             static_cast<double>(target.width);
      double y = target.envelope.max_y - (static_cast<double>(row) + 0.5) *
                                             target.envelope.height() /
                                             static_cast<double>(target.height);
      transform_between(target.crs, domain_set.crs()).forward({&x, 1}, {&y, 1});
      const auto i = lon.cell_at_modular(x);
      const auto j = lat.cell_at(y);
      const double got = raster.values[row * target.width + column];
      const bool same =
          i && j ? got == 100000000.0 + static_cast<double>(*j * 10000 + *i) : std::isnan(got);
      if (!same) ++different;
    }
  }
  return different;
}

const char* const kPolar[] = {"EPSG:3413", "EPSG:3031", "EPSG:32661", "EPSG:5041"};

}  // namespace

TEST_CASE("each pixel shows the sample whose cell holds its centre", "[subset][resample]") {
  const bool x_first = GENERATE(false, true);
  const bool north_up = GENERATE(false, true);
  std::vector<double> lats = every(-89, 2, 90);
  if (north_up) std::reverse(lats.begin(), lats.end());
  const double first = GENERATE(-179.0, 0.0, 20.5);
  const auto dataset = world(every(first, 2, 180), lats, x_first);
  const Crs plain = Crs::from_user_input("EPSG:4326");
  const Crs mercator = Crs::from_user_input("EPSG:3857");
  CHECK(differences(dataset, {plain, {-180, -90, 180, 90}, 97, 53}) == 0);
  CHECK(differences(dataset, {plain, {-20, -10, 20, 10}, 64, 32}) == 0);
  CHECK(differences(dataset, {plain, {-200, 40, -160, 60}, 64, 32}) == 0);
  CHECK(differences(dataset, {plain, {170, -95, 190, 95}, 31, 77}) == 0);
  CHECK(differences(dataset, {plain, {340, -10, 380, 10}, 33, 17}) == 0);
  CHECK(differences(dataset, {mercator, {-2.1e7, -2.1e7, 2.1e7, 2.1e7}, 101, 83}) == 0);
  CHECK(differences(dataset, {mercator, {-2.2e7, 1e6, -1.8e7, 5e6}, 64, 64}) == 0);
  CHECK(differences(dataset, {mercator, {-1e6, -1e6, 1e6, 1e6}, 64, 64}) == 0);
  for (const char* const code : kPolar) {
    CAPTURE(code);
    const double middle = std::string(code) == "EPSG:32661" || std::string(code) == "EPSG:5041"
                              ? 2e6
                              : 0;  // their pole is at (2000000, 2000000)
    CHECK(differences(dataset, {Crs::from_user_input(code),
                                {middle - 4e6, middle - 4e6, middle + 4e6, middle + 4e6},
                                51,
                                51}) == 0);
  }
}

TEST_CASE("grids with centres on the poles cover them", "[subset][resample]") {
  const auto dataset = world(every(0, 5, 72), every(-90, 5, 37));
  const Raster map = resample_nearest(
      second_day(dataset), {Crs::from_user_input("EPSG:3413"), {-1e5, -1e5, 1e5, 1e5}, 3, 3}, {});
  for (const double value : map.values) CHECK_FALSE(std::isnan(value));
  const Raster beyond = resample_nearest(
      second_day(dataset), {Crs::from_user_input("EPSG:4326"), {0, 88, 10, 92}, 2, 2}, {});
  CHECK(std::isnan(beyond.values[0]));
  CHECK_FALSE(std::isnan(beyond.values[2]));
}

TEST_CASE("regional grids end at their footprints", "[subset][resample]") {
  const auto dataset = world(every(300, 1, 10), {0.25, 0.5, 1, 2, 4});
  CHECK(differences(dataset, {Crs::from_user_input("EPSG:4326"), {-70, -2, -40, 8}, 120, 80}) == 0);
  CHECK(differences(dataset, {Crs::from_user_input("EPSG:4326"), {20, -2, 40, 8}, 12, 8}) == 0);
}

TEST_CASE("a map reads little more than its window", "[subset][resample]") {
  const auto dataset = world(every(0.125, 0.25, 1440), every(-89.875, 0.25, 720));
  const auto& source = dynamic_cast<const MemorySource&>(*dataset->source);
  (void)resample_nearest(second_day(dataset),
                         {Crs::from_user_input("EPSG:4326"), {-1, -1, 1, 1}, 16, 16}, {});
  CHECK(source.reads() == 2);  // each side of the seam
  CHECK(source.largest_read() <= 4U * 8 * 4);
}

TEST_CASE("a pixel is sampled as the map shows it", "[subset][resample]") {
  const auto dataset = world(every(0, 2, 180), every(-89, 2, 90));
  const ResolvedQuery query = second_day(dataset);
  const TargetGrid target{Crs::from_user_input("EPSG:3857"), {-2.2e7, -1e7, -1.2e7, 1e7}, 40, 60};
  const Raster raster = resample_nearest(query, target, {});
  for (std::size_t j = 0; j < target.height; j += 7) {
    for (std::size_t i = 0; i < target.width; i += 3) {
      const PointSample sample = sample_pixel(query, target, i, j, {});
      REQUIRE(sample.cell.has_value());
      CHECK(sample.values[0] == raster.values[j * target.width + i]);
      CHECK(sample.longitude >= -180);
      CHECK(sample.longitude < 180);
    }
  }
  const PointSample outside =
      sample_pixel(query, {Crs::from_user_input("EPSG:4326"), {0, 91, 1, 92}, 1, 1}, 0, 0, {});
  CHECK_FALSE(outside.cell.has_value());
  CHECK(outside.texts[0] == "NaN");
}

TEST_CASE("a map of several steps is refused", "[subset][resample]") {
  const auto dataset = world(every(0, 2, 180), every(-89, 2, 90));
  CHECK_THROWS_AS(resample_nearest(resolve(dataset, dataset->coverages[0], {}, {}),
                                   {Crs(), {0, 0, 1, 1}, 1, 1}, {}),
                  Error);
}

namespace {

/// The mean over a block of y * 10000 + x, as it is stored.
double block_value(const CellIndex& cell, const Reduction& by, std::size_t nx, std::size_t ny) {
  const auto middle = [](std::size_t index, std::size_t of, std::size_t cells) {
    const std::size_t begin = index / of * of, end = std::min(cells, begin + of);
    return static_cast<double>(begin + end - 1) / 2;
  };
  return std::round(100000000 + 10000 * middle(cell.y, by.y, ny) + middle(cell.x, by.x, nx));
}

}  // namespace

TEST_CASE("pictures of many cells show blocks of them", "[subset][resample]") {
  const bool x_first = GENERATE(false, true);
  const auto dataset = world(every(-179.875, 0.25, 1440), every(-87.25, 0.25, 699), x_first);
  const DomainSet& domain_set = dataset->coverages[0].domain_set;
  const std::size_t nx = domain_set.axes()[domain_set.x()].size();
  const std::size_t ny = domain_set.axes()[domain_set.y()].size();
  for (const TargetGrid& target :
       {TargetGrid{Crs(), {-180, -90, 180, 90}, 120, 61},  // 12 x 11.8 cells
        TargetGrid{Crs::from_user_input("EPSG:3857"),
                   {-2e7, -1.5e7, 2e7, 1.5e7},
                   256,
                   200},  // rows unlike
        TargetGrid{Crs::from_user_input("EPSG:3413"), {-4e6, -4e6, 4e6, 4e6}, 90, 90}}) {
    const Reduction by = reduction_of(domain_set, target);
    REQUIRE(by.reduces());
    const auto cells = locate(domain_set, target);
    DecodedChunks kept(std::size_t{32} << 20);
    for (DecodedChunks* const overviews : {static_cast<DecodedChunks*>(nullptr), &kept, &kept}) {
      const Field& field = dataset->coverages[0].fields[0];
      const Picture picture(second_day(dataset), target, overviews);
      const Raster shown = unpacked(field, picture.rows(0, target.height, {}));
      std::size_t different = 0;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const double value = shown.values[i];
        different += cells[i] ? value != block_value(*cells[i], by, nx, ny) : !std::isnan(value);
      }
      CHECK(different == 0);
      for (std::size_t i = 0; i < cells.size(); i += 37) {
        const auto block = block_shown(second_day(dataset), target, i % target.width,
                                       i / target.width, overviews, {});
        REQUIRE(block.has_value() == cells[i].has_value());
        if (!block) continue;
        double value = 0;
        unpack(field, *block, {&value, 1});
        CHECK(value == shown.values[i]);
      }
    }
    CHECK(kept.figures().hits > 0);
  }
}

namespace {

/// Values that are written again in place.
class Rewritten final : public Source {
 public:
  explicit Rewritten(std::shared_ptr<const Source> first) : first_(std::move(first)) {}
  [[nodiscard]] HoldingSchema describe() const override { return first_->describe(); }
  [[nodiscard]] RawBlock read(const std::string& name, const IndexBox& box) const override {
    RawBlock block = first_->read(name, box);
    for (std::int32_t& value : block.as<std::int32_t>()) value += more;
    return block;
  }
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& name) const override {
    return first_->read_strings(name);
  }
  [[nodiscard]] std::optional<Fingerprint> state_of(const std::string& /*variable*/,
                                                    const IndexBox& /*box*/) const override {
    return state;
  }

  std::int32_t more = 0;
  std::optional<Fingerprint> state = Fingerprint{1, 2};

 private:
  std::shared_ptr<const Source> first_;
};

}  // namespace

TEST_CASE("blocks are kept until what they are of is written again", "[subset][resample]") {
  const auto first = world(every(-179.875, 0.25, 1440), every(-87.25, 0.25, 699));
  const auto source = std::make_shared<Rewritten>(first->source);
  const auto dataset = std::make_shared<Dataset>(*first);
  dataset->source = source;
  dataset->format = "Zarr v3";
  DecodedChunks kept(std::size_t{32} << 20);
  const auto shown = [&] {
    const TargetGrid target{Crs(), {-180, -90, 180, 90}, 120, 61};
    StoredRaster raster = Picture(second_day(dataset), target, &kept).rows(0, target.height, {});
    const auto values = raster.block.as<std::int32_t>();  // outside: whatever was in memory
    for (std::size_t i = 0; i < values.size(); ++i) values[i] *= raster.outside[i] == 0;
    return raster.block;
  };
  const RawBlock before = shown();
  source->more = 1;
  CHECK(shown() == before);  // nobody says that anything was written
  source->state = Fingerprint{1, 3};
  const RawBlock after = shown();
  CHECK(after != before);
  source->state = std::nullopt;  // nothing tells: what was kept is of no use
  source->more = 0;
  CHECK(shown() == before);
  source->more = 1;
  CHECK(shown() == after);
}

TEST_CASE("pictures of few cells show the nearest", "[subset][resample]") {
  const auto dataset = world(every(-179.5, 1, 360), every(-89.5, 1, 180));
  const TargetGrid target{Crs(), {-180, -90, 180, 90}, 300, 150};
  CHECK(Picture(second_day(dataset), target, nullptr).rows(0, target.height, {}).block ==
        pick_nearest(second_day(dataset), target, {}).block);
}

TEST_CASE("a picture in bands is the whole picture", "[subset][resample]") {
  const auto dataset = world(every(-179.875, 0.25, 1440), every(-87.25, 0.25, 699));
  const bool many = GENERATE(false, true);
  for (const char* const crs : {"CRS:84", "EPSG:3857", "EPSG:3413"}) {
    const double half = std::string(crs) == "CRS:84" ? (many ? 89 : 20) : (many ? 9e6 : 2e6);
    // More pixels than are mapped at once, so that it is sampled how many cells lie between.
    const TargetGrid target{Crs::from_user_input(crs), {-half, -half, half, half}, 80, 14000};
    const Picture picture(second_day(dataset), target, nullptr);
    REQUIRE(picture.band() < target.height);
    const StoredRaster whole = picture.rows(0, target.height, {});
    const Field& field = dataset->coverages[0].fields[0];
    const std::vector<double> values = unpacked(field, whole).values;
    std::size_t different = 0;
    for (std::size_t first = 0; first < target.height; first += 3001) {
      const std::size_t count = std::min<std::size_t>(3001, target.height - first);
      const std::vector<double> rows = unpacked(field, picture.rows(first, count, {})).values;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const double value = values[first * target.width + i];
        different += rows[i] != value && !(std::isnan(rows[i]) && std::isnan(value)) ? 1 : 0;
      }
    }
    CHECK(different == 0);
  }
}
