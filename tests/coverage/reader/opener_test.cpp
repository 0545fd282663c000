#include "coverage/reader/opener.h"

#include <cstdlib>
#include <filesystem>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/model/index_range.h"

using namespace gyre::coverage;
namespace fs = std::filesystem;

namespace {

/// Everything of a holding, through both; a few boxes of what is large.
void compare(Opener& here, Opener& there, const std::string& path) {
  CAPTURE(path);
  const auto record = std::make_shared<const HoldingRecord>(here.inspect(path, {}));
  // As bytes, so that attributes that are NaN are equal.
  REQUIRE(record_to_bytes(there.inspect(path, {})) == record_to_bytes(*record));
  if (!record->refusal.empty()) return;
  const auto holding = holding_of(path, "", record);
  const auto one = here.open(holding), other = there.open(holding);
  CHECK(other->describe().format == one->describe().format);
  CHECK(other->describe().variables.size() == one->describe().variables.size());
  for (const VariableSchema& variable : record->schema.variables) {
    CAPTURE(variable.name);
    IndexBox box;
    for (const std::size_t extent : variable.shape) box.push_back({0, extent});
    constexpr std::size_t kCells = std::size_t{4} << 20;
    for (IndexRange& range : box) {
      if (cells_of(box) > kCells) range = {range.end / 2, range.end / 2 + 1};
    }
    const auto of = [&](const Source& source) {
      try {
        if (variable.type == ElementType::String) {
          RawBlock texts;
          for (const std::string& text : source.read_strings(variable.name)) {
            for (const char c : text + "|") texts.bytes.push_back(static_cast<std::byte>(c));
          }
          return std::pair{texts, std::string()};
        }
        return std::pair{source.read(variable.name, box), std::string()};
      } catch (const Error& error) {
        return std::pair{RawBlock{}, std::string(error.what())};
      }
    };
    REQUIRE(of(*one) == of(*other));
  }
}

}  // namespace

TEST_CASE("holdings opened by readers are the same as opened here, to the bit", "[reader]") {
  const auto here = opener_in_process();
  const auto pool = std::make_shared<ReaderPool>(ReaderSettings{});
  const auto there = opener_by(pool);
  std::vector<std::string> roots{TEST_DATA};
  if (const char* const more = std::getenv("GYRE_TEST_HOLDINGS")) roots.emplace_back(more);
  std::size_t compared = 0;
  for (const std::string& root : roots) {
    for (auto entry = fs::recursive_directory_iterator(root); entry != fs::end(entry); ++entry) {
      const bool store = entry->is_directory() && entry->path().extension() == ".zarr";
      if (store) entry.disable_recursion_pending();
      if (!store && !entry->is_regular_file()) continue;
      compare(*here, *there, entry->path().string());
      ++compared;
    }
  }
  CHECK(compared > 100);
  CHECK(pool->figures().crashed == 0);
}
