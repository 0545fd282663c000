#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "coverage/base/export.h"
#include "coverage/model/element_type.h"
#include "coverage/source/zarr/byte_source.h"
#include "coverage/source/zarr/zarr_values.h"

namespace gyre::coverage {

/// How a store lays down one value. In memory a number has the type `type` in native order; a text
/// of fixed length stays as it is stored; one of any length is the index of a text (uint32).
struct StoredType {
  enum class Kind { Number, Half, FixedBytes, FixedUtf32, AnyLength };
  Kind kind = Kind::Number;
  ElementType type = ElementType::Float32;  ///< as it is served
  std::size_t size = 4;                     ///< bytes in the store; 0 of AnyLength
  bool big_endian = false;

  /// Bytes in memory.
  [[nodiscard]] std::size_t item_size() const {
    if (kind == Kind::AnyLength) return sizeof(std::uint32_t);
    return type == ElementType::String ? size : size_of(type);
  }
  /// What byte order is about: 1 where there is none.
  [[nodiscard]] std::size_t swap_unit() const {
    if (kind == Kind::FixedUtf32) return 4;
    return kind == Kind::FixedBytes || kind == Kind::AnyLength ? 1 : size;
  }
};

/// A Zarr v2 dtype ("<f4", "|i1", ">i8", "|b1", "|S5", "<U9", "|O"); absent for what is not served.
/// Half floats become Float32 and booleans UInt8. "|O" is a text when its filters say so.
[[nodiscard]] GYRE_API std::optional<StoredType> stored_type_v2(const Json& dtype);

/// A Zarr v3 data_type ("float32", "string", {"name": "fixed_length_utf32", ...}).
[[nodiscard]] GYRE_API std::optional<StoredType> stored_type_v3(const Json& data_type);

/// fill_value as one item in memory; zeros for null. Absent when it is no value of the type. The
/// fill of texts is not looked at: it is empty.
[[nodiscard]] GYRE_API std::optional<Bytes> fill_item(const StoredType& type, const Json& value);

/// The number in `item` as _FillValue; absent for texts.
[[nodiscard]] GYRE_API std::optional<Attribute> fill_attribute(const StoredType& type,
                                                               const Bytes& item);

/// IEEE 754 binary16, and the nearest such number.
[[nodiscard]] GYRE_API float from_half(std::uint16_t bits);
[[nodiscard]] GYRE_API float rounded_to_half(double value);

}  // namespace gyre::coverage
