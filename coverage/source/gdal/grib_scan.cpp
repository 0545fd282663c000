#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/gdal/grib1_message.h"
#include "coverage/source/gdal/grib2_message.h"
#include "coverage/source/gdal/grib_bytes.h"
#include "coverage/source/gdal/grib_field.h"
#include "coverage/source/gdal/grib_file.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kFields = 200'000;
constexpr std::size_t kLongestSection = std::size_t{1} << 20;  ///< of those that are read

class Scanner {
 public:
  explicit Scanner(const std::string& path) : file_(path) {}

  GribContent run() {
    std::uint64_t at = 0;
    std::size_t messages = 0;
    while (find(at)) {
      try {
        at = message(at);
      } catch (const Error&) {
        if (messages == 0) throw;
        // What follows cannot be told from damage: what was whole stays.
        content_.remarks.push_back(
            fmt::format("after message {} it is damaged or cut short", messages));
        break;
      }
      ++messages;
      if (content_.fields.size() > kFields) {
        throw Error(ErrorKind::MalformedHolding, "", "it has more than 200000 fields");
      }
    }
    if (messages == 0) {
      throw Error(ErrorKind::MalformedHolding, "", "no message of GRIB was found in it");
    }
    for (const auto& [what, count] : left_out_) {
      content_.remarks.push_back(fmt::format("{} fields: {}", count, what));
    }
    return std::move(content_);
  }

 private:
  [[noreturn]] static void damaged(const char* what) {
    throw Error(ErrorKind::MalformedHolding, "", what);
  }

  /// Moves to the next message; between messages there may be headings of telecommunication.
  bool find(std::uint64_t& at) const {
    constexpr std::size_t kStep = std::size_t{64} << 10;
    while (at + 8 < file_.size()) {
      const std::string text = file_.bytes(at, kStep);
      const std::size_t found = text.find("GRIB");
      if (found != std::string::npos) {
        at += found;
        return true;
      }
      if (text.size() < 4) return false;
      at += text.size() - 3;
    }
    return false;
  }

  std::string section(std::uint64_t at, std::uint64_t length) const {
    if (length > kLongestSection) damaged("a section of a message is too long");
    std::string bytes = file_.bytes(at, static_cast<std::size_t>(length));
    if (bytes.size() != length) damaged("it is cut short");
    return bytes;
  }

  /// @returns where the message ends
  std::uint64_t message(std::uint64_t at) {
    const std::string head = section(at, 8);
    content_.edition = static_cast<unsigned char>(head[7]);
    if (content_.edition == 1) return edition1(at);
    if (content_.edition == 2) return edition2(at);
    damaged("a message is of an edition other than 1 and 2");
  }

  std::uint64_t edition2(std::uint64_t at) {
    const std::string head = section(at, 16);
    const GribOctets indicator(head);
    const std::uint64_t length = indicator.number(9, 8);
    if (length < 20 || length > file_.size() - at) damaged("a message is cut short");
    const std::uint64_t end = at + length - 4;
    Grib2Sections sections;
    sections.discipline = indicator.u1(7);
    std::uint64_t place = at + 16;
    int within = 0;
    while (place + 5 <= end) {
      const std::string begin = section(place, 5);
      const GribOctets numbers(begin);
      const std::uint64_t size = numbers.number(1, 4);
      if (size < 5 || size > end - place) damaged("a section of a message is too long");
      switch (numbers.u1(5)) {
        case 1:
          sections.identification = section(place, size);
          break;
        case 3:
          sections.grid = section(place, size);
          break;
        case 4:
          sections.product = section(place, size);
          break;
        case 5:
          sections.packing = section(place, std::min<std::uint64_t>(size, 64));
          sections.packing_at = place;
          break;
        case 6:
          bitmap(place, size, sections);
          break;
        case 7:
          sections.data_at = place + 5;
          sections.data_bytes = size - 5;
          add(at, length, within++,
              [&](GribField& field, GribGrid& grid) { return read_grib2(sections, field, grid); });
          break;
        default:
          break;
      }
      place += size;
    }
    if (section(end, 4) != "7777") damaged("the end of a message is damaged");
    return at + length;
  }

  void bitmap(std::uint64_t at, std::uint64_t size, Grib2Sections& sections) const {
    constexpr std::uint64_t kHead = 6;
    constexpr int kHere = 0, kBefore = 254, kNone = 255;
    const std::string head = section(at, kHead);
    const int indicator = GribOctets(head).u1(kHead);
    if (indicator == kHere) {
      sections.bitmap_at = at + kHead;
      sections.bitmap_bytes = size - kHead;
    }
    sections.has_bitmap = indicator == kHere || (indicator == kBefore && sections.bitmap_at != 0);
    sections.known_bitmap = sections.has_bitmap || indicator == kNone;
  }

  std::uint64_t edition1(std::uint64_t at) {
    const std::string head = section(at, 8);
    std::uint64_t length = GribOctets(head).number(5, 3);
    const std::uint64_t product_at = at + 8;
    const std::string start = section(product_at, 3);
    const std::string product = section(product_at, GribOctets(start).number(1, 3));
    std::uint64_t place = product_at + product.size();
    std::string grid;
    const int flags = GribOctets(product).u1(8);
    const auto length_at = [&](std::uint64_t where) {
      const std::string bytes = section(where, 3);
      return GribOctets(bytes).number(1, 3);
    };
    if ((flags & 0x80) != 0) {
      grid = section(place, length_at(place));
      place += grid.size();
    }
    if ((flags & 0x40) != 0) place += length_at(place);
    // In the first half of octet 4 of the data.
    const std::string packing = section(place + 3, 1);
    if ((length & 0x800000) != 0) {
      // Messages over 8 MB count in units of 120 octets, less what the last section says.
      constexpr std::uint64_t kUnit = 120;
      const std::uint64_t left = length_at(place);
      length = (length & 0x7FFFFF) * kUnit;
      if (left < kUnit) length = length - left + 4;
    }
    if (length < 12 || length > file_.size() - at) damaged("a message is cut short");
    if (section(at + length - 4, 4) != "7777") damaged("the end of a message is damaged");
    add(at, length, 0, [&](GribField& field, GribGrid& one) -> std::string {
      // GDAL takes what is packed otherwise for simply packed, and gives other values.
      if ((static_cast<unsigned char>(packing[0]) & 0xC0) != 0) {
        return "values packed in the second order, or as spherical harmonics, are not served";
      }
      return read_grib1(product, grid, field, one);
    });
    return at + length;
  }

  template <typename Read>
  void add(std::uint64_t at, std::uint64_t length, int within, const Read& read) {
    GribField field;
    GribGrid grid;
    field.offset = at;
    field.length = length;
    field.within = within;
    field.edition = content_.edition;
    std::string refusal = read(field, grid);
    if (refusal.empty()) refusal = grid.refusal;
    if (!refusal.empty()) {
      ++left_out_[refusal];
      return;
    }
    const auto [known, is_new] = grids_.emplace(grid.fingerprint, content_.grids.size());
    if (is_new) content_.grids.push_back(grid);
    field.grid = known->second;
    content_.fields.push_back(std::move(field));
  }

  GribFile file_;
  GribContent content_;
  std::map<Fingerprint, std::size_t> grids_;
  std::map<std::string, std::size_t> left_out_;
};

}  // namespace

GribContent scan_grib(const std::string& path) { return Scanner(path).run(); }

}  // namespace gyre::coverage
