// What the index says of where values lie gives what netCDF-C reads, bit by bit.
#include <array>
#include <filesystem>
#include <fstream>
#include <random>

#include <netcdf.h>

#include "coverage/base/error.h"
#include "coverage/base/explanation.h"
#include "coverage/source/chunk_walk.h"
#include "coverage/source/chunks/unshuffle.h"
#include "coverage/source/inspect.h"
#include "coverage/source/layout/layout_source.h"
#include "coverage/source/reading.h"
#include "coverage/source/source.h"
#include "coverage/source/zarr/codec.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::ncgen;
using gyre::test::TemporaryFolder;

namespace {

std::shared_ptr<const Source> no_library() {
  FAIL("the library was asked");
  return nullptr;
}

struct Opened {
  std::shared_ptr<const HoldingRecord> record;
  std::shared_ptr<DecodedChunks> decoded = std::make_shared<DecodedChunks>(1u << 20);
  std::shared_ptr<const LayoutSource> source;
};

Opened open(const std::string& path) {
  Opened opened;
  opened.record = std::make_shared<const HoldingRecord>(inspect(path));
  opened.source = std::make_shared<const LayoutSource>(holding_of(path, path, opened.record),
                                                       opened.decoded, no_library);
  return opened;
}

IndexBox random_box(const std::vector<std::size_t>& shape, std::mt19937& random) {
  IndexBox box;
  for (const std::size_t extent : shape) {
    const std::size_t begin = extent == 0 ? 0 : random() % extent;
    const std::size_t most = extent - begin;
    box.push_back({begin, begin + (most == 0 ? 0 : 1 + random() % most)});
  }
  return box;
}

/// Some of the indices of each dimension; none where a dimension is empty.
Picks random_picks(const std::vector<std::size_t>& shape, std::mt19937& random) {
  Picks picks;
  for (const std::size_t extent : shape) {
    if (extent == 0) return {};
    std::vector<std::size_t> indices;
    const std::size_t step = 1 + random() % 7;
    for (std::size_t i = random() % extent; i < extent; i += 1 + random() % step) {
      indices.push_back(i);
    }
    picks.push_back(std::move(indices));
  }
  return picks;
}

/// Chunks handed on as they are stored, decoded here, are what is read. @returns how many there
/// were
std::size_t compare_stored(const std::string& path, const Source& source,
                           const VariableSchema& variable) {
  const auto form = source.stored_form(variable.name);
  if (!form) return 0;
  IndexBox whole;
  for (const std::size_t extent : variable.shape) whole.push_back({0, extent});
  std::size_t compared = 0;
  for_each_chunk_of(whole, form->chunk_shape, [&](const auto& /*at*/, const IndexBox& cells) {
    std::vector<std::size_t> corner;
    IndexBox in_chunk;
    RawBlock chunk{source.read(variable.name, cells).type, form->chunk_shape, {}};
    for (const IndexRange& range : cells) {
      corner.push_back(range.begin);
      in_chunk.push_back({0, range.size()});
    }
    auto stored = source.read_stored(variable.name, *form, corner);
    if (!stored || stored->left_out != 0) return;
    const std::size_t item = size_of(chunk.type), bytes = chunk.cells() * item;
    chunk.bytes =
        (*compressor_named("zlib", Json::object()))(std::move(stored->bytes), {bytes, bytes});
    if (form->shuffled) {
      const Bytes shuffled = chunk.bytes;
      unshuffle(shuffled, item, chunk.bytes);
    }
    if (!(part_of(chunk, in_chunk).bytes == source.read(variable.name, cells).bytes)) {
      FAIL(path << ": a stored chunk of " << variable.name << " differs");
    }
    ++compared;
  });
  return compared;
}

/// How many variables were compared through a layout.
std::size_t compare(const std::string& path, int boxes, std::mt19937& random) {
  const Opened opened = open(path);
  if (!opened.record->refusal.empty()) return 0;
  const auto reference = open_source(path);
  std::size_t compared = 0;
  for (const VariableSchema& variable : opened.record->schema.variables) {
    if (!opened.record->layouts.contains(variable.name) &&
        !opened.record->values.contains(variable.name)) {
      continue;
    }
    compared += opened.record->layouts.contains(variable.name) ? 1 : 0;
    static_cast<void>(compare_stored(path, *opened.source, variable));
    for (int i = 0; i < boxes; ++i) {
      const IndexBox box = random_box(variable.shape, random);
      if (!(opened.source->read(variable.name, box) == reference->read(variable.name, box))) {
        FAIL(path << ": " << variable.name << " differs");
      }
      const Picks picks = random_picks(variable.shape, random);
      if (picks.size() == variable.shape.size() &&
          !(opened.source->read_picked(variable.name, picks) ==
            reference->read_picked(variable.name, picks))) {
        FAIL(path << ": picks of " << variable.name << " differ");
      }
    }
  }
  return compared;
}

}  // namespace

