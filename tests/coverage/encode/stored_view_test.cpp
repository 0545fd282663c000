// Chunks that go from the holding into the answer without being decoded.
#include <cstdlib>
#include <random>

#include <catch2/catch.hpp>

#include "coverage/archive/archive.h"
#include "coverage/encode/encoder.h"
#include "coverage/source/inspect.h"
#include "coverage/source/netcdf_lock.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::TemporaryFolder;

namespace {

/// A file of one step with a field v(time, depth, lat, lon) in chunks of 1 x 2 x 40 x 50, deflated
/// as hard as can be; the first chunk of the last levels was never written.
std::string step_file(const TemporaryFolder& folder, int step, const std::string& more = "") {
  const std::string path = folder / ("step" + std::to_string(step) + ".nc");
  const std::string script =
      "import netCDF4, numpy, sys; n = netCDF4.Dataset(sys.argv[1], 'w'); s = int(sys.argv[2]);"
      "[n.createDimension(*d) for d in (('time', 1), ('depth', 6), ('lat', 100), ('lon', 120))];"
      "t = n.createVariable('time', 'f8', ('time',)); t.units = 'days since 2026-01-01'; t[:] = s;"
      "z = n.createVariable('depth', 'f4', ('depth',)); z.units = 'm'; z.positive = 'down';"
      "z[:] = numpy.arange(6); y = n.createVariable('lat', 'f4', ('lat',));"
      "y.units = 'degrees_north'; y[:] = numpy.arange(100) * 0.5;"
      "x = n.createVariable('lon', 'f4', ('lon',)); x.units = 'degrees_east';"
      "x[:] = numpy.arange(120) * 0.5; v = n.createVariable('v', 'i2', ('time', 'depth', 'lat',"
      "'lon'), zlib=True, complevel=9, shuffle=True, chunksizes=(1, 2, 40, 50), fill_value=-5);"
      "v.scale_factor = 0.1; v.set_auto_maskandscale(False);"
      "d = numpy.random.RandomState(s).randint(0, 99, (1, 6, 100, 120)).astype('i2');"
      "v[:, 0:4] = d[:, 0:4]; v[:, 4:6, 40:] = d[:, 4:6, 40:];"
      "v[:, 4:6, 0:40, 50:] = d[:, 4:6, 0:40, 50:];" +
      more + "n.close()";
  const std::string command =
      "/usr/bin/python3 -c \"" + script + "\" '" + path + "' " + std::to_string(step);
  REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe)
  return path;
}

std::shared_ptr<const Dataset> dataset_of(const std::string& root, bool joined) {
  ArchiveSettings settings;
  settings.roots = {root};
  if (joined) {
    DatasetOverlay series;
    series.path = "series";
    series.aggregation.emplace();
    series.aggregation->files = {"*.nc"};
    settings.datasets = {series};
  }
  const auto catalogue = build_catalogue(settings, 1);
  REQUIRE(catalogue->datasets().size() == 1);
  return catalogue->datasets().front();
}

struct Answer {
  std::shared_ptr<const Source> source;
  std::vector<std::uint64_t> sizes;  ///< of the chunks of v
};

/// Writes the view, and compares what was written, as Zarr too, with what the view reads.
Answer written(const TemporaryFolder& folder, const View& view) {
  const std::string path = folder / "answer", archive = folder / "answer.zarr.zip";
  find_encoder("application/netcdf")->write_file(view, path, {}, {});
  find_encoder("application/zarr")->write_file(view, archive, {}, {});
  Answer answer{open_source(path), {}};
  IndexBox whole, kept;
  for (const ViewAxis& axis : view.axes()) {
    whole.push_back({0, axis.centres.size()});
    if (!axis.dropped) kept.push_back(whole.back());
  }
  CHECK(answer.source->read("v", kept).bytes == view.read(0, whole, {}).bytes);
  CHECK(open_source(archive)->read("v", kept).bytes == view.read(0, whole, {}).bytes);
  const HoldingRecord record = inspect(path);
  const auto found = record.layouts.find("v");
  if (found != record.layouts.end()) {
    for (const ChunkAddress& chunk : found->second.chunks) answer.sizes.push_back(chunk.size);
  }
  return answer;
}

