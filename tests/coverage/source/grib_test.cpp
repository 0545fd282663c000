#include <cmath>
#include <filesystem>
#include <limits>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/source/inspect.h"
#include "coverage/source/source.h"
#include "tests/coverage/source/fixture.h"
#include "tests/coverage/source/grib_builder.h"

using namespace gyre::coverage;
using gyre::test::GribMessage;
using gyre::test::refusal_of;
using gyre::test::TemporaryFolder;
using gyre::test::write_file;

namespace {

/// Values that tell which field they are of.
std::vector<int> field(int first) {
  std::vector<int> values;
  for (int i = 0; i < 12; ++i) values.push_back(first + i);
  return values;
}

std::shared_ptr<const Source> source_of(const TemporaryFolder& folder,
                                        const std::vector<GribMessage>& messages) {
  std::string bytes;
  for (const GribMessage& one : messages) bytes += one.bytes();
  write_file(folder / "file.grb2", bytes);
  return open_source(folder / "file.grb2");
}

std::vector<double> doubles(const Source& source, const std::string& name) {
  IndexBox all;
  const HoldingSchema schema = source.describe();
  const VariableSchema* const variable = schema.find(name);
  REQUIRE(variable != nullptr);
  for (const std::size_t extent : variable->shape) all.push_back({0, extent});
  const RawBlock block = source.read(name, all);
  const auto values = block.as<double>();
  return {values.begin(), values.end()};
}

}  // namespace

TEST_CASE("a GRIB field has its name, place, time and level by CF", "[source][grib]") {
  const TemporaryFolder folder;
  GribMessage message;
  message.lead_h = 6;
  message.values = field(10);
  const auto source = source_of(folder, {message});
  const HoldingSchema schema = source->describe();
  CHECK(schema.format == "GRIB 2");
  CHECK(schema.remarks.empty());
  REQUIRE(schema.find("t_isobaric") != nullptr);
  const VariableSchema& t = *schema.find("t_isobaric");
  CHECK(t.dimensions == std::vector<std::string>{"time", "isobaric", "lat", "lon"});
  CHECK(t.shape == std::vector<std::size_t>{1, 1, 3, 4});
  CHECK(t.type == ElementType::Float32);
  CHECK(t.attributes.text("standard_name") == "air_temperature");
  CHECK(t.attributes.text("units") == "K");
  CHECK(t.attributes.text("grid_mapping") == "crs");
  CHECK(t.attributes.text("coordinates") == "reference_time");
  CHECK(std::isnan(*t.attributes.number("_FillValue")));
  CHECK(doubles(*source, "isobaric") == std::vector<double>{50000});
  const std::vector<double> lat = doubles(*source, "lat"), lon = doubles(*source, "lon");
  for (std::size_t i = 0; i < 3; ++i) CHECK(lat[i] == Approx(20 - 5.0 * static_cast<double>(i)));
  for (std::size_t i = 0; i < 4; ++i) CHECK(lon[i] == Approx(10 + 5.0 * static_cast<double>(i)));
  const double midnight = 19782.0 * 24;  // hours: 2024-02-29
  CHECK(doubles(*source, "reference_time") == std::vector<double>{midnight});
  CHECK(doubles(*source, "time") == std::vector<double>{midnight + 6});
  const RawBlock part = source->read("t_isobaric", {{0, 1}, {0, 1}, {1, 3}, {2, 4}});
  CHECK(std::vector<float>(part.as<float>().begin(), part.as<float>().end()) ==
        std::vector<float>{16, 17, 20, 21});
}

TEST_CASE("fields of GRIB are put in order along times, levels and members", "[source][grib]") {
  const TemporaryFolder folder;
  std::vector<GribMessage> messages;
  for (const int lead : {12, 0, 6}) {
    for (const int level : {100000, 50000}) {
      for (const int member : {2, 1}) {
        if (lead == 6 && level == 50000 && member == 1) continue;  // a hole
        GribMessage message;
        message.lead_h = lead;
        message.level = level;
        message.member = member;
        message.values = field(lead + level / 10000 + 100 * member);
        messages.push_back(message);
      }
    }
  }
  const auto source = source_of(folder, messages);
  const HoldingSchema schema = source->describe();
  REQUIRE(schema.find("t_isobaric") != nullptr);
  CHECK(schema.find("t_isobaric")->shape == std::vector<std::size_t>{2, 3, 2, 3, 4});
  CHECK(doubles(*source, "member") == std::vector<double>{1, 2});
  CHECK(doubles(*source, "isobaric") == std::vector<double>{50000, 100000});
  const RawBlock all = source->read("t_isobaric", {{0, 2}, {0, 3}, {0, 2}, {0, 3}, {0, 4}});
  const auto values = all.as<float>();
  for (std::size_t m = 0; m < 2; ++m) {
    for (std::size_t t = 0; t < 3; ++t) {
      for (std::size_t z = 0; z < 2; ++z) {
        const float first = values[((m * 3 + t) * 2 + z) * 12];
        CAPTURE(m, t, z);
        if (m == 0 && t == 1 && z == 0) {
          CHECK(std::isnan(first));
        } else {
          CHECK(first == static_cast<float>(t * 6 + (z + 1) * 5 + 100 * (m + 1)));
        }
      }
    }
  }
}

