// Zarr stores of version 3 and in archives, written by hand; hostile ones too.
#include <cmath>
#include <cstring>
#include <filesystem>

#include <catch2/catch.hpp>
#include <zip.h>

#include "coverage/base/error.h"
#include "coverage/source/source.h"
#include "coverage/source/zarr/codec.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::TemporaryFolder;
using gyre::test::text_of;
using gyre::test::write_file;

namespace {

std::string array_json(const std::string& shape, const std::string& chunks, const std::string& type,
                       const std::string& fill, const std::string& codecs,
                       const std::string& more = "") {
  return R"({"zarr_format": 3, "node_type": "array", "shape": )" + shape + R"(, "data_type": ")" +
         type + R"(", "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": )" +
         chunks +
         R"(}}, "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
         "fill_value": )" +
         fill + R"(, "codecs": )" + codecs + more + "}";
}

const std::string kGroup =
    R"({"zarr_format": 3, "node_type": "group", "attributes": {"title": "t"}})";
const std::string kBytes = R"({"name": "bytes", "configuration": {"endian": "little"}})";

std::string with_crc(std::string bytes) {
  const std::uint32_t sum = crc32c(std::as_bytes(std::span(bytes)));
  return bytes.append(reinterpret_cast<const char*>(&sum), sizeof(sum));
}

std::string sharding(const std::string& chunks, const std::string& inner,
                     const std::string& location) {
  return R"([{"name": "sharding_indexed", "configuration": {"chunk_shape": )" + chunks +
         R"(, "codecs": )" + inner + R"(, "index_codecs": [)" + kBytes +
         R"(, {"name": "crc32c"}], "index_location": ")" + location + R"("}}])";
}

std::vector<std::int16_t> shorts(const Source& source, const std::string& name,
                                 const IndexBox& box) {
  const RawBlock block = source.read(name, box);
  const auto values = block.as<std::int16_t>();
  return {values.begin(), values.end()};
}

/// What read() says of the whole of a variable of `size` values.
std::string complaint(const std::string& store, const std::string& name, std::size_t size) {
  try {
    static_cast<void>(open_source(store)->read(name, {{0, size}}));
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::MalformedHolding);
    CHECK(error.subject() == name);
    CHECK(std::string(error.what()).find(store) == std::string::npos);
    return error.what();
  }
  return "";
}

constexpr std::uint64_t kNone = ~std::uint64_t{0};

}  // namespace

TEST_CASE("Zarr v3: groups, dimension names, attributes and missing chunks", "[source][zarr]") {
  const TemporaryFolder folder;
  const std::string store = folder / "s.zarr";
  write_file(store + "/zarr.json", kGroup);
  write_file(store + "/g/zarr.json", kGroup);
  write_file(store + "/g/x/zarr.json",
             array_json("[3]", "[2]", "int16", "-5", "[" + kBytes + "]",
                        R"(, "dimension_names": ["x"], "attributes": {"units": "m"})"));
  write_file(store + "/g/x/c/0", text_of<std::int16_t>({1, 2}));
  write_file(store + "/g/v/zarr.json",
             array_json("[3]", "[3]", "float32", "\"NaN\"", "[" + kBytes + "]",
                        R"(, "dimension_names": ["x"],
                            "attributes": {"_FillValue": "AAAAAAAA8D8="})"));
  write_file(store + "/s/zarr.json",
             array_json("[2, 3]", "[2, 3]", "int16", "0",
                        R"([{"name": "transpose", "configuration": {"order": [1, 0]}}, {"name":
                            "bytes", "configuration": {"endian": "big"}}])"));
  write_file(store + "/s/c/0/0", std::string("\0\0\0\3\0\1\0\4\0\2\0\5", 12));
  const auto source = open_source(store);
  const HoldingSchema schema = source->describe();
  CHECK(schema.format == "Zarr v3");
  CHECK(schema.remarks.empty());
  CHECK(schema.attributes.text("title") == "t");
  REQUIRE(schema.find("g/x") != nullptr);
  CHECK(schema.find("g/x")->dimensions == std::vector<std::string>{"g/x"});
  CHECK(schema.find("g/x")->attributes.text("units") == "m");
  CHECK(schema.find("g/v")->dimensions == std::vector<std::string>{"g/x"});
  CHECK_FALSE(schema.find("g/x")->attributes.has("_FillValue"));
  CHECK(schema.find("g/v")->attributes.number("_FillValue") == 1.0);
  CHECK(schema.find("g/v")->attributes.find("_FillValue")->type == ElementType::Float32);
  CHECK(shorts(*source, "g/x", {{0, 3}}) == std::vector<std::int16_t>{1, 2, -5});
  CHECK(std::isnan(source->read("g/v", {{1, 2}}).as<float>()[0]));
  CHECK(shorts(*source, "s", {{0, 2}, {0, 3}}) == std::vector<std::int16_t>{0, 1, 2, 3, 4, 5});
  CHECK(shorts(*source, "s", {{1, 2}, {1, 3}}) == std::vector<std::int16_t>{4, 5});
}

