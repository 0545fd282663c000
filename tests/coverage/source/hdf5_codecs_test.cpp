// Registered filters of HDF5: what they undo, alone and in a file, and that damaged input is an
// error and nothing else.
#include "coverage/source/layout/hdf5_codecs.h"

#include <cstring>
#include <random>

#include <blosc.h>
#include <hdf5.h>
#include <lz4.h>
#include <zstd.h>

#include "coverage/source/inspect.h"
#include "coverage/source/layout/layout_source.h"
#include "coverage/source/source.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using Catch::Matchers::Contains;
using gyre::test::TemporaryFolder;

namespace {

using Kind = StorageFilter::Kind;

Bytes numbers(std::size_t bytes) {
  Bytes made(bytes);
  std::mt19937 random(5);  // NOLINT(cert-msc51-cpp): the same each time
  for (std::size_t i = 0; i < bytes; ++i) {
    made[i] = static_cast<std::byte>(i % 4 == 0 ? random() : i / 64);
  }
  return made;
}

void put_big_endian(Bytes& to, std::uint64_t number, std::size_t bytes) {
  for (std::size_t i = bytes; i-- > 0;) to.push_back(static_cast<std::byte>(number >> (8 * i)));
}

void put(Bytes& to, const Bytes& more) { to.insert(to.end(), more.begin(), more.end()); }

Bytes part(const Bytes& bytes, std::size_t from, std::size_t count) {
  const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(from);
  return {first, first + static_cast<std::ptrdiff_t>(count)};
}

Bytes by_lz4(const Bytes& plain) {
  const int size = static_cast<int>(plain.size());
  Bytes packed(static_cast<std::size_t>(LZ4_compressBound(size)));
  packed.resize(static_cast<std::size_t>(LZ4_compress_default(
      reinterpret_cast<const char*>(plain.data()), reinterpret_cast<char*>(packed.data()), size,
      static_cast<int>(packed.size()))));
  return packed;
}

Bytes by_zstd(const Bytes& plain) {
  Bytes packed(ZSTD_compressBound(plain.size()));
  packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3));
  return packed;
}

Bytes by_blosc(const Bytes& plain) {
  Bytes packed(plain.size() + BLOSC_MAX_OVERHEAD);
  packed.resize(static_cast<std::size_t>(blosc_compress_ctx(
      5, BLOSC_SHUFFLE, 4, plain.size(), plain.data(), packed.data(), packed.size(), "lz4", 0, 1)));
  return packed;
}

/// HDF5's framing; blocks that do not shrink are stored as they are.
Bytes by_framed_lz4(const Bytes& plain, std::size_t block) {
  Bytes framed;
  put_big_endian(framed, plain.size(), 8);
  put_big_endian(framed, block, 4);
  for (std::size_t at = 0; at < plain.size(); at += block) {
    const Bytes raw = part(plain, at, std::min(block, plain.size() - at));
    const Bytes packed = by_lz4(raw);
    put_big_endian(framed, std::min(packed.size(), raw.size()), 4);
    put(framed, packed.size() < raw.size() ? packed : raw);
  }
  return framed;
}

/// Bit by bit, as the format is told.
Bytes bitshuffled(const Bytes& items, std::size_t item) {
  Bytes shuffled(items.size(), std::byte{0});
  const std::size_t count = items.size() / item;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t bit = 0; bit < 8 * item; ++bit) {
      const bool set = (items[i * item + bit / 8] >> (bit % 8) & std::byte{1}) != std::byte{0};
      if (set) shuffled[bit * count / 8 + i / 8] |= static_cast<std::byte>(1U << (i % 8));
    }
  }
  return shuffled;
}

Bytes by_bitshuffle(const Bytes& plain, std::size_t item, std::size_t block_items,
                    Bytes (*pack)(const Bytes&)) {
  Bytes made;
  if (pack != nullptr) {
    put_big_endian(made, plain.size(), 8);
    put_big_endian(made, block_items * item, 4);
  }
  std::size_t at = 0;
  while ((plain.size() - at) / item >= 8) {
    const std::size_t items = std::min(block_items, (plain.size() - at) / item / 8 * 8);
    const Bytes block = bitshuffled(part(plain, at, items * item), item);
    if (pack != nullptr) {
      const Bytes packed = pack(block);
      put_big_endian(made, packed.size(), 4);
      put(made, packed);
    } else {
      put(made, block);
    }
    at += items * item;
  }
  put(made, part(plain, at, plain.size() - at));
  return made;
}

