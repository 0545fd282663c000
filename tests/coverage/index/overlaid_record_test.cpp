#include "coverage/index/overlaid_record.h"

#include <catch2/catch.hpp>

using namespace gyre::coverage;

TEST_CASE("a record is as the overlay tells it, kept values under their new names", "[index]") {
  HoldingRecord record;
  record.schema.variables = {{"a", ElementType::Int8, {"x"}, {1}, {}, {}},
                             {"b", ElementType::Float32, {"x"}, {1}, {}, {}}};
  record.values["a"] = {ElementType::Int8, {1}, {std::byte{255}}};
  record.fingerprints["b"] = {1, 2};
  record.layouts["b"].offset = 42;
  SchemaOverlay overlay;
  overlay.variables["a"] = {{{"_Unsigned", std::string("true")}}, "flags"};
  overlay.variables["b"].published_as = "c";
  overlay.variables["crs"].attributes = {{"grid_mapping_name", std::string("latitude_longitude")}};
  overlay.variables["gone"].published_as = "x";
  std::vector<std::string> warnings;
  const HoldingRecord told = overlaid(record, overlay, warnings);
  CHECK(warnings.size() == 1);
  REQUIRE(told.values.contains("flags"));
  CHECK(told.values.at("flags").type == ElementType::UInt8);
  CHECK_FALSE(told.values.contains("a"));
  CHECK(told.fingerprints.at("c") == Fingerprint{1, 2});
  CHECK(told.layouts.at("c").offset == 42);
  CHECK(told.values.at("crs").cells() == 1);
  CHECK(overlaid(record, SchemaOverlay(), warnings) == record);
}
