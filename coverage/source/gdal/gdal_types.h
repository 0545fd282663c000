#pragma once

#include <optional>

#include <gdal.h>

#include "coverage/model/element_type.h"

namespace gyre::coverage {

/// The type that GDAL reads; absent: complex numbers, or one that is not known.
[[nodiscard]] std::optional<ElementType> element_type_of(GDALDataType type);

/// As GDAL 3.6 holds them: bytes have no sign there.
[[nodiscard]] GDALDataType gdal_type_of(ElementType type);

}  // namespace gyre::coverage