std::vector<std::uint64_t> sizes_of(const std::string& path) {
  std::vector<std::uint64_t> sizes;
  const HoldingRecord record = inspect(path);
  for (const ChunkAddress& chunk : record.layouts.at("v").chunks) sizes.push_back(chunk.size);
  return sizes;
}

}  // namespace

TEST_CASE("whole chunks are handed on as they are stored", "[encode][netcdf]") {
  const TemporaryFolder folder, answers;
  const std::string path = step_file(folder, 0);
  const auto dataset = dataset_of(path, false);
  const auto ask = [&](const std::vector<DimensionSubset>& subsets) {
    return written(answers, View(resolve(dataset, dataset->coverages[0], subsets, {})));
  };
  const std::vector<std::uint64_t> own = sizes_of(path);
  REQUIRE(own.size() == 27);
  const Answer all = ask({});
  for (std::size_t i = 0; i < own.size(); ++i) {
    CAPTURE(i);
    CHECK((own[i] == 0 ? all.sizes[i] > 0 : all.sizes[i] == own[i]));
  }
  // Levels 2 and 3, rows from 40 on: whole chunks.
  const Answer some = ask({{"depth", Trim{"2", "3"}}, {"lat", Trim{"20", "60"}}});
  CHECK(some.sizes == std::vector<std::uint64_t>(own.begin() + 12, own.begin() + 18));
  // One level of two in a chunk, or rows that cut chunks: made anew.
  CHECK(ask({{"depth", Trim{"2", "2"}}}).sizes[0] != own[9]);
  CHECK(ask({{"lat", Trim{"20", "39"}}}).sizes[0] != own[3]);
}

TEST_CASE("whatever is asked for, the answer holds what is read", "[encode][netcdf][property]") {
  const TemporaryFolder folder, answers;
  step_file(folder, 0);
  step_file(folder, 1);
  step_file(folder, 3);
  const auto dataset = dataset_of(folder.path(), true);
  std::mt19937 random(5);
  for (int turn = 0; turn < 25; ++turn) {
    std::vector<DimensionSubset> subsets;
    const auto trim = [&](const char* label, double step, int size, int chunk) {
      int low = static_cast<int>(random() % static_cast<unsigned>(size));
      if (random() % 2 == 0) low = low / chunk * chunk;
      const int high = low + static_cast<int>(random() % static_cast<unsigned>(size - low));
      if (random() % 4 == 0) return;
      subsets.push_back({label, Trim{std::to_string(low * step), std::to_string(high * step)}});
    };
    trim("depth", 1, 6, 2);
    trim("lat", 0.5, 100, 40);
    trim("lon", 0.5, 120, 50);
    CAPTURE(turn);
    written(answers, View(resolve(dataset, dataset->coverages[0], subsets, {})));
  }
}

TEST_CASE("steps of many files are handed on, and of each what it stores", "[encode][netcdf]") {
  const TemporaryFolder folder, answers;
  const std::string first = step_file(folder, 0), second = step_file(folder, 1);
  const auto dataset = dataset_of(folder.path(), true);
  const Answer all = written(answers, View(resolve(dataset, dataset->coverages[0], {}, {})));
  const std::vector<std::uint64_t> a = sizes_of(first), b = sizes_of(second);
  REQUIRE(all.sizes.size() == 54);
  CHECK(std::equal(a.begin(), a.begin() + 18, all.sizes.begin()));
  CHECK(std::equal(b.begin(), b.begin() + 18, all.sizes.begin() + 27));
}

TEST_CASE("an actual_range is that of the values written", "[encode][netcdf]") {
  const TemporaryFolder folder, answers;
  const std::string path =
      step_file(folder, 0, "v.actual_range = numpy.array([-1., 99.]); v[0, 2, 0, 0] = 90;");
  const auto dataset = dataset_of(path, false);
  const View view(resolve(dataset, dataset->coverages[0], {{"depth", Trim{"2", "3"}}}, {}));
  const Answer answer = written(answers, view);
  const HoldingSchema schema = answer.source->describe();
  const auto range = schema.find("v")->attributes.numbers("actual_range");
  REQUIRE(range.size() == 2);
  CHECK(range[0] == Approx(0));
  CHECK(range[1] == Approx(9.8));
}
