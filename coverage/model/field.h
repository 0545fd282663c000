#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/attribute.h"
#include "coverage/model/element_type.h"
#include "coverage/model/raw_block.h"

namespace gyre::coverage {

/// One stored value, exactly: integers beyond 2^53 included.
using Scalar = std::variant<std::int64_t, std::uint64_t, double>;

/// scale_factor and add_offset (CF 1.11, 8.1). Unpacked type: theirs when both agree, double on
/// mismatch or when they are neither float nor double; the storage type when not packed.
struct Packing {
  double scale = 1, offset = 0;
  bool packed = false;
  ElementType unpacked = ElementType::Float32;
  bool operator==(const Packing&) const = default;
};

/// Which raw values are missing (CF 1.11, 2.5.1), in the storage type. NaN always is.
struct MissingRule {
  std::vector<Scalar> fills;  ///< _FillValue and every missing_value; netCDF's default fill when
                              ///< neither is given and the type has two bytes or more
  std::optional<Scalar> valid_min, valid_max;
  bool operator==(const MissingRule&) const = default;
};

/// flag_values / flag_masks / flag_meanings (CF 1.11, 3.5), in the storage type.
struct Flag {
  std::optional<std::int64_t> value, mask;
  std::string meaning;
  bool operator==(const Flag&) const = default;
};

/// One variable of a coverage: what its values are.
struct Field {
  std::string name;  ///< as in the file
  std::string standard_name, long_name;
  std::string units;                            ///< CF units as in the file; empty: none given
  ElementType declared = ElementType::Float32;  ///< as the file declares it
  ElementType storage = ElementType::Float32;   ///< declared, with _Unsigned applied: of RawBlock
  Packing packing;
  MissingRule missing;
  std::vector<Flag> flags;
  Attributes attributes;                 ///< all of them, unchanged, for writing out again
  std::vector<std::size_t> chunk_shape;  ///< in domain-set dimension order; empty: contiguous
  bool operator==(const Field&) const = default;
};

/// The one routine that turns stored values into physical ones: masks raw values first, then
/// scales once in double and rounds to the unpacked type. Missing: NaN.
/// @param begin the first cell that is wanted; there are as many as `values` has room for
GYRE_API void unpack(const Field& field, const RawBlock& block, std::span<double> values,
                     std::size_t begin = 0);
/// Masks alone: 1 where missing.
GYRE_API void find_missing(const Field& field, const RawBlock& block,
                           std::span<std::uint8_t> missing);
/// `value` in the unpacked type's shortest decimal form that reads back the same; "NaN" if missing.
[[nodiscard]] GYRE_API std::string format_value(const Field& field, double value);
/// The physical value of one cell of a block, in the shortest form that reads back the same;
/// integers that are not packed are exact beyond 2^53. "NaN" if missing.
[[nodiscard]] GYRE_API std::string format_sample(const Field& field, const RawBlock& block,
                                                 std::size_t index);
/// Are its values directions in degrees, which go round? Between 359 and 1 lies 0.
[[nodiscard]] GYRE_API bool is_direction(const Field& field);
/// Valid range in physical units (unpacked), when the file gives one.
[[nodiscard]] GYRE_API std::optional<std::pair<double, double>> valid_range(const Field& field);

}  // namespace gyre::coverage
