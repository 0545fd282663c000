#include "coverage/source/dap/dap_answer.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <string_view>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/dap/dap_attributes.h"
#include "coverage/source/dap/xdr.h"

namespace gyre::coverage::dap {
namespace {

constexpr std::size_t kMostDds = 64u << 10;

[[noreturn]] void malformed(const std::string& why) {
  throw Error(ErrorKind::MalformedHolding, "", why);
}

/// Bytes of one value in an array.
std::size_t wire_size(DapType type) {
  switch (type) {
    case DapType::Byte:
      return 1;
    case DapType::Float64:
      return 8;
    default:
      return 4;
  }
}

std::size_t cells_of(const DapDeclaration& one) {
  std::size_t cells = 1;
  for (const DapDimension& dimension : one.dimensions) {
    constexpr std::size_t kMost = 0x7fffffff;
    if (dimension.size != 0 && cells > kMost / dimension.size) malformed("it declares too much");
    cells *= dimension.size;
  }
  return cells;
}

template <typename T>
void copy_swapped(std::span<const std::byte> from, std::span<std::byte> into) {
  for (std::size_t i = 0; i + sizeof(T) <= from.size(); i += sizeof(T)) {
    T value;
    std::memcpy(&value, &from[i], sizeof(T));
    if constexpr (std::endian::native == std::endian::little) {
      value = sizeof(T) == 4 ? static_cast<T>(__builtin_bswap32(static_cast<std::uint32_t>(value)))
                             : static_cast<T>(__builtin_bswap64(value));
    }
    std::memcpy(&into[i], &value, sizeof(T));
  }
}

/// Values of 16 bits, which come as 32.
void copy_narrowed(std::span<const std::byte> from, std::span<std::byte> into) {
  for (std::size_t i = 0; i * 4 + 4 <= from.size(); ++i) {
    const auto value = static_cast<std::uint16_t>(std::to_integer<unsigned>(from[i * 4 + 2]) << 8 |
                                                  std::to_integer<unsigned>(from[i * 4 + 3]));
    std::memcpy(&into[i * 2], &value, 2);
  }
}

class Answer {
 public:
  Answer(std::span<const std::byte> answer, const DapVariable& variable,
         const std::vector<std::size_t>& shape)
      : variable_(variable), shape_(shape), reader_({}) {
    const std::string_view text(reinterpret_cast<const char*>(answer.data()), answer.size());
    const std::string_view head = text.substr(0, kMostDds);
    if (is_dap_error(head)) {
      throw Error(ErrorKind::Unreachable, variable.path.back(),
                  "The server that holds the data failed to answer; please ask again later.");
    }
    // The DDS ends where the values begin: they are no text.
    const std::size_t data = head.find("\nData:");
    if (data == head.npos) malformed("the answer is none of OPeNDAP's");
    dds_ = parse_dds(head.substr(0, data));
    std::size_t at = data + 6;
    if (at < head.size() && head[at] == '\r') ++at;
    if (at >= head.size() || head[at] != '\n') malformed("the answer is none of OPeNDAP's");
    reader_ = XdrReader(answer.subspan(at + 1));
  }

  /// Passes over everything but the variable, which `read` reads.
  void walk(const std::function<void(XdrReader&, bool)>& read) {
    for (const DapDeclaration& one : dds_.members) pass(one, Place::Plain, read);
    if (!found_) malformed("the answer does not hold what was asked");
    if (reader_.left() != 0) {
      malformed(fmt::format("{} bytes follow what the answer declares", reader_.left()));
    }
  }

 private:
  enum class Place { Plain, ArrayOfGrid, MapOfGrid };

