#include <cstring>
#include <filesystem>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/source/file_identity.h"
#include "coverage/source/holding_kind.h"
#include "coverage/source/remote/remote_settings.h"
#include "coverage/source/source.h"
#include "coverage/source/zarr/codec.h"
#include "coverage/source/zarr/reference_table.h"
#include "coverage/source/zarr/reference_templates.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::refusal_of;
using gyre::test::TemporaryFolder;
using gyre::test::write_file;

namespace {

std::string array(const std::string& more = R"("filters":null)") {
  return R"({\"zarr_format\":2,\"shape\":[4],\"chunks\":[2],\"dtype\":\"|u1\",\"order\":\"C\",)"
         R"(\"fill_value\":9,\"compressor\":null,)" +
         [&] {
           std::string text;
           for (const char c : more) text += c == '"' ? std::string("\\\"") : std::string(1, c);
           return text;
         }() +
         "}";
}

/// A table of version 1 with one array, and what else is said.
std::string table(const std::string& refs, const std::string& filters = R"("filters":null)") {
  return R"({"version":1,"refs":{".zgroup":"{\"zarr_format\":2}","v/.zarray":")" + array(filters) +
         R"(","v/.zattrs":"{\"_ARRAY_DIMENSIONS\":[\"x\"]}")" + (refs.empty() ? "" : ",") + refs +
         "}}";
}

std::vector<int> values(const Source& source) {
  const RawBlock block = source.read("v", {{0, 4}});
  std::vector<int> numbers;
  for (const std::byte one : block.bytes) numbers.push_back(std::to_integer<int>(one));
  return numbers;
}

}  // namespace

TEST_CASE("a table of references is a store", "[source][references]") {
  const TemporaryFolder folder;
  write_file(folder / "data.bin", std::string("\x01\x02\x03\x04\x05\x06", 6));
  const std::string path = folder / "t.json";
  write_file(path, table(R"("v/0":["data.bin",1,2],"v/1":"base64:Bwg=")"));
  CHECK(kind_of_holding(path).kind == HoldingKind::References);
  const auto source = open_source(path);
  CHECK(source->describe().format == "Zarr v2 by references");
  CHECK(values(*source) == std::vector<int>{2, 3, 7, 8});

  SECTION("missing chunks are the fill value") {
    write_file(path, table(R"("v/1":["data.bin",0,2])"));
    CHECK(values(*open_source(path)) == std::vector<int>{9, 9, 1, 2});
  }
  SECTION("of version 0, without 'refs'") {
    std::string text = table(R"("v/0":["data.bin",1,2],"v/1":["data.bin",0,2])");
    text = text.substr(text.find("{", 1));
    text.pop_back();
    write_file(path, text);
    CHECK(values(*open_source(path)) == std::vector<int>{2, 3, 1, 2});
  }
  SECTION("behind the end of a file") {
    write_file(path, table(R"("v/0":["data.bin",5,2])"));
    CHECK_THAT(refusal_of([&] { static_cast<void>(values(*open_source(path))); }),
               Catch::Contains("chunk 0: its reference leads behind the end"));
  }
  SECTION("a file that is gone is an error, not a gap") {
    write_file(path, table(R"("v/0":["none.bin",0,2])"));
    CHECK_THAT(refusal_of([&] { static_cast<void>(values(*open_source(path))); }),
               Catch::Contains("does not exist"));
  }
  SECTION("a file that is replaced is noticed") {
    write_file(folder / "new", std::string("\x07\x07\x07\x07\x07\x07\x07", 7));
    std::filesystem::rename(folder / "new", folder / "data.bin");
    try {
      static_cast<void>(values(*source));
      FAIL("it was read");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::HoldingChanged);
    }
  }
}

