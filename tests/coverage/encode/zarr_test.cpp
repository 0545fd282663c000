// Zarr archives: their members, and what is handed on into them.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "coverage/archive/archive.h"
#include "coverage/encode/encoder.h"
#include "coverage/encode/zip_writer.h"
#include "coverage/source/source.h"
#include "coverage/source/zarr/zip_store.h"
#include "tests/coverage/encode/sample_dataset.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;
using gyre::test::TemporaryFolder;

namespace {

const Encoder& encoder() { return *find_encoder("application/vnd.zarr+zip"); }

std::string bytes_in(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A member's bytes, by Python.
std::string member(const std::string& archive, const std::string& name) {
  const std::string into = archive + ".member";
  const std::string command =
      "/usr/bin/python3 -c \"import sys, zipfile; open(sys.argv[3], 'wb').write("
      "zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))\" '" +
      archive + "' '" + name + "' '" + into + "'";
  REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe)
  return bytes_in(into);
}

nlohmann::json document(const std::string& archive, const std::string& name) {
  return nlohmann::json::parse(member(archive, name));
}

}  // namespace

TEST_CASE("a Zarr archive says of its arrays what NetCDF says of variables", "[encode][zarr]") {
  const TemporaryFolder folder;
  const std::string path = folder / "answer.zarr.zip";
  const auto dataset = sample_ocean();
  const View view(resolve(dataset, dataset->coverages[0],
                          {{"lon", Trim{"-20", "20"}}, {"time", Slice{"2024-01-02T12:00:00Z"}}},
                          {"temp"}));
  encoder().write_file(view, path, {"GET /wcs?x", "Gyre 0.1 WCS 2.0.1", 1704067200000000}, {});
  gyre::test::write_file(
      path + ".small",
      encoder().write_small(view, {"GET /wcs?x", "Gyre 0.1 WCS 2.0.1", 1704067200000000}, {}));
  CHECK(bytes_in(path) == bytes_in(path + ".small"));
  const auto array = document(path, "temp/.zarray");
  CHECK(array["dtype"] == "<i2");
  CHECK(array["shape"] == nlohmann::json{2, 4, 4});
  CHECK(array["fill_value"] == -32768);
  const auto attributes = document(path, "temp/.zattrs");
  CHECK(attributes["_ARRAY_DIMENSIONS"] == nlohmann::json{"depth", "lat", "lon"});
  CHECK(attributes["scale_factor"] == 0.01);
  CHECK_FALSE(attributes.contains("_FillValue"));
  CHECK(document(path, "time/.zarray")["shape"] == nlohmann::json::array());
  const auto all = document(path, ".zmetadata")["metadata"];
  CHECK(all["temp/.zarray"] == array);
  CHECK(all["temp/.zattrs"] == attributes);
  CHECK(all[".zattrs"] == document(path, ".zattrs"));
  CHECK(open_source(path)->read("temp", {{0, 2}, {0, 4}, {0, 4}}).bytes ==
        view.read(0, {{0, 1}, {0, 2}, {0, 4}, {0, 4}}, {}).bytes);
}

TEST_CASE("chunks of 64 kB and more are handed on into Zarr", "[encode][zarr]") {
  const TemporaryFolder folder;
  const std::string file = folder / "chunks.nc", path = folder / "answer.zarr.zip";
  const std::string command =
      "/usr/bin/python3 -c \"import netCDF4, numpy, sys; n = netCDF4.Dataset(sys.argv[1], 'w');"
      "[n.createDimension(*d) for d in (('lat', 600), ('lon', 450))];"
      "y = n.createVariable('lat', 'f4', ('lat',)); y.units = 'degrees_north';"
      "y[:] = numpy.arange(600) * 0.1; x = n.createVariable('lon', 'f4', ('lon',));"
      "x.units = 'degrees_east'; x[:] = numpy.arange(450) * 0.25;"
      "v = n.createVariable('v', 'i2', ('lat', 'lon'), zlib=True, complevel=9, shuffle=True,"
      "chunksizes=(200, 200)); v[:] = numpy.random.RandomState(1).randint(0, 99, (600, 450));"
      "n.close()\" '" +
      file + "'";
  REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe)
  ArchiveSettings settings;
  settings.roots = {file};
  const auto catalogue = build_catalogue(settings, 1);
  const auto dataset = catalogue->datasets().front();
  const auto ask = [&](const std::vector<DimensionSubset>& subsets) {
    return View(resolve(dataset, dataset->coverages[0], subsets, {}));
  };
  const View view = ask({{"lat", Trim{"20", "60"}}});  // the second and third row of chunks
  CHECK(encoder().hands_on(view, 0));
  CHECK_FALSE(encoder().hands_on(ask({{"lat", Trim{"10", "60"}}}), 0));
  encoder().write_file(view, path, {}, {});
  const auto form = dataset->source->stored_form("v");
  REQUIRE(form);
  const auto stored = dataset->source->read_stored("v", *form, {200, 400});
  REQUIRE(stored);
  const std::string own = member(path, "v/0.2");
  CHECK((own == std::string_view(reinterpret_cast<const char*>(stored->bytes.data()),
                                 stored->bytes.size())));
  CHECK(open_source(path)->read("v", {{0, 400}, {0, 450}}).bytes ==
        view.read(0, {{0, 400}, {0, 450}}, {}).bytes);
}

TEST_CASE("an archive may have more members than zip counts by itself", "[encode][zarr]") {
  const TemporaryFolder folder;
  const std::string path = folder / "many.zip";
  ZipWriter archive(path);
  for (int i = 0; i < 70000; ++i) {
    const std::string text = "member " + std::to_string(i);
    archive.add(std::to_string(i), std::as_bytes(std::span(text)));
  }
  CHECK(archive.close().empty());
  CHECK(member(path, "0") == "member 0");
  CHECK(member(path, "69999") == "member 69999");
}