  void pass(const DapDeclaration& one, Place place,
            const std::function<void(XdrReader&, bool)>& read) {
    if (!one.is_simple()) {
      if (one.type == DapType::Sequence || !one.dimensions.empty()) {
        malformed("the answer holds a sequence or an array of structures");
      }
      for (std::size_t i = 0; i < one.members.size(); ++i) {
        pass(one.members[i],
             one.type != DapType::Grid ? Place::Plain
             : i == 0                  ? Place::ArrayOfGrid
                                       : Place::MapOfGrid,
             read);
      }
      return;
    }
    const std::size_t cells = cells_of(one);
    const bool is_array = !one.dimensions.empty();
    const Place wanted = variable_.map_of ? Place::MapOfGrid : Place::ArrayOfGrid;
    if (one.name == variable_.path.back() && (place == Place::Plain || place == wanted)) {
      if (found_) malformed("the answer holds it twice");
      check(one);
      found_ = true;
      return read(reader_, is_array);
    }
    if (element_type_of(one.type) == ElementType::String) {
      if (is_array) reader_.length(cells, 1);
      for (std::size_t i = 0; i < cells; ++i) reader_.skip_text();
    } else {
      if (is_array) reader_.length(cells, 2);
      reader_.take(padded(cells * wire_size(one.type)));
    }
  }

  void check(const DapDeclaration& one) const {
    std::vector<std::size_t> shape;
    for (const DapDimension& dimension : one.dimensions) shape.push_back(dimension.size);
    if (one.type != variable_.type) malformed("the answer has another type than was described");
    if (shape != shape_) malformed("the answer has another shape than was asked");
  }

  const DapVariable& variable_;
  const std::vector<std::size_t>& shape_;
  Dds dds_;
  XdrReader reader_;
  bool found_ = false;
};

std::size_t cells_in(const std::vector<std::size_t>& shape) {
  std::size_t cells = 1;
  for (const std::size_t extent : shape) cells *= extent;
  return cells;
}

}  // namespace

std::size_t most_answer_bytes(const DapVariable& variable, const std::vector<std::size_t>& shape) {
  std::size_t bytes = kMostDds + padded(cells_in(shape) * wire_size(variable.type)) + 8;
  if (!variable.in_grid) return bytes;
  constexpr std::size_t kOfMap = 8;  // a value, or the length told twice
  for (const std::size_t extent : shape) bytes += kOfMap + extent * kOfMap;
  return bytes + variable.grid_rank * 2 * kOfMap;
}

void numbers_of_answer(std::span<const std::byte> answer, const DapVariable& variable,
                       const std::vector<std::size_t>& shape, std::span<std::byte> into) {
  const std::size_t cells = cells_in(shape);
  Answer(answer, variable, shape).walk([&](XdrReader& reader, bool is_array) {
    if (is_array) reader.length(cells, 2);
    const auto values = reader.take(padded(cells * wire_size(variable.type)));
    switch (variable.type) {
      case DapType::Byte:
        if (is_array) {
          std::copy_n(values.begin(), cells, into.begin());
        } else {  // libdap sends it as an integer, others as a byte that is filled up
          into[0] = values[3] != std::byte{0} ? values[3] : values[0];
        }
        return;
      case DapType::Int16:
      case DapType::UInt16:
        return copy_narrowed(values, into);
      case DapType::Float64:
        return copy_swapped<std::uint64_t>(values, into);
      default:
        return copy_swapped<std::uint32_t>(values, into);
    }
  });
}

std::vector<std::string> texts_of_answer(std::span<const std::byte> answer,
                                         const DapVariable& variable,
                                         const std::vector<std::size_t>& shape) {
  std::vector<std::string> texts;
  Answer(answer, variable, shape).walk([&](XdrReader& reader, bool is_array) {
    const std::size_t cells = cells_in(shape);
    if (is_array) reader.length(cells, 1);
    constexpr std::size_t kShortest = 4;
    if (cells > reader.left() / kShortest) malformed("the answer ends early");
    for (std::size_t i = 0; i < cells; ++i) {
      std::string text(reader.text());
      text.erase(std::min(text.find('\0'), text.size()));
      text.erase(text.find_last_not_of(' ') + 1);
      texts.push_back(std::move(text));
    }
  });
  return texts;
}

}  // namespace gyre::coverage::dap