TEST_CASE("chunks that are kept are those of one store, in one code", "[source][references]") {
  const TemporaryFolder folder;
  write_file(folder / "data.bin", std::string("\x01\x02\x03\x04", 4));
  const std::string refs = R"("v/0":["data.bin",0,2],"v/1":["data.bin",2,2])";
  write_file(folder / "plain.json", table(refs));
  write_file(folder / "sums.json", table(refs, R"("filters":[{"id":"delta","dtype":"|u1"}])"));
  const auto decoded = std::make_shared<DecodedChunks>(1 << 20);
  const auto plain = open_source(folder / "plain.json", decoded);
  const auto sums = open_source(folder / "sums.json", decoded);
  for (int again = 0; again < 2; ++again) {
    CHECK(values(*plain) == std::vector<int>{1, 2, 3, 4});
    CHECK(values(*sums) == std::vector<int>{1, 3, 3, 7});
  }
  CHECK(decoded->figures().hits == 4);
  // What the file holds now counts.
  write_file(folder / "data.bin", std::string("\x05\x06\x07\x08\x09", 5));
  CHECK_THROWS_AS(values(*plain), Error);
  CHECK(values(*open_source(folder / "plain.json", decoded)) == std::vector<int>{5, 6, 7, 8});
}

TEST_CASE("a table of references reads nothing outside of its folder", "[source][references]") {
  const TemporaryFolder folder, other;
  write_file(other / "secret", "secret");
  std::filesystem::create_symlink(other / "secret", folder / "link");
  const std::string path = folder / "t.json";
  for (const std::string& url :
       {other / "secret", "file://" + (other / "secret"), std::string("link"),
        "../" + std::filesystem::path(other / "secret").parent_path().filename().string() +
            "/secret",
        std::string("http://127.0.0.1:1/x"), std::string("s3://bucket/x"),
        std::string("gs://bucket/x"), std::string("file:///etc/passwd")}) {
    CAPTURE(url);
    write_file(path, table(R"("v/0":[")" + url + R"(",0,2],"v/1":"ab")"));
    const std::string reason = refusal_of([&] { static_cast<void>(values(*open_source(path))); });
    CHECK_THAT(reason, Catch::Contains("may not read") || Catch::Contains("is not read"));
    CHECK_THAT(reason, !Catch::Contains("secret"));
  }
  remote::RemoteSettings settings;
  settings.references_may_read = {other.path().string()};
  remote::configure(settings);
  write_file(path, table(R"("v/0":[")" + (other / "secret") + R"(",0,2],"v/1":"ab")"));
  CHECK(values(*open_source(path)) == std::vector<int>{'s', 'e', 'a', 'b'});
  remote::configure({});
}