TEST_CASE("layouts give what netCDF-C reads, for every kind of file", "[source][layout]") {
  const char* const kind = GENERATE("nc3", "nc6", "nc5", "nc4", "nc7");
  const TemporaryFolder folder;
  const std::string path = ncgen(folder, "kinds.nc", R"(netcdf kinds {
dimensions: t = UNLIMITED ; y = 2 ; x = 3 ;
variables:
  double t(t) ;
  byte b(t, y, x) ; short s(t, y, x) ; int i(y, x) ; float f(t, x) ; double d(t, y, x) ;
  short same(t) ;
data:
  t = 1, 2, 3 ; same = 4, 5, 6 ; i = 1, 2, 3, 4, 5, -6 ;
  b = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, -18 ;
  s = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, -1800 ;
  f = 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5 ;
  d = 0.1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 1e300 ;
})",
                                 kind);
  std::mt19937 random(1);
  CHECK(compare(path, 40, random) == 5);
}

TEST_CASE("a record variable alone is not padded", "[source][layout]") {
  const TemporaryFolder folder;
  const std::string path = ncgen(folder, "alone.nc", R"(netcdf alone {
dimensions: t = UNLIMITED ; x = 3 ;
variables: byte b(t, x) ;
data: b = 1, 2, 3, 4, 5, 6, 7, 8, 9 ;
})",
                                 "nc3");
  std::mt19937 random(1);
  CHECK(compare(path, 20, random) == 1);
}

TEST_CASE("chunks with filters, edges and holes", "[source][layout]") {
  const TemporaryFolder folder;
  const std::string path = ncgen(folder, "chunks.nc", R"(netcdf chunks {
dimensions: t = UNLIMITED ; y = 50 ; x = 70 ;
variables:
  short a(t, y, x) ; a:_ChunkSizes = 2, 20, 30 ; a:_DeflateLevel = 4 ; a:_Shuffle = "true" ;
  float c(t, y, x) ; c:_ChunkSizes = 1, 50, 70 ; c:_Fletcher32 = "true" ; c:_DeflateLevel = 1 ;
  double e(t, y, x) ; e:_ChunkSizes = 3, 7, 9 ; e:_Endianness = "big" ; e:_FillValue = -7. ;
  int plain(y, x) ; plain:_Storage = "contiguous" ; plain:_Endianness = "big" ;
  ubyte t(y, x) ;
data:
  plain = 1, 2, 3 ; t = 9 ;
})");
  std::mt19937 random(2);
  const std::string fill =
      "import netCDF4, sys, numpy; n = netCDF4.Dataset(sys.argv[1], 'a');"
      "r = numpy.random.RandomState(1);"
      "n['a'][0:5] = r.randint(-9, 9, (5, 50, 70));"
      "n['c'][0:4] = r.rand(4, 50, 70); n['e'][6:9, 20:30, :] = 3.5; n.close()";
  const std::string command = "/usr/bin/python3 -c \"" + fill + "\" '" + path + "'";
  REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe)
  CHECK(compare(path, 60, random) == 5);
  const Opened opened = open(path);
  const auto count = [&](const char* name) {
    return compare_stored(path, *opened.source, *opened.record->schema.find(name));
  };
  CHECK(count("a") == 27);  // of 9 steps 5 were written, 2 a chunk
  CHECK(count("c") == 0);   // checksums
  CHECK(count("e") == 0);   // big-endian, not deflated
}

TEST_CASE("of many thousand chunks each is found at once", "[source][layout]") {
  const TemporaryFolder folder;
  const std::string path = folder / "many.nc";
  const std::string command =
      "/usr/bin/python3 -c \"import netCDF4, numpy, sys; n = netCDF4.Dataset(sys.argv[1], 'w');"
      "n.createDimension('y', None); n.createDimension('x', 401);"
      "v = n.createVariable('v', 'i2', ('y', 'x'), zlib=True, chunksizes=(2, 2), fill_value=-5);"
      "v[9:301, :] = numpy.random.RandomState(1).randint(-99, 99, (292, 401)); n.close()\" '" +
      path + "'";
  REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe)
  std::mt19937 random(4);
  CHECK(compare(path, 40, random) == 1);
  const auto record = inspect(path);
  const std::vector<ChunkAddress>& chunks = record.layouts.at("v").chunks;
  CHECK(chunks.size() == 151 * 201);
  CHECK(std::count_if(chunks.begin(), chunks.end(),
                      [](const ChunkAddress& chunk) { return chunk.size == 0; }) == 4 * 201);
}