TEST_CASE("Zarr v3: shards, their index first or last, and shards within", "[source][zarr]") {
  const TemporaryFolder folder;
  const std::string store = folder / "s.zarr";
  write_file(store + "/zarr.json", kGroup);
  const std::string location = GENERATE("start", "end");
  const std::uint64_t before = location == "start" ? 52 : 0;  // three entries and a checksum
  const auto put = [&](const std::vector<std::uint64_t>& index, const std::string& chunks) {
    const std::string entries = with_crc(text_of(index));
    write_file(store + "/v/c/0", location == "start" ? entries + chunks : chunks + entries);
  };
  write_file(store + "/v/zarr.json",
             array_json("[6]", "[6]", "int16", "9", sharding("[2]", "[" + kBytes + "]", location)));
  const std::string chunks = text_of<std::int16_t>({4, 5, 0, 1});
  put({before + 4, 4, kNone, kNone, before, 4}, chunks);
  const auto source = open_source(store);
  CHECK(source->describe().find("v")->chunk_shape == std::vector<std::size_t>{2});
  CHECK(shorts(*source, "v", {{0, 6}}) == std::vector<std::int16_t>{0, 1, 9, 9, 4, 5});
  CHECK(shorts(*source, "v", {{1, 3}}) == std::vector<std::int16_t>{1, 9});

  put({before + 4, 4, kNone, 4, before, 4}, chunks);
  CHECK_THAT(complaint(store, "v", 6), Catch::Contains("chunk c/0") && Catch::Contains("1 of its"));
  put({before + 4, kNone, kNone, kNone, before, 4}, chunks);
  CHECK_THAT(complaint(store, "v", 6), Catch::Contains("behind the shard's end"));
  put({before + 4, 3, kNone, kNone, before, 4}, chunks);
  CHECK_THAT(complaint(store, "v", 6), Catch::Contains("3 bytes instead of 4"));
  write_file(store + "/v/c/0", std::string(60, 'x'));
  CHECK_THAT(complaint(store, "v", 6), Catch::Contains("checksum"));
  write_file(store + "/v/c/0", "short");
  CHECK_THAT(complaint(store, "v", 6), Catch::Contains("shorter than the index"));

  // A shard of one shard of two chunks of one value each.
  write_file(store + "/n/zarr.json",
             array_json("[2]", "[2]", "int16", "9",
                        sharding("[2]", sharding("[1]", "[" + kBytes + "]", "end"), "end")));
  const std::string inner =
      text_of<std::int16_t>({7}) + with_crc(text_of<std::uint64_t>({kNone, kNone, 0, 2}));
  write_file(store + "/n/c/0", inner + with_crc(text_of<std::uint64_t>({0, inner.size()})));
  CHECK(shorts(*open_source(store), "n", {{0, 2}}) == std::vector<std::int16_t>{9, 7});
}