TEST_CASE("malformed tables say which key", "[source][references]") {
  struct Row {
    const char* json;
    const char* reason;
  };
  const auto row = GENERATE(values<Row>({
      {"[]", "no object"},
      {"{", "no JSON"},
      {R"({"version":2,"refs":{}})", "version"},
      {R"({"version":1,"refs":{"a/0":["f",0]}})", "'a/0'"},
      {R"({"version":1,"refs":{"a/0":["f",-1,2]}})", "'a/0'"},
      {R"({"version":1,"refs":{"a/0":[null,1,2]}})", "'a/0'"},
      {R"({"version":1,"refs":{"a/0":["f",0,18446744073709551615]}})", "'a/0'"},
      {R"({"version":1,"refs":{"a/0":7}})", "'a/0'"},
      {R"({"version":1,"refs":{"a/0":"base64:!!"}})", "'a/0'"},
      {R"({"version":1,"templates":{"u":"x"},"refs":{"a/0":["{{w}}",0,1]}})", "'a/0'"},
      {R"({"version":1,"gen":[{"key":"a","url":"b","dimensions":{"i":{"stop":99999999}}}],"refs":{}})",
       "too many keys"},
  }));
  CAPTURE(row.json);
  CHECK_THAT(refusal_of([&] { static_cast<void>(ReferenceTable(row.json)); }),
             Catch::Contains(row.reason));
  std::string deep = R"({"version":1,"refs":{"a/0":)" + std::string(100'000, '[');
  CHECK_THAT(refusal_of([&] { static_cast<void>(ReferenceTable(deep)); }),
             Catch::Contains("'a/0'"));
}

TEST_CASE("a million keys are read in bounded memory", "[source][references]") {
  std::string json = R"({"version":1,"refs":{)";
  for (int i = 0; i < 1'000'000; ++i) {
    if (i > 0) json += ',';
    json += "\"v/" + std::to_string(i) + "\":[\"f.nc\"," + std::to_string(8 * i) + ",8]";
  }
  json += "}}";
  const ReferenceTable found(json);
  CHECK(found.size() == 1'000'000);
  CHECK(found.urls().size() == 1);
  REQUIRE(found.find("v/999999") != nullptr);
  CHECK(found.find("v/999999")->offset == 7'999'992);
  CHECK(found.find("v/1000000") == nullptr);
}

TEST_CASE("templates and generated keys", "[source][references]") {
  const ReferenceTable found(R"({"version":1,"templates":{"u":"server/path","f":"{{c}}.nc"},
    "gen":[{"key":"g{{i}}.{{j}}","url":"{{u}}_{{i}}","offset":"{{(i + 1) * 1000 + j % 2}}",
            "length":"1000","dimensions":{"i":{"stop":3},"j":[4,5]}}],
    "refs":{"a":["{{u}}/x",1,2],"b":["{{f(c='text')}}"]}})");
  CHECK(found.size() == 8);
  CHECK(found.urls()[found.find("a")->url] == "server/path/x");
  CHECK(found.urls()[found.find("b")->url] == "text.nc");
  CHECK(found.find("b")->whole);
  CHECK(found.urls()[found.find("g2.5")->url] == "server/path_2");
  CHECK(found.find("g2.5")->offset == 3001);

  const TemplateValues names{{"i", std::int64_t{7}}, {"s", std::string("x")}};
  CHECK(filled_in("a{{ 2 ** 3 ** 2 - -1 }}b", names) == "a513b");
  CHECK(filled_in("{{ -7 // 2 }},{{ -7 % 2 }},{{ 2 * (i + 1) }}", names) == "-4,1,16");
  CHECK(filled_in("{{ s + 'y' }}", names) == "xy");
  for (const char* const bad :
       {"{{", "{{ }}", "{{ none }}", "{{ i / 2 }}", "{{ i // 0 }}", "{{ 2 ** 99 }}", "{{ s * 2 }}",
        "{{ s.upper() }}", "{{ i | abs }}", "{{ (((i) }}", "{{ 9223372036854775807 + 1 }}"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(filled_in(bad, names), std::invalid_argument);
  }
}

TEST_CASE("a table in Parquet says what to do", "[source][references]") {
  const TemporaryFolder folder;
  write_file(folder / "t.parq/.zmetadata", R"({"metadata":{},"record_size":100000})");
  CHECK_THAT(refusal_of([&] { static_cast<void>(open_source(folder / "t.parq")); }),
             Catch::Contains("Parquet"));
}

TEST_CASE("plain JSON is no holding", "[source][references]") {
  const TemporaryFolder folder;
  write_file(folder / "a.json", R"({"name":"value"})");
  CHECK(kind_of_holding(folder / "a.json").kind == HoldingKind::Other);
}

TEST_CASE("Fletcher's checksum as HDF5 has it", "[source][references]") {
  const auto decode = checksum_named("fletcher32", Json::object());
  REQUIRE(decode);
  const auto bytes = [](std::string_view text) {
    Bytes out(text.size());
    std::memcpy(out.data(), text.data(), text.size());
    return out;
  };
  // as numcodecs.Fletcher32 writes them
  CHECK((*decode)(bytes("abcdef\x2d\x2a\x56\x50"), {}).size() == 6);
  CHECK((*decode)(bytes("abcde\xc7\x29\xf0\x4f"), {}).size() == 5);
  CHECK_THROWS_AS((*decode)(bytes("abcdeg\x2d\x2a\x56\x50"), {}), DamagedChunk);
}