Bytes texts(const std::string& text) {
  Bytes bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

/// Literals, and runs of the byte before them.
Bytes by_lzf(const Bytes& plain) {
  Bytes packed;
  for (std::size_t at = 0; at < plain.size();) {
    std::size_t run = 0;
    while (at > 0 && at + run < plain.size() && plain[at + run] == plain[at - 1] && run < 264) {
      ++run;
    }
    if (run >= 3) {
      const std::size_t length = run - 2;
      packed.push_back(static_cast<std::byte>(std::min<std::size_t>(length, 7) << 5));
      if (length >= 7) packed.push_back(static_cast<std::byte>(length - 7));
      packed.push_back(std::byte{0});
      at += run;
    } else {
      packed.push_back(std::byte{0});
      packed.push_back(plain[at++]);
    }
  }
  return packed;
}

}  // namespace

TEST_CASE("registered filters of HDF5 give back what was packed", "[source][layout]") {
  for (const std::size_t bytes : {0, 8, 40, 8192, 8200, 20008}) {
    const Bytes plain = numbers(bytes);
    const DecodedSize size{bytes, 2 * bytes + 100};
    CAPTURE(bytes);
    for (const std::size_t block : {1, 100, 8192, 1 << 20}) {
      CAPTURE(block);
      CHECK(lz4_of_hdf5(by_framed_lz4(plain, block), size) == plain);
    }
    CHECK(lzf(by_lzf(plain), size) == plain);
    CHECK(lzf(by_lzf(plain), {1, size.most}) == plain);
    for (const std::uint32_t item : {1, 2, 4, 8}) {
      CAPTURE(item);
      const std::size_t usual = 8192 / item;
      for (const std::size_t block : {std::size_t{8}, std::size_t{64}, usual}) {
        CAPTURE(block);
        const auto settings = static_cast<std::uint32_t>(block == usual ? 0 : block);
        CHECK(bitshuffle_decoder({Kind::Bitshuffle, item, settings})(
                  by_bitshuffle(plain, item, block, nullptr), size) == plain);
        CHECK(bitshuffle_decoder({Kind::BitshuffleLz4, item, 0})(
                  by_bitshuffle(plain, item, block, by_lz4), size) == plain);
        CHECK(bitshuffle_decoder({Kind::BitshuffleZstd, item, 0})(
                  by_bitshuffle(plain, item, block, by_zstd), size) == plain);
      }
    }
  }
  // Of large items a block has 128: fewer would not shrink.
  const Bytes plain = numbers(100 * 1000);
  CHECK(bitshuffle_decoder({Kind::Bitshuffle, 100, 0})(by_bitshuffle(plain, 100, 128, nullptr),
                                                       {plain.size(), plain.size()}) == plain);
  // What is referred to may be what is just being written: "ab", then three and ten bytes of it.
  CHECK(lzf(texts(std::string("\x01"
                              "ab\x20\x01\xe0\x01\x01",
                              8)),
            {4, 100}) == texts("abababababababa"));
}