TEST_CASE("decoded chunks are kept, in bounds, and not beyond a change of the file",
          "[source][layout]") {
  const TemporaryFolder folder;
  const std::string path = ncgen(folder, "k.nc", R"(netcdf k {
dimensions: y = 100 ; x = 100 ;
variables: short a(y, x) ; a:_ChunkSizes = 10, 100 ; a:_DeflateLevel = 4 ;
data: a = 1, 2, 3 ;
})");
  const Opened opened = open(path);
  const IndexBox all{{0, 100}, {0, 100}};
  const RawBlock first = opened.source->read("a", all);
  CHECK(opened.decoded->figures().bytes == 20000);
  CHECK(opened.source->read("a", all) == first);
  CHECK(opened.decoded->figures().bytes == 20000);
  std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now());
  try {
    static_cast<void>(opened.source->read("a", all));
    FAIL("a changed file was read");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::HoldingChanged);
  }
  std::filesystem::remove(path);
  CHECK_THROWS_AS(opened.source->read("a", all), Error);
}

TEST_CASE("a damaged chunk is an error that names it", "[source][layout]") {
  const TemporaryFolder folder;
  const std::string path = ncgen(folder, "k.nc", R"(netcdf k {
dimensions: y = 100 ; x = 100 ;
variables: short a(y, x) ; a:_ChunkSizes = 10, 100 ; a:_DeflateLevel = 4 ; a:_Fletcher32 = "true" ;
data: a = 1, 2, 3 ;
})");
  const auto address = inspect(path).layouts.at("a").chunks.at(0);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(address.offset + address.size / 2));
  file.put('\x7f');
  file.close();
  const Opened opened = open(path);
  CHECK_THROWS_AS(opened.source->read("a", {{0, 5}, {0, 5}}), Error);
  CHECK(opened.source->read("a", {{10, 20}, {0, 5}}).cells() == 50);
}

TEST_CASE("layouts of all example files", "[source][layout]") {
  const char* const folder = std::getenv("GYRE_LAYOUT_FOLDER");  // NOLINT(concurrency-mt-unsafe)
  std::mt19937 random(3);
  std::size_t compared = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder == nullptr ? GYRE_TEST_DATA : folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".nc") {
      compared += compare(entry.path(), 5, random);
    }
  }
  WARN(compared << " variables compared");
  CHECK(compared > (folder == nullptr ? 50 : 1));
}

namespace {

/// Two steps in one chunk of five levels of 200 x 400, one that was never written beside it.
std::string write_levels(const TemporaryFolder& folder, bool shuffle) {
  const std::string path = (folder.path() / "levels.nc").string();
  int file = -1, variable = -1;
  std::array<int, 4> dimensions{};
  REQUIRE(nc_create(path.c_str(), NC_NETCDF4 | NC_CLOBBER, &file) == NC_NOERR);
  const std::array<const char*, 4> names{"t", "z", "y", "x"};
  const std::array<std::size_t, 4> sizes{2, 7, 200, 400}, chunks{2, 5, 200, 400};
  for (std::size_t d = 0; d < 4; ++d) {
    REQUIRE(nc_def_dim(file, names[d], sizes[d], &dimensions[d]) == NC_NOERR);
  }
  REQUIRE(nc_def_var(file, "v", NC_INT, 4, dimensions.data(), &variable) == NC_NOERR);
  REQUIRE(nc_def_var_chunking(file, variable, NC_CHUNKED, chunks.data()) == NC_NOERR);
  REQUIRE(nc_def_var_deflate(file, variable, shuffle ? 1 : 0, 1, 1) == NC_NOERR);
  REQUIRE(nc_enddef(file) == NC_NOERR);
  std::vector<int> values(std::size_t{2} * 5 * 200 * 400);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<int>(i * 2654435761U >> 9);
  const std::array<std::size_t, 4> start{0, 0, 0, 0}, count{2, 5, 200, 400};
  REQUIRE(nc_put_vara_int(file, variable, start.data(), count.data(), values.data()) == NC_NOERR);
  REQUIRE(nc_close(file) == NC_NOERR);
  return path;
}

}  // namespace

