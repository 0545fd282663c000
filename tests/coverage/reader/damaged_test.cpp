#include <fstream>
#include <random>
#include <sstream>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/reader/opener.h"
#include "tests/coverage/source/fixture.h"
#include "tests/coverage/source/grib_builder.h"

using namespace gyre::coverage;
using gyre::test::GribMessage;
using gyre::test::ncgen;
using gyre::test::TemporaryFolder;
using gyre::test::write_file;

namespace {

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string grib() {
  std::string bytes;
  for (const int lead : {0, 6, 12}) {
    GribMessage message;
    message.lead_h = lead;
    for (int i = 0; i < 12; ++i) message.values.push_back(i % 5 == 0 ? -1 : i + lead);
    bytes += message.bytes();
  }
  return bytes;
}

std::string damaged(std::string bytes, std::mt19937& random) {
  const auto below = [&](std::size_t limit) { return random() % std::max<std::size_t>(limit, 1); };
  if (below(4) == 0) return bytes.substr(0, 1 + below(bytes.size()));
  const std::size_t flips = std::size_t{1} << below(5);
  for (std::size_t i = 0; i < flips; ++i) {
    const std::size_t within = below(2) == 0 ? 256 : bytes.size();
    const std::size_t at = below(std::min(bytes.size(), within));
    const char choices[] = {'\0', '\xFF', static_cast<char>(random()),
                            static_cast<char>(bytes[at] ^ (1 << below(8)))};
    bytes[at] = choices[below(4)];
  }
  return bytes;
}

}  // namespace

TEST_CASE("damaged files end readers at most: each is read, or refused with a reason",
          "[reader][fuzz]") {
  const TemporaryFolder folder;
  constexpr const char* kCdl = R"(netcdf small {
dimensions: t = UNLIMITED; x = 6;
variables: double t(t); t:units = "days since 2000-01-01"; float v(t, x); v:units = "K";
  string s(x); v:_Storage = "chunked"; v:_ChunkSizes = 1, 3; v:_DeflateLevel = 4;
data: t = 1, 2; v = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12; s = "a", "b", "c", "d", "e", "f"; })";
  constexpr const char* kClassic = R"(netcdf small {
dimensions: t = UNLIMITED; x = 6;
variables: double t(t); t:units = "days since 2000-01-01"; float v(t, x); v:units = "K";
data: t = 1, 2; v = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12; })";
  const std::vector<std::pair<std::string, std::string>> originals{
      {"file.grb2", grib()},
      {"file.nc", content_of(ncgen(folder, "four.nc", kCdl))},
      {"file.nc", content_of(ncgen(folder, "three.nc", kClassic, "nc3"))}};
  ReaderSettings settings;
  settings.inspect_limit = settings.read_limit = std::chrono::seconds(5);
  const auto pool = std::make_shared<ReaderPool>(settings);
  const auto opener = opener_by(pool);
  std::mt19937 random(20240229);
  std::size_t refused = 0, read = 0;
  constexpr int kFiles = 450;
  for (int i = 0; i < kFiles; ++i) {
    const auto& [name, bytes] = originals[static_cast<std::size_t>(i) % originals.size()];
    const std::string path = folder / (std::to_string(i) + name);
    write_file(path, damaged(bytes, random));
    const auto record = std::make_shared<const HoldingRecord>(opener->inspect(path, {}));
    if (!record->refusal.empty()) {
      ++refused;
      continue;
    }
    const auto source = opener->open(holding_of(path, "", record));
    for (const VariableSchema& variable : record->schema.variables) {
      IndexBox box;
      for (const std::size_t extent : variable.shape)
        box.push_back({0, std::min<std::size_t>(extent, 4)});
      try {
        if (variable.type == ElementType::String) {
          static_cast<void>(source->read_strings(variable.name));
        } else {
          const std::size_t got = source->read(variable.name, box).bytes.size();
          CHECK(got == cells_of(box) * size_of(variable.type));
        }
        ++read;
      } catch (const Error&) {  // in words, whatever it is
      }
    }
  }
  CHECK(refused > 100);
  CHECK(read > 100);
}