TEST_CASE("damaged chunks of registered filters are errors", "[source][layout][property]") {
  const Bytes plain = numbers(10000);
  const DecodedSize size{plain.size(), 2 * plain.size()};
  struct Row {
    const char* name;
    Decode decode;
    Bytes packed;
    bool knows_its_end;
  };
  const std::vector<Row> rows{{"lz4", lz4_of_hdf5, by_framed_lz4(plain, 1000), true},
                              {"lzf", lzf, by_lzf(plain), false},
                              {"bitshuffle", bitshuffle_decoder({Kind::Bitshuffle, 4, 0}),
                               by_bitshuffle(plain, 4, 2048, nullptr), false},
                              {"bitshuffle, lz4", bitshuffle_decoder({Kind::BitshuffleLz4, 4, 0}),
                               by_bitshuffle(plain, 4, 256, by_lz4), true},
                              {"bitshuffle, zstd", bitshuffle_decoder({Kind::BitshuffleZstd, 8, 0}),
                               by_bitshuffle(plain, 8, 256, by_zstd), true}};
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same each time
  for (const Row& row : rows) {
    CAPTURE(row.name);
    for (std::size_t length = 0; length < row.packed.size(); length += 1 + length / 20) {
      Bytes cut = part(row.packed, 0, length);
      if (row.knows_its_end) {
        CHECK_THROWS_AS(row.decode(std::move(cut), size), DamagedChunk);
      } else {
        std::size_t decoded = 0;
        try {
          decoded = row.decode(std::move(cut), size).size();
        } catch (const DamagedChunk&) {  // within a number, or a step
        }
        CHECK(decoded < plain.size());
      }
    }
    for (int i = 0; i < 2000; ++i) {  // never a crash; what comes out is within its bounds
      Bytes damaged = row.packed;
      const std::size_t within =
          i % 2 == 0 ? std::min<std::size_t>(20, damaged.size()) : damaged.size();
      damaged[random() % within] ^= static_cast<std::byte>(1 + random() % 255);
      std::size_t length = 0;
      try {
        length = row.decode(std::move(damaged), size).size();
      } catch (const DamagedChunk&) {
        continue;
      }
      if (length > size.most) FAIL(row.name << " unpacks to " << length);
    }
  }
  const auto why = [&](const Decode& decode, Bytes bytes) -> std::string {
    try {
      static_cast<void>(decode(std::move(bytes), size));
    } catch (const DamagedChunk& error) {
      return error.what();
    }
    return "";
  };
  Bytes huge;
  put_big_endian(huge, std::uint64_t{1} << 40, 8);
  put_big_endian(huge, 4096, 4);
  CHECK_THAT(why(lz4_of_hdf5, huge), Contains("more than the 20000 bytes"));
  CHECK_THAT(why(bitshuffle_decoder({Kind::BitshuffleLz4, 4, 0}), huge),
             Contains("more than the 20000 bytes"));
  Bytes endless;
  put_big_endian(endless, 4096, 8);
  put_big_endian(endless, 0, 4);
  CHECK_THAT(why(lz4_of_hdf5, endless), Contains("have no size"));
  Bytes uneven;
  put_big_endian(uneven, 4096, 8);
  put_big_endian(uneven, 9 * 4, 4);
  CHECK_THAT(why(bitshuffle_decoder({Kind::BitshuffleZstd, 4, 0}), uneven),
             Contains("blocks of a wrong size"));
  CHECK_THAT(why(bitshuffle_decoder({Kind::Bitshuffle, 4, 0}), Bytes(41)), Contains("end within"));
  CHECK_THAT(why(lzf, texts(std::string("\x20\x00", 2))), Contains("before its start"));
  CHECK_THAT(why(lzf, texts(std::string("\x05"
                                        "ab",
                                        3))),
             Contains("cut short"));
}

namespace {

struct Step {
  H5Z_filter_t id;
  std::vector<unsigned> settings;
};

/// "v(4, 6)" of 32 bits in two chunks, with filters that HDF5 does not have here: optional ones,
/// and chunks that are written as they are to be stored. @param mask of the second chunk
std::string write_filtered(const TemporaryFolder& folder, const std::vector<Step>& steps,
                           const Bytes& first, const Bytes& second, std::uint32_t mask) {
  const std::string path = folder / "filtered.nc";
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const std::array<hsize_t, 2> shape{4, 6}, chunk{2, 6}, start{0, 0}, next{2, 0};
  const hid_t space = H5Screate_simple(2, shape.data(), nullptr);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(properties, 2, chunk.data());
  for (const Step& step : steps) {
    REQUIRE(H5Pset_filter(properties, step.id, H5Z_FLAG_OPTIONAL, step.settings.size(),
                          step.settings.data()) >= 0);
  }
  const hid_t dataset =
      H5Dcreate2(file, "v", H5T_STD_I32LE, space, H5P_DEFAULT, properties, H5P_DEFAULT);
  REQUIRE(dataset >= 0);
  REQUIRE(H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, start.data(), first.size(), first.data()) >= 0);
  REQUIRE(H5Dwrite_chunk(dataset, H5P_DEFAULT, mask, next.data(), second.size(), second.data()) >=
          0);
  H5Dclose(dataset);
  H5Pclose(properties);
  H5Sclose(space);
  H5Fclose(file);
  return path;
}

std::shared_ptr<const HoldingRecord> looked_into(const std::string& path) {
  return std::make_shared<const HoldingRecord>(inspect(path));
}

Bytes read_all(const std::string& path, const std::shared_ptr<const HoldingRecord>& record) {
  const LayoutSource source(holding_of(path, path, record),
                            std::make_shared<DecodedChunks>(1 << 20),
                            []() -> std::shared_ptr<const Source> {
                              FAIL("the library was asked");
                              return nullptr;
                            });
  return source.read("v", {{0, 4}, {0, 6}}).bytes;
}

}  // namespace

