#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace gyre::test {

/// Makes messages of GRIB 2: a field of whole numbers 0..255 on a regular grid of longitudes and
/// latitudes, rows from the north.
struct GribMessage {
  int discipline = 0, category = 0, number = 0;
  int level_type = 100, level = 50000;
  int year = 2024, month = 2, day = 29, hour = 0;
  int lead_h = 0;
  int member = -1;        ///< -1: no ensemble
  int accumulated_h = 0;  ///< 0: an instant
  unsigned columns = 4, rows = 3;
  std::vector<int> values;  ///< row-major; -1: missing
  int points = -1;          ///< as the header says; -1: as many as there are

  [[nodiscard]] std::string bytes() const {
    std::string body = section(1, n(7, 2) + n(0, 2) + "\x04" + n(0, 1) + "\x01" + n(year, 2) +
                                      n(month, 1) + n(day, 1) + n(hour, 1) + n(0, 2) + n(0, 2));
    body += section(3, n(0, 1) + n(points < 0 ? columns * rows : points, 4) + n(0, 2) + n(0, 2) +
                           n(6, 1) + n(0, 15) + n(columns, 4) + n(rows, 4) + n(0, 4) +
                           n(0xFFFFFFFF, 4) + n(20'000'000, 4) + n(10'000'000, 4) + n(0x30, 1) +
                           n(20'000'000 - (rows - 1) * 5'000'000, 4) +
                           n(10'000'000 + (columns - 1) * 5'000'000, 4) + n(5'000'000, 4) +
                           n(5'000'000, 4) + n(0, 1));
    const int product = member >= 0 ? 1 : accumulated_h > 0 ? 8 : 0;
    std::string definition = n(0, 2) + n(product, 2) + n(category, 1) + n(number, 1) + n(2, 1) +
                             n(0, 2) + n(0, 2) + n(0, 1) + n(1, 1) + n(lead_h, 4) +
                             n(level_type, 1) + n(0, 1) + n(level, 4) + n(255, 1) + n(255, 1) +
                             n(0xFFFFFFFF, 4);
    if (member >= 0) definition += n(3, 1) + n(member, 1) + n(10, 1);
    if (accumulated_h > 0) {
      definition += n(year, 2) + n(month, 1) + n(day, 1) + n(hour + lead_h + accumulated_h, 1) +
                    n(0, 2) + n(1, 1) + n(0, 4) + n(1, 1) + n(2, 1) + n(1, 1) +
                    n(accumulated_h, 4) + n(255, 1) + n(0, 4);
    }
    body += section(4, definition);
    std::string packed, bitmap;
    bool some_missing = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i % 8 == 0) bitmap += '\0';
      if (values[i] < 0) {
        some_missing = true;
        continue;
      }
      bitmap.back() = static_cast<char>(bitmap.back() | (0x80 >> (i % 8)));
      packed += n(values[i], 1);
    }
    body +=
        section(5, n(packed.size(), 4) + n(0, 2) + n(0, 4) + n(0, 2) + n(0, 2) + n(8, 1) + n(0, 1));
    body += section(6, some_missing ? n(0, 1) + bitmap : n(255, 1));
    body += section(7, packed);
    body += "7777";
    return "GRIB" + n(0xFFFF, 2) + n(discipline, 1) + n(2, 1) + n(16 + body.size(), 8) + body;
  }

 private:
  static std::string n(std::uint64_t value, std::size_t octets) {
    std::string text(octets, '\0');
    for (std::size_t i = octets; i-- > 0 && value != 0; value >>= 8) {
      text[i] = static_cast<char>(value & 0xFF);
    }
    return text;
  }
  static std::string section(int number, const std::string& content) {
    return n(content.size() + 5, 4) + n(static_cast<std::uint64_t>(number), 1) + content;
  }
};

}  // namespace gyre::test
