#include "rendering/colour.h"

#include <catch2/catch.hpp>

using namespace gyre::rendering;

TEST_CASE("parse_colour reads what WMS clients send", "[rendering]") {
  struct Row {
    const char* text;
    std::optional<Colour> expected;
  };
  const auto row = GENERATE(values<Row>({
      {"0xFF8000", Colour{255, 128, 0, 255}},
      {"0xff8000", Colour{255, 128, 0, 255}},
      {"#FF8000", Colour{255, 128, 0, 255}},
      {"0x80FF8000", Colour{255, 128, 0, 128}},
      {"transparent", Colour{0, 0, 0, 0}},
      {"Red", Colour{255, 0, 0, 255}},
      {"FF8000", std::nullopt},
      {"0xFF80", std::nullopt},
      {"0xGG8000", std::nullopt},
      {"0x+F8000", std::nullopt},
      {"", std::nullopt},
  }));
  CAPTURE(row.text);
  CHECK((parse_colour(row.text) == row.expected));
}

TEST_CASE("hex writes a colour as HTML does", "[rendering]") {
  CHECK(hex({255, 128, 10, 3}) == "#FF800A");
}
