#include "coverage/source/classic_header.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "coverage/base/error.h"

namespace gyre::coverage {
namespace {

[[noreturn]] void damaged(const std::string& what) {
  throw Error(ErrorKind::MalformedHolding, "", "its NetCDF header is damaged: " + what);
}

/// Big-endian numbers one after the other; counts and offsets are wider in later versions.
class HeaderReader {
 public:
  explicit HeaderReader(const std::string& path) : in_(path, std::ios::binary) {
    in_.seekg(0, std::ios::end);
    size_ = static_cast<std::uint64_t>(std::max<std::streamoff>(in_.tellg(), 0));
    in_.seekg(3);
    version_ = static_cast<int>(number(1));
  }
  [[nodiscard]] std::uint64_t file_size() const { return size_; }
  std::uint64_t number(int bytes) {
    std::array<char, 8> raw{};
    if (!in_.read(raw.data(), bytes)) damaged("it ends within the header");
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) {
      value = value << 8 | static_cast<unsigned char>(raw[static_cast<std::size_t>(i)]);
    }
    return value;
  }
  std::uint64_t count() { return number(version_ == 5 ? 8 : 4); }
  std::uint64_t offset() { return number(version_ == 1 ? 4 : 8); }
  void skip(std::uint64_t bytes) {
    in_.seekg(static_cast<std::streamoff>(padded(bytes)), std::ios::cur);
  }
  std::string name() {
    const std::uint64_t length = count();
    const std::uint64_t whole = padded(length);
    if (length > kNameBytes) damaged("a name is longer than names may be");
    std::string text(static_cast<std::size_t>(whole), '\0');
    if (!in_.read(text.data(), static_cast<std::streamsize>(whole))) {
      damaged("it ends within the header");
    }
    text.resize(static_cast<std::size_t>(length));
    return text;
  }
  /// Elements of a list of `tag`; each takes at least 8 bytes, which bounds what may be allocated.
  std::uint64_t list(std::uint64_t tag) {
    const std::uint64_t found = number(4);
    const std::uint64_t elements = count();
    if (found == 0 && elements == 0) return 0;
    if (found != tag) damaged("a list is missing");
    if (elements > size_ / 8) damaged("it lists more than the file can hold");
    return elements;
  }
  /// All ones where the number of records was not known when the file was written.
  [[nodiscard]] bool streaming(std::uint64_t records) const {
    return records == (version_ == 5 ? ~std::uint64_t{0} : 0xffffffffU);
  }

 private:
  static constexpr std::uint64_t kNameBytes = 4096;
  /// Names and values are padded to 4 bytes; checked against the end of the file.
  std::uint64_t padded(std::uint64_t bytes) {
    const std::uint64_t whole = (bytes + 3) / 4 * 4;
    if (bytes > size_ || whole > size_ - std::min(size_, position())) {
      damaged("it ends within the header");
    }
    return whole;
  }
  std::uint64_t position() { return static_cast<std::uint64_t>(in_.tellg()); }
  std::ifstream in_;
  std::uint64_t size_ = 0;
  int version_ = 1;
};

std::uint64_t bytes_of_type(std::uint64_t type) {
  constexpr std::array<std::uint64_t, 12> kBytes{0, 1, 1, 2, 4, 4, 8, 1, 2, 4, 8, 8};
  if (type == 0 || type >= kBytes.size()) damaged("an unknown type");
  return kBytes[type];
}

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  if (b != 0 && a > std::uint64_t{1} << 62 && b > 1) damaged("a variable is too large");
  if (b != 0 && a > (std::uint64_t{1} << 62) / b) damaged("a variable is too large");
  return a * b;
}

void skip_attributes(HeaderReader& header) {
  constexpr std::uint64_t kAttributes = 12;
  for (std::uint64_t n = header.list(kAttributes); n > 0; --n) {
    header.skip(header.count());  // name
    const std::uint64_t width = bytes_of_type(header.number(4));
    header.skip(times(header.count(), width));
  }
}