TEST_CASE("files with registered filters are read without their library", "[source][layout]") {
  const Bytes all = numbers(96), first = part(all, 0, 48), second = part(all, 48, 48);
  struct Row {
    const char* why;
    std::vector<Step> steps;
    Bytes (*pack)(const Bytes&);
    std::uint32_t mask;  ///< of the second chunk, that is stored as it is
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"LZ4", {{32004, {}}}, [](const Bytes& x) { return by_framed_lz4(x, 16); }, 1},
      {"Blosc", {{32001, {2, 2, 4, 48, 5, 1, 0}}}, by_blosc, 1},
      {"LZF", {{32000, {4, 261, 48}}}, by_lzf, 1},
      {"bitshuffle alone",
       {{32008, {0, 3, 4, 8, 0}}},
       [](const Bytes& x) { return by_bitshuffle(x, 4, 8, nullptr); },
       1},
      {"bitshuffle, then Zstandard by itself",
       {{32008, {0, 3, 4}}, {32015, {3}}},
       [](const Bytes& x) { return by_zstd(by_bitshuffle(x, 4, 2048, nullptr)); },
       3},
      {"LZ4 of what is bitshuffled and LZ4 already",
       {{32008, {0, 3, 4, 0, 2}}, {32004, {}}},
       [](const Bytes& x) { return by_framed_lz4(by_bitshuffle(x, 4, 2048, by_lz4), 1 << 20); },
       3},
      {"bitshuffle with Zstandard",
       {{32008, {0, 3, 4, 0, 3, 9}}},
       [](const Bytes& x) { return by_bitshuffle(x, 4, 2048, by_zstd); },
       1},
  }));
  CAPTURE(row.why);
  const TemporaryFolder folder;
  const std::string path = write_filtered(folder, row.steps, row.pack(first), second, row.mask);
  const auto record = looked_into(path);
  REQUIRE(record->layouts.contains("v"));
  CHECK(*record == record_from_bytes(record_to_bytes(*record)));
  CHECK(read_all(path, record) == all);
}

TEST_CASE("a variable with a filter that nothing here undoes is left out", "[source][layout]") {
  const TemporaryFolder folder;
  const Bytes stored = numbers(48);
  struct Row {
    H5Z_filter_t id;
    std::vector<unsigned> settings;
    const char* name;
  };
  const auto row = GENERATE(values<Row>({{32026, {}, "Blosc2 (HDF5's filter 32026)"},
                                         {32013, {}, "ZFP (HDF5's filter 32013)"},
                                         {32018, {}, "FCIDECOMP (HDF5's filter 32018)"},
                                         {32008, {0, 3, 4, 12, 0}, "bitshuffle"},
                                         {32008, {0, 3, 4, 0, 7}, "bitshuffle"},
                                         {32008, {0, 3}, "bitshuffle"},
                                         {40000, {}, "by HDF5's filter 40000"}}));
  const std::string path = write_filtered(folder, {{row.id, row.settings}}, stored, stored, 0);
  const auto record = looked_into(path);
  CHECK(record->schema.find("v") == nullptr);
  CHECK_FALSE(record->layouts.contains("v"));
  REQUIRE(record->schema.remarks.size() == 1);
  CHECK_THAT(record->schema.remarks[0],
             Contains("variable 'v': ") && Contains(row.name) && Contains("deflate or zstd"));
}

TEST_CASE("a variable of a type that netCDF passes over is told of", "[source][layout]") {
  const TemporaryFolder folder;
  const std::string path = folder / "booleans.nc";
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const std::array<hsize_t, 2> shape{3, 4};
  const hid_t space = H5Screate_simple(2, shape.data(), nullptr);
  const hid_t list = H5Screate_simple(1, shape.data(), nullptr);
  const hid_t boolean = H5Tenum_create(H5T_STD_I8LE);
  for (const int member : {0, 1}) {
    const auto value = static_cast<signed char>(member);
    REQUIRE(H5Tenum_insert(boolean, value == 0 ? "FALSE" : "TRUE", &value) >= 0);
  }
  const hid_t group = H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dclose(H5Dcreate2(group, "ice", boolean, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Dclose(H5Dcreate2(group, "l", boolean, list, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Dclose(H5Dcreate2(group, "x", H5T_STD_I8LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Gclose(group);
  H5Tclose(boolean);
  H5Sclose(list);
  H5Sclose(space);
  H5Fclose(file);
  const auto record = looked_into(path);
  CHECK(record->schema.find("g/x") != nullptr);
  REQUIRE(record->schema.remarks.size() == 1);
  CHECK_THAT(record->schema.remarks[0],
             Contains("variable 'g/ice': ") && Contains("an enumeration"));
}
