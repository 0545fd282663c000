#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <map>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/base/error.h"
#include "coverage/source/gdal/grib1_message.h"
#include "coverage/source/gdal/grib2_message.h"
#include "coverage/source/gdal/grib_bytes.h"
#include "coverage/source/gdal/grib_field.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kFields = 200'000;
constexpr std::size_t kLongestSection = std::size_t{1} << 20;  ///< of those that are read

class File {
 public:
  explicit File(const std::string& path)
      : file_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
    struct stat status = {};
    if (file_ < 0 || ::fstat(file_, &status) != 0) {
      throw Error(ErrorKind::MalformedHolding, "",
                  fmt::format("it cannot be opened: {}", std::strerror(errno)));
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
  }
  ~File() {
    if (file_ >= 0) ::close(file_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// As much of it as there is.
  [[nodiscard]] std::string bytes(std::uint64_t offset, std::size_t count) const {
    std::string text(count, '\0');
    std::size_t done = 0;
    while (done < count) {
      const ssize_t got =
          ::pread(file_, text.data() + done, count - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      done += static_cast<std::size_t>(got);
    }
    text.resize(done);
    return text;
  }

 private:
  int file_;
  std::uint64_t size_ = 0;
};

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
          break;
        case 6:
          bitmap(place, size, sections);
          break;
        case 7:
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

  File file_;
  GribContent content_;
  std::map<Fingerprint, std::size_t> grids_;
  std::map<std::string, std::size_t> left_out_;
};

}  // namespace

std::vector<std::uint8_t> bitmap_of(const std::string& path, const GribField& field,
                                    const GribGrid& grid) {
  const std::size_t cells = grid.rows * grid.columns;
  const std::string bits = File(path).bytes(field.bitmap_at, (cells + 7) / 8);
  if (bits.size() != (cells + 7) / 8) {
    throw Error(ErrorKind::MalformedHolding, "", "a bitmap is cut short");
  }
  constexpr int kNorthward = 0x40, kByColumns = 0x20, kBackAndForth = 0x10;
  std::vector<std::uint8_t> there(cells);
  for (std::size_t row = 0; row < grid.rows; ++row) {
    const std::size_t r = (grid.scanning & kNorthward) != 0 ? grid.rows - 1 - row : row;
    const bool back = (grid.scanning & kBackAndForth) != 0 && r % 2 == 1;
    for (std::size_t column = 0; column < grid.columns; ++column) {
      const std::size_t c = back ? grid.columns - 1 - column : column;
      const std::size_t bit =
          (grid.scanning & kByColumns) != 0 ? c * grid.rows + r : r * grid.columns + c;
      there[row * grid.columns + column] =
          (static_cast<unsigned char>(bits[bit / 8]) >> (7 - bit % 8)) & 1;
    }
  }
  return there;
}

GribContent scan_grib(const std::string& path) { return Scanner(path).run(); }

}  // namespace gyre::coverage