struct VariableExtent {
  std::string name;
  std::uint64_t type = 0;
  std::uint64_t begin = 0, bytes = 0;  ///< of one record for record variables
  bool record = false;
};

constexpr std::uint64_t kChar = 2;

std::vector<VariableExtent> read_variables(HeaderReader& header) {
  constexpr std::uint64_t kDimensions = 10, kVariables = 11;
  std::vector<std::uint64_t> sizes;
  std::optional<std::uint64_t> record_dimension;
  for (std::uint64_t n = header.list(kDimensions); n > 0; --n) {
    header.skip(header.count());
    const std::uint64_t size = header.count();
    if (size == 0) record_dimension = sizes.size();
    sizes.push_back(size);
  }
  skip_attributes(header);
  std::vector<VariableExtent> variables;
  for (std::uint64_t n = header.list(kVariables); n > 0; --n) {
    VariableExtent variable;
    variable.name = header.name();
    const std::uint64_t rank = header.count();
    if (rank > sizes.size() + 1024) damaged("a variable has too many dimensions");
    variable.bytes = 1;
    for (std::uint64_t d = 0; d < rank; ++d) {
      const std::uint64_t dimension = header.count();
      if (dimension >= sizes.size()) damaged("a variable names a dimension that is not there");
      if (d == 0 && record_dimension == dimension) {
        variable.record = true;
      } else {
        variable.bytes = times(variable.bytes, sizes[dimension]);
      }
    }
    skip_attributes(header);
    variable.type = header.number(4);
    variable.bytes = times(variable.bytes, bytes_of_type(variable.type));
    header.count();  // vsize: redundant, and wrong by design for large variables
    variable.begin = header.offset();
    variables.push_back(variable);
  }
  return variables;
}

/// Bytes from one record to the next. Records are padded to 4 bytes a variable, except where there
/// is one record variable only.
std::uint64_t record_stride(const std::vector<VariableExtent>& variables) {
  std::uint64_t padded = 0, alone = 0, count = 0;
  for (const VariableExtent& variable : variables) {
    if (!variable.record) continue;
    ++count;
    padded += (variable.bytes + 3) / 4 * 4;
    alone = variable.bytes;
  }
  return count == 1 ? alone : padded;
}

/// The variables of a file that is as long as they need.
std::vector<VariableExtent> checked_variables(const std::string& path) {
  HeaderReader header(path);
  const std::uint64_t records = header.count();
  std::vector<VariableExtent> variables = read_variables(header);
  const std::uint64_t stride = record_stride(variables);
  std::uint64_t needed = 0;
  for (const VariableExtent& variable : variables) {
    std::uint64_t end = variable.begin;
    if (!variable.record) {
      end += variable.bytes;
    } else if (records > 0 && !header.streaming(records)) {
      end += times(records - 1, stride) + variable.bytes;
    }
    if (variable.begin > std::uint64_t{1} << 62) damaged("a variable begins nowhere");
    needed = std::max(needed, end);
  }
  if (needed > header.file_size()) {
    throw Error(ErrorKind::MalformedHolding, "",
                fmt::format("it is truncated: {} bytes long where its header asks for {}",
                            header.file_size(), needed));
  }
  return variables;
}

}  // namespace

void check_classic_file(const std::string& path) { static_cast<void>(checked_variables(path)); }

std::map<std::string, VariableLayout> classic_layouts(const std::string& path) {
  const std::vector<VariableExtent> variables = checked_variables(path);
  std::map<std::string, VariableLayout> layouts;
  for (const VariableExtent& variable : variables) {
    if (variable.type == kChar) continue;
    VariableLayout& layout = layouts[variable.name];
    layout.kind =
        variable.record ? VariableLayout::Kind::Records : VariableLayout::Kind::Contiguous;
    layout.big_endian = true;
    layout.offset = variable.begin;
    layout.record_stride = variable.record ? record_stride(variables) : 0;
  }
  return layouts;
}

}  // namespace gyre::coverage
