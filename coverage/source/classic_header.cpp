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
    const std::uint64_t padded = (bytes + 3) / 4 * 4;
    if (bytes > size_ || padded > size_ - std::min(size_, position())) {
      damaged("it ends within the header");
    }
    in_.seekg(static_cast<std::streamoff>(padded), std::ios::cur);
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
  std::uint64_t begin = 0, bytes = 0;  ///< of one record for record variables
  bool record = false;
};

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
    header.skip(header.count());
    VariableExtent variable;
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
    variable.bytes = times(variable.bytes, bytes_of_type(header.number(4)));
    header.count();  // vsize: redundant, and wrong by design for large variables
    variable.begin = header.offset();
    variables.push_back(variable);
  }
  return variables;
}

}  // namespace

void check_classic_file(const std::string& path) {
  HeaderReader header(path);
  const std::uint64_t records = header.count();
  const std::vector<VariableExtent> variables = read_variables(header);

  // Records are padded to 4 bytes a variable, except where there is one record variable only.
  std::uint64_t record_bytes = 0, record_variables = 0;
  for (const VariableExtent& variable : variables) {
    if (!variable.record) continue;
    ++record_variables;
    record_bytes += (variable.bytes + 3) / 4 * 4;
  }
  std::uint64_t needed = 0;
  for (const VariableExtent& variable : variables) {
    std::uint64_t end = variable.begin;
    if (!variable.record) {
      end += variable.bytes;
    } else if (records > 0 && !header.streaming(records)) {
      const std::uint64_t stride = record_variables == 1 ? variable.bytes : record_bytes;
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
}

}  // namespace gyre::coverage
