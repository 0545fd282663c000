#pragma once

#include "coverage/base/export.h"
#include "coverage/model/field.h"

namespace gyre::coverage::cf {

/// A field with a stored value that says "missing", which its attributes tell.
struct RoomForMissing {
  Field field;  ///< as the one asked about, but for what makes room
  Scalar fill;  ///< in its storage type
  /// Bytes that may all be data become two: whoever stores them puts `fill` for what is missing.
  bool widened = false;
};

/// The field's own fill value, else netCDF's default one of its type, else NaN of floats, else a
/// wider type: int16 with -32768.
[[nodiscard]] GYRE_API RoomForMissing with_room_for_missing(const Field& field);

/// A number of the storage type as attributes of the declared type have it: what _Unsigned says is
/// undone. Floats of float32 fields are float32.
[[nodiscard]] GYRE_API Attribute stored_attribute(const char* name, const Field& field,
                                                  const std::vector<Scalar>& values);

/// valid_min, valid_max and valid_range in stored numbers, from the field's rule; earlier ones go.
GYRE_API void tell_valid_range(Field& field);

}  // namespace gyre::coverage::cf