TEST_CASE("Zarr: what is written of a box changes its state", "[source][zarr]") {
  const TemporaryFolder folder;
  const std::string store = folder / "s.zarr";
  write_file(store + "/zarr.json", kGroup);
  write_file(store + "/v/zarr.json",
             array_json("[4, 2]", "[2, 2]", "int16", "-5", "[" + kBytes + "]",
                        R"(, "dimension_names": ["y", "x"])"));
  write_file(store + "/v/c/0/0", text_of<std::int16_t>({1, 2, 3, 4}));
  const auto source = open_source(store);
  const auto state = [&](IndexRange y) { return source->state_of("v", {y, {0, 2}}); };
  const auto first = state({0, 2}), second = state({2, 4}), both = state({1, 3});
  REQUIRE(first.has_value());
  CHECK(first != second);
  CHECK(first != both);
  CHECK(state({0, 1}) == first);  // the same chunks
  CHECK(state({0, 2}) == first);
  write_file(store + "/v/c/0/0.new", text_of<std::int16_t>({9, 2, 3, 4}));
  std::filesystem::rename(store + "/v/c/0/0.new", store + "/v/c/0/0");
  CHECK(state({0, 2}) != first);
  CHECK(state({1, 3}) != both);
  CHECK(state({2, 4}) == second);
  write_file(store + "/v/c/1/0", text_of<std::int16_t>({5, 6, 7, 8}));  // there was none
  CHECK(state({2, 4}) != second);
  CHECK_THROWS_AS(state({2, 5}), Error);
}

TEST_CASE("Zarr: texts of any length and of fixed length", "[source][zarr]") {
  const TemporaryFolder folder;
  const std::string store = folder / "s.zarr";
  write_file(store + "/zarr.json", kGroup);
  write_file(store + "/t/zarr.json",
             array_json("[3]", "[2]", "string", "\"\"", R"([{"name": "vlen-utf8"}])"));
  using namespace std::string_literals;
  write_file(store + "/t/c/0", "\2\0\0\0\3\0\0\0abc\2\0\0\0\303\256"s);
  CHECK(open_source(store)->read_strings("t") == std::vector<std::string>{"abc", "\303\256", ""});
  for (const std::string& bad : {"\2\0\0\0\377\377\377\377abc"s, "\3\0\0\0"s, "\2"s, ""s}) {
    write_file(store + "/t/c/0", bad);
    CHECK_THROWS_AS(open_source(store)->read_strings("t"), Error);
  }
  const std::string old = folder / "old.zarr";
  write_file(old + "/.zgroup", R"({"zarr_format": 2})");
  write_file(old + "/u/.zarray", R"({"zarr_format": 2, "order": "C", "filters": null, "shape": [2],
    "chunks": [2], "dtype": ">U2", "fill_value": "", "compressor": null})");
  write_file(old + "/u/0", "\0\0\0a\0\0\1\2\0\0\0b\0\0\0\0"s);
  CHECK(open_source(old)->read_strings("u") == std::vector<std::string>{"a\304\202", "b"});
}

TEST_CASE("Zarr in a zip archive", "[source][zarr]") {
  const TemporaryFolder folder;
  const std::string path = folder / "s.zarr.zip";
  const std::string top = GENERATE("", "s.zarr/");
  const auto method = GENERATE(ZIP_CM_STORE, ZIP_CM_DEFLATE);
  const std::string array = array_json("[3]", "[3]", "int16", "0", "[" + kBytes + "]");
  const std::string chunk = text_of<std::int16_t>({1, 2, 3});
  zip_t* const zip = zip_open(path.c_str(), ZIP_CREATE, nullptr);
  for (const auto& [name, content] : {std::pair{"zarr.json", &kGroup},
                                      {"g/v/c/0", &chunk},
                                      {"g/v/zarr.json", &array},
                                      {"g/zarr.json", &kGroup}}) {
    const zip_int64_t index = zip_file_add(
        zip, (top + name).c_str(), zip_source_buffer(zip, content->data(), content->size(), 0), 0);
    REQUIRE(index >= 0);
    zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), method, 0);
  }
  REQUIRE(zip_close(zip) == 0);
  const auto source = open_source(path);
  CHECK(source->describe().format == "Zarr v3");
  CHECK(shorts(*source, "g/v", {{0, 3}}) == std::vector<std::int16_t>{1, 2, 3});
  CHECK(shorts(*source, "g/v", {{1, 2}}) == std::vector<std::int16_t>{2});

  for (std::uintmax_t left = std::filesystem::file_size(path); left > 4; left -= 7) {
    std::filesystem::resize_file(path, left);
    if (left == 4 || left % 7 == 0) continue;
    try {
      static_cast<void>(open_source(path)->read("g/v", {{0, 3}}));
    } catch (const Error&) {
      continue;
    }
  }
}

