// What reading a part of sharded arrays would take, against what it does take.
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "coverage/base/explanation.h"
#include "coverage/source/chunks/decoded_chunks.h"
#include "coverage/source/source.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::TemporaryFolder;
using gyre::test::text_of;
using gyre::test::write_file;

namespace {

const std::string kBytes = R"({"name": "bytes", "configuration": {"endian": "little"}})";
constexpr std::uint64_t kNone = ~std::uint64_t{0};

/// Shards of inner chunks of `inner` values, without a checksum of the index.
std::string sharding(const std::string& inner, const std::string& codecs) {
  return R"([{"name": "sharding_indexed", "configuration": {"chunk_shape": )" + inner +
         R"(, "codecs": )" + codecs + R"(, "index_codecs": [)" + kBytes + R"(]}}])";
}

std::string array_json(const std::string& shape, const std::string& chunks,
                       const std::string& codecs) {
  return R"({"zarr_format": 3, "node_type": "array", "shape": )" + shape +
         R"(, "data_type": "int16", "chunk_grid": {"name": "regular", "configuration":
         {"chunk_shape": )" +
         chunks +
         R"(}}, "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
         "fill_value": 9, "codecs": )" +
         codecs + "}";
}

/// v[8] in two shards of two inner chunks of two values. Of the first shard both are there, with
/// bytes between that nobody needs; of the second one.
struct Store {
  TemporaryFolder folder;
  std::string path = folder / "s.zarr";
  std::shared_ptr<DecodedChunks> decoded = std::make_shared<DecodedChunks>(1u << 20);
  std::shared_ptr<const Source> source;

  Store() {
    write_file(path + "/zarr.json", R"({"zarr_format": 3, "node_type": "group"})");
    write_file(path + "/v/zarr.json",
               array_json("[8]", "[4]", sharding("[2]", "[" + kBytes + "]")));
    write_file(path + "/v/c/0", text_of<std::int16_t>({2, 3}) + std::string(100, 'x') +
                                    text_of<std::int16_t>({0, 1}) +
                                    text_of<std::uint64_t>({104, 4, 0, 4}));
    write_file(path + "/v/c/1",
               text_of<std::int16_t>({4, 5}) + text_of<std::uint64_t>({0, 4, kNone, kNone}));
    source = open_source(path, decoded);
  }

  [[nodiscard]] Explanation::Figures told(const IndexBox& box,
                                          const std::string& name = "v") const {
    Explanation explanation;
    source->explain(name, box, explanation);
    return explanation.figures();
  }
};

constexpr std::uint64_t kIndex = 32;  // of two entries

}  // namespace

TEST_CASE("of shards the index and the chunks within would be read", "[source][zarr]") {
  const Store store;
  const Explanation::Figures one = store.told({{1, 2}});
  CHECK(one.chunks == 1);
  CHECK(one.kept == 0);
  CHECK(one.stored_bytes == kIndex + 4);
  CHECK(one.decoded_bytes == 4);
  const Explanation::Figures all = store.told({{0, 8}});
  CHECK(all.chunks == 3);
  CHECK(all.never_written == 1);
  CHECK(all.stored_bytes == 2 * kIndex + 3 * 4);
  CHECK(store.decoded->figures().misses == 0);
}

TEST_CASE("chunks of shards that are decoded already are not read again", "[source][zarr]") {
  const Store store;
  static_cast<void>(store.source->read("v", {{1, 2}}));
  const Explanation::Figures again = store.told({{0, 2}});
  CHECK(again.chunks == 1);
  CHECK(again.kept == 1);
  CHECK(again.stored_bytes == kIndex);  // read each time
  CHECK(again.decoded_bytes == 0);
  CHECK(store.told({{0, 4}}).kept == 1);
  CHECK(store.told({{2, 4}}).kept == 0);
}

TEST_CASE("chunks of a shard whose index is damaged count as they are on average",
          "[source][zarr]") {
  const Store store;
  write_file(store.path + "/v/c/0", std::string(20, 'x'));  // shorter than the index
  CHECK(store.told({{0, 4}}).chunks == 2);
  CHECK(store.told({{0, 4}}).decoded_bytes == 8);
  // The first lies behind the end.
  write_file(store.path + "/v/c/0", std::string(60, 'x') + text_of<std::uint64_t>({1000, 4, 0, 4}));
  CHECK(store.told({{0, 2}}).chunks == 1);
  CHECK(store.told({{0, 2}}).stored_bytes == kIndex + 30);
  CHECK(store.told({{0, 4}}).stored_bytes == kIndex + 30 + 4);
}

TEST_CASE("shards within shards", "[source][zarr]") {
  Store store;
  // Two shards of two chunks of one value each; of the first of them one chunk is there.
  write_file(store.path + "/n/zarr.json",
             array_json("[4]", "[4]", sharding("[2]", sharding("[1]", "[" + kBytes + "]"))));
  const std::string first =
      text_of<std::int16_t>({7}) + text_of<std::uint64_t>({kNone, kNone, 0, 2});
  const std::string second = text_of<std::int16_t>({5, 6}) + text_of<std::uint64_t>({0, 2, 2, 2});
  write_file(
      store.path + "/n/c/0",
      first + second + text_of<std::uint64_t>({0, first.size(), first.size(), second.size()}));
  store.source = open_source(store.path, store.decoded);
  CHECK(store.told({{3, 4}}, "n").chunks == 1);
  CHECK(store.told({{3, 4}}, "n").stored_bytes == 2 * kIndex + 2);
  CHECK(store.told({{0, 4}}, "n").chunks == 3);
  CHECK(store.told({{0, 4}}, "n").never_written == 1);
  CHECK(store.told({{0, 4}}, "n").stored_bytes == 3 * kIndex + 6);
  static_cast<void>(store.source->read("n", {{0, 4}}));
  CHECK(store.told({{0, 4}}, "n").kept == 3);
}