TEST_CASE("forecasts of several runs in GRIB are over runs and leads", "[source][grib]") {
  const TemporaryFolder folder;
  std::vector<GribMessage> messages;
  for (const int day : {28, 29}) {
    for (const int lead : {0, 24}) {
      GribMessage message;
      message.day = day;
      message.lead_h = lead;
      message.values = field(day + lead);
      messages.push_back(message);
    }
  }
  const auto source = source_of(folder, messages);
  const HoldingSchema schema = source->describe();
  REQUIRE(schema.find("t_isobaric") != nullptr);
  CHECK(schema.find("t_isobaric")->dimensions ==
        std::vector<std::string>{"reference_time", "forecast_period", "isobaric", "lat", "lon"});
  CHECK(schema.find("time")->dimensions ==
        std::vector<std::string>{"reference_time", "forecast_period"});
  CHECK(doubles(*source, "forecast_period") == std::vector<double>{0, 24});
}

TEST_CASE("accumulations in GRIB have bounds and cell methods", "[source][grib]") {
  const TemporaryFolder folder;
  std::vector<GribMessage> messages;
  for (const int begin : {0, 6}) {
    GribMessage message;
    message.category = 1;
    message.number = 8;
    message.level_type = 1;
    message.level = 0;
    message.lead_h = begin;
    message.accumulated_h = 6;
    message.values = field(begin);
    messages.push_back(message);
  }
  const auto source = source_of(folder, messages);
  const HoldingSchema schema = source->describe();
  REQUIRE(schema.find("tp_sum") != nullptr);
  CHECK(schema.find("tp_sum")->attributes.text("cell_methods") == "time: sum");
  CHECK(schema.find("tp_sum")->shape == std::vector<std::size_t>{2, 3, 4});
  const double midnight = 19782.0 * 24;
  CHECK(doubles(*source, "time") == std::vector<double>{midnight + 6, midnight + 12});
  CHECK(doubles(*source, "time_bnds") ==
        std::vector<double>{midnight, midnight + 6, midnight + 6, midnight + 12});
}

TEST_CASE("what a bitmap of GRIB leaves out is missing", "[source][grib]") {
  const TemporaryFolder folder;
  GribMessage message;
  message.values = {1, -1, 3, 4, 5, 6, -1, 8, 9, 10, 11, -1};
  const auto source = source_of(folder, {message});
  const RawBlock block = source->read("t_isobaric", {{0, 1}, {0, 1}, {0, 3}, {0, 4}});
  for (std::size_t i = 0; i < 12; ++i) {
    const float value = block.as<float>()[i];
    CAPTURE(i);
    if (message.values[i] < 0) {
      CHECK(std::isnan(value));
    } else {
      CHECK(value == static_cast<float>(message.values[i]));
    }
  }
}

TEST_CASE("a GRIB file that contradicts itself is refused, or what of it does", "[source][grib]") {
  const TemporaryFolder folder;
  GribMessage message;
  message.values = field(1);
  const std::string good = message.bytes();
  message.points = 13;
  const std::string bad = message.bytes();
  const std::string path = folder / "file.grb2";
  const auto open = [&] { static_cast<void>(open_source(path)); };
  write_file(path, bad);
  CHECK_THAT(refusal_of(open), Catch::Contains("another number of points"));
  write_file(path, good.substr(0, good.size() - 10));
  CHECK_THAT(refusal_of(open), Catch::Contains("cut short"));
  write_file(path, "GRIB");
  CHECK_FALSE(refusal_of(open).empty());
  // What is whole is served, and what is not is told.
  write_file(path, "heading " + good + "\n\n" + good.substr(0, good.size() - 10));
  const HoldingSchema schema = open_source(path)->describe();
  CHECK(schema.find("t_isobaric") != nullptr);
  REQUIRE(schema.remarks.size() == 1);
  CHECK_THAT(schema.remarks[0], Catch::Contains("after message 1 it is damaged or cut short"));
}

TEST_CASE("a GRIB file that was replaced is not read any more", "[source][grib]") {
  const TemporaryFolder folder;
  GribMessage message;
  message.values = field(1);
  const auto source = source_of(folder, {message});
  std::filesystem::remove(folder / "file.grb2");
  write_file(folder / "file.grb2", message.bytes() + message.bytes());
  try {
    static_cast<void>(source->read("t_isobaric", {{0, 1}, {0, 1}, {0, 3}, {0, 4}}));
    FAIL("read");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::HoldingChanged);
  }
}