TEST_CASE("Of members of one name in a zip archive the last counts", "[source][zarr]") {
  const TemporaryFolder folder;
  const std::string path = folder / "s.zarr.zip";
  write_file(folder / "group", kGroup);
  write_file(folder / "early", array_json("[1]", "[1]", "int8", "0", "[" + kBytes + "]"));
  write_file(folder / "late", array_json("[3]", "[3]", "int16", "0", "[" + kBytes + "]"));
  write_file(folder / "old", text_of<std::int16_t>({1, 2, 3}));
  write_file(folder / "new", text_of<std::int16_t>({7, 8, 9}));
  // libzip writes no name twice; Python does, and zarr-python by it.
  const std::string script =
      "import sys, warnings, zipfile; warnings.simplefilter('ignore'); f = sys.argv[1] + '/'\n"
      "with zipfile.ZipFile(f + 's.zarr.zip', 'w') as z:\n"
      "    for name, source in (('zarr.json', 'group'), ('v/zarr.json', 'early'), ('v/c/0', "
      "'old'),\n"
      "                         ('v/zarr.json', 'late'), ('v/c/0', 'new')):\n"
      "        z.writestr(name, open(f + source, 'rb').read())\n";
  write_file(folder / "script.py", script);
  const std::string command =
      "/usr/bin/python3 '" + (folder / "script.py") + "' '" + folder.path().string() + "'";
  REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe)
  CHECK(shorts(*open_source(path), "v", {{0, 3}}) == std::vector<std::int16_t>{7, 8, 9});
}

TEST_CASE("Zarr: what is declared and cannot be is left out with a reason", "[source][zarr]") {
  const TemporaryFolder folder;
  const std::string store = folder / "s.zarr";
  write_file(store + "/zarr.json", kGroup);
  const std::string plain = "[" + kBytes + "]";
  struct Row {
    std::string document;
    const char* reason;
  };
  const std::vector<Row> rows{
      {array_json("[9]", "[999999999]", "float64", "0", plain), "larger than 512 MB"},
      {array_json("[9]", "[0]", "int8", "0", plain), "empty"},
      {array_json("[9]", "[-1]", "int8", "0", plain), "no sizes"},
      {array_json("[9, 9]", "[9]", "int8", "0", plain), "other dimensions"},
      {array_json("[9]", "[9]", "complex64", "0", plain), "type is not served"},
      {array_json("[9]", "[9]", "int8", "1000", plain), "fill_value"},
      {array_json("[9]", "[9]", "int8", "0", "[]"), "no list"},
      {array_json("[9]", "[9]", "int8", "0", R"([{"name": "zfp"}])"), "'zfp'"},
      {array_json("[9]", "[9]", "int8", "0", "[" + kBytes + R"(, {"name": "numcodecs.zfpy"}])"),
       "'zfpy'"},
      {array_json("[9]", "[9]", "int8", "0", plain, R"(, "new": {"name": "?"})"), "extension"},
      {array_json("[9]", "[9]", "int8", "0", sharding("[2]", plain, "end")), "do not divide"},
      {array_json("[9]", "[281474976710656]", "int8", "0", sharding("[1]", plain, "end")),
       "more than 4 million"},
      {array_json("[9]", "[9]", "int8", "0",
                  R"([{"name": "transpose", "configuration": {"order": [1]}}, )" + kBytes + "]"),
       "order that is none"},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    write_file(store + "/v" + std::to_string(10 + i) + "/zarr.json", rows[i].document);
  }
  const HoldingSchema schema = open_source(store)->describe();
  CHECK(schema.variables.empty());
  REQUIRE(schema.remarks.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK_THAT(schema.remarks[i], Catch::Contains(rows[i].reason));
  }
  SECTION("and names in consolidated metadata do not lead out of the store") {
    write_file(folder / "outside/c/0", "x");
    write_file(store + "/zarr.json",
               R"({"zarr_format": 3, "node_type": "group", "consolidated_metadata":
                 {"kind": "inline", "must_understand": false, "metadata": {"../outside": )" +
                   array_json("[1]", "[1]", "int8", "0", plain) + "}}}");
    CHECK(open_source(store)->describe().variables.empty());
  }
  SECTION("nor may documents be nested without end") {
    write_file(store + "/zarr.json", R"({"zarr_format": 3, "attributes": {"a": )" +
                                         std::string(1000, '[') + std::string(1000, ']') + "}}");
    CHECK_THROWS_AS(open_source(store), Error);
  }
}
