#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/base/error.h"
#include "coverage/source/file_identity.h"
#include "coverage/source/holding_kind.h"
#include "coverage/source/source.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::ncgen;
using gyre::test::TemporaryFolder;
using gyre::test::write_file;

namespace {

constexpr const char* kCdl = R"(netcdf small {
dimensions: t = UNLIMITED ; x = 1000 ;
variables: double x(x) ; float v(t, x) ; short s(t, x) ;
data: v = 1, 2, 3 ; s = 1 ; }
)";

std::string refusal(const std::string& path) {
  try {
    static_cast<void>(open_source(path));
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find(path) == std::string::npos);
    return error.what();
  }
  return "";
}

void cut(const std::string& path, std::uintmax_t bytes) {
  std::filesystem::resize_file(path, bytes);
}

void overwrite(const std::string& path, std::streamoff at, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(at);
  file << bytes;
}

}  // namespace

TEST_CASE("what is no holding is refused with what it is instead", "[source]") {
  const TemporaryFolder folder;
  struct Row {
    const char *name, *content, *reason;
  };
  const auto row = GENERATE(values<Row>({
      {"empty.nc", "", "it is empty"},
      {"a.grib2", "GRIB....", "no message of GRIB was found in it"},
      {"a.grb", "something", "no message of GRIB was found in it"},
      {"a.tif", "II*\0....", "it is not readable as TIFF"},
      {"text.nc", "not a netcdf file", "its first bytes are not those"},
      {"readme", "not a netcdf file", "it is neither NetCDF nor a Zarr store"},
  }));
  CAPTURE(row.name);
  std::string content = row.content;
  if (std::string(row.name) == "a.tif") content = std::string("II*\0....", 8);
  write_file(folder / row.name, content);
  CHECK_THAT(refusal(folder / row.name), Catch::StartsWith(row.reason));
}

TEST_CASE("special files are refused without being opened", "[source]") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo((folder / "pipe.nc").c_str(), 0600) == 0);
  CHECK_THAT(refusal(folder / "pipe.nc"), Catch::Contains("pipe"));
  CHECK_THAT(refusal("/dev/zero"), Catch::Contains("device"));
  std::filesystem::create_symlink("loop.nc", folder / "loop.nc");
  CHECK_THAT(refusal(folder / "loop.nc"), Catch::Contains("circle"));
  CHECK_THAT(refusal(folder / "absent.nc"), Catch::Contains("does not exist"));
  std::filesystem::create_directory(folder / "folder");
  CHECK_THAT(refusal(folder / "folder"), Catch::Contains("without Zarr metadata"));
  write_file(folder / "three.zarr/zarr.json", "{}");
  CHECK_THAT(refusal(folder / "three.zarr"), Catch::Contains("not of Zarr version 3"));
}

TEST_CASE("truncated files are refused at every length", "[source]") {
  const std::string kind = GENERATE("nc3", "nc6", "nc5", "nc4");
  const TemporaryFolder folder;
  const std::string file = ncgen(folder, "whole.nc", kCdl, kind);
  REQUIRE(refusal(file).empty());
  const auto size = std::filesystem::file_size(file);
  for (const std::uintmax_t left : {size - 100, size / 2, std::uintmax_t{200}, std::uintmax_t{60},
                                    std::uintmax_t{9}, std::uintmax_t{5}, std::uintmax_t{4}}) {
    CAPTURE(kind, left);
    const std::string short_file = folder / "short.nc";
    std::filesystem::copy_file(file, short_file, std::filesystem::copy_options::overwrite_existing);
    cut(short_file, left);
    CHECK(!refusal(short_file).empty());
  }
}

TEST_CASE("headers that ask for absurd amounts are refused", "[source]") {
  const TemporaryFolder folder;
  const std::string file = ncgen(folder, "bad.nc", kCdl, "nc3");
  // numrecs, then the tag and the number of dimensions (NetCDF classic format specification).
  const auto [at, bytes] = GENERATE(table<std::streamoff, std::string>({
      {4, "\x7f\xff\xff\xff"},   // records
      {12, "\x7f\xff\xff\xff"},  // dimensions
      {16, "\x7f\xff\xff\xff"},  // length of a name
  }));
  CAPTURE(at);
  overwrite(file, at, bytes);
  CHECK(!refusal(file).empty());
}

TEST_CASE("a block that would take more than 1 GB is refused before it is allocated", "[source]") {
  const TemporaryFolder folder;
  const std::string file = ncgen(folder, "huge.nc", R"(netcdf huge {
dimensions: y = 4000000 ; x = 4000000 ;
variables: double v(y, x) ; v:_ChunkSizes = 100, 100 ; }
)");
  const auto source = open_source(file);
  try {
    static_cast<void>(source->read("v", {{0, 4000000}, {0, 4000000}}));
    FAIL("read");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::TooLarge);
  }
  CHECK(source->read("v", {{5, 7}, {9, 19}}).cells() == 20);
}

TEST_CASE("damaged Zarr metadata and chunks are refused in our own words", "[source]") {
  const TemporaryFolder folder;
  const std::string store = folder / "s.zarr";
  write_file(store + "/.zgroup", R"({"zarr_format": 2})");
  const std::string array = R"({"zarr_format": 2, "order": "C", "filters": null, "shape": [4],
    "chunks": [2], "dtype": "<f4", "fill_value": null, "compressor": )";
  write_file(store + "/v/.zarray", array + R"({"id": "zlib", "level": 1}})");
  write_file(store + "/v/0", "no zlib stream");
  write_file(store + "/w/.zarray", array + R"({"id": "zfpy", "mode": 4}})");
  const auto source = open_source(store);
  REQUIRE(source->describe().remarks.size() == 1);
  CHECK_THAT(source->describe().remarks[0], Catch::Contains("zfpy"));
  try {
    static_cast<void>(source->read("v", {{0, 4}}));
    FAIL("read");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::MalformedHolding);
    CHECK_THAT(error.what(), Catch::Contains("'v'"));
  }
  write_file(store + "/.zattrs", "{ not json");
  CHECK_THAT(refusal(store), Catch::Contains(".zattrs"));
  write_file(store + "/.zattrs", std::string(1 << 20, '['));
  CHECK(!refusal(store).empty());
}

TEST_CASE("a file with its old time, size and inode is another one all the same", "[source]") {
  namespace fs = std::filesystem;
  const TemporaryFolder folder;
  write_file(folder / "a", "old");
  const auto time = fs::last_write_time(folder / "a");
  const FileIdentity before = identity_of(folder / "a");
  CHECK(identity_of(folder / "a") == before);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // a tick of the kernel's clock
  write_file(folder / "a", "new");
  fs::last_write_time(folder / "a", time);
  const FileIdentity after = identity_of(folder / "a");
  CHECK(after.modified_ns == before.modified_ns);
  CHECK(after.size == before.size);
  CHECK_FALSE(after == before);
}