TEST_CASE("planes of large chunks are read as they lie", "[source][layout]") {
  const bool shuffle = GENERATE(true, false);
  const TemporaryFolder folder;
  const std::string path = write_levels(folder, shuffle);
  const auto reference = open_source(path);
  Opened opened = open(path);
  opened.decoded = std::make_shared<DecodedChunks>(std::size_t{16} << 20);
  opened.source = std::make_shared<const LayoutSource>(holding_of(path, path, opened.record),
                                                       opened.decoded, no_library);
  for (const IndexBox& box :
       {IndexBox{{1, 2}, {3, 4}, {10, 150}, {5, 390}}, IndexBox{{0, 2}, {1, 6}, {0, 200}, {0, 400}},
        IndexBox{{0, 2}, {4, 7}, {199, 200}, {0, 1}},
        IndexBox{{1, 2}, {5, 7}, {0, 200}, {0, 400}}}) {
    CHECK(opened.source->read("v", box) == reference->read("v", box));
  }
  const Picks picks{{0, 1}, {0, 3, 4, 6}, {1, 50, 199}, {0, 399}};
  CHECK(opened.source->read_picked("v", picks) == reference->read_picked("v", picks));
  CHECK(opened.decoded->figures().bytes > 0);
}

TEST_CASE("what a read would cost is told without reading", "[source][layout]") {
  const TemporaryFolder folder;
  const std::string path = write_levels(folder, true);
  Opened opened = open(path);
  opened.decoded = std::make_shared<DecodedChunks>(std::size_t{16} << 20);
  opened.source = std::make_shared<const LayoutSource>(holding_of(path, path, opened.record),
                                                       opened.decoded, no_library);
  const IndexBox level{{0, 1}, {2, 3}, {0, 200}, {0, 400}};
  const auto told = [&](const IndexBox& box) {
    Explanation explanation;
    opened.source->explain("v", box, explanation);
    return explanation.figures();
  };
  CHECK(told(level).chunks == 1);
  CHECK(told(level).kept == 0);
  CHECK(told(level).decoded_bytes == 2 * 5 * 200 * 400 * 4);
  CHECK(told(level).stored_bytes > 0);
  CHECK(opened.decoded->figures().misses == 0);
  static_cast<void>(opened.source->read("v", level));
  CHECK(told(level).kept == 1);
  CHECK(told(level).stored_bytes == 0);
  CHECK(told({{0, 2}, {5, 7}, {0, 200}, {0, 400}}).never_written == 1);
  Explanation handed_on;
  handed_on.hand_on(true);
  opened.source->explain("v", level, handed_on);
  CHECK(handed_on.figures().handed_on == 1);
  CHECK(handed_on.figures().kept == 0);
  CHECK(handed_on.figures().decoded_bytes == 0);
  CHECK(handed_on.figures().stored_bytes > 0);
  Explanation not_here;
  not_here.hand_on(true);
  {
    const Explanation::Decoding decoding(true);
    opened.source->explain("v", level, not_here);
  }
  CHECK(not_here.figures().handed_on == 0);
}

TEST_CASE("of single cells only the chunks that hold them would be read", "[source][layout]") {
  const TemporaryFolder folder;
  const Opened opened = open(ncgen(folder, "rows.nc", R"(netcdf rows {
dimensions: y = 100 ; x = 100 ;
variables: short a(y, x) ; a:_ChunkSizes = 10, 100 ; a:_DeflateLevel = 4 ;
data: a = 1, 2, 3 ;
})"));
  const auto met = [&](const auto& explain) {
    Explanation explanation;
    explain(explanation);
    const Explanation::Figures figures = explanation.figures();
    return figures.chunks - figures.kept + figures.never_written;
  };
  const Picks picks{{5, 7, 95}, {0, 50}};
  const auto of_picks = [&](auto& to) { opened.source->explain_picked("a", picks, to); };
  CHECK(met([&](auto& to) { opened.source->explain("a", {{5, 96}, {0, 51}}, to); }) == 10);
  CHECK(met(of_picks) == 2);
  CHECK(opened.decoded->figures().misses == 0);
  static_cast<void>(opened.source->read_picked("a", picks));
  CHECK(opened.decoded->figures().misses <= 2);
  CHECK(met(of_picks) == 2 - opened.decoded->figures().misses);
}
