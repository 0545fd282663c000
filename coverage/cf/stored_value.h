#pragma once

#include <optional>
#include <vector>

#include "coverage/model/attribute.h"
#include "coverage/model/element_type.h"
#include "coverage/model/field.h"

namespace gyre::coverage::cf {

/// The elements of a numeric attribute, integers exact; text that is numbers counts, with or
/// without the suffixes of CDL ("-999", "1b, 2b").
[[nodiscard]] std::vector<Scalar> elements_of(const Attribute& attribute);

/// `value` in the storage type `type`, if that type can hold it: exactly for integers, to the
/// nearest for floats. A negative integer in an unsigned type is the same bits read unsigned when
/// `declared` is the signed type of that size (_Unsigned).
[[nodiscard]] std::optional<Scalar> as_stored(const Scalar& value, ElementType type,
                                              ElementType declared);

/// netCDF's default fill value of a declared type, for types of two bytes or more.
[[nodiscard]] std::optional<Scalar> default_fill(ElementType declared);

}  // namespace gyre::coverage::cf
