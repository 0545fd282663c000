#include "coverage/source/gdal/gdal_types.h"

namespace gyre::coverage {

std::optional<ElementType> element_type_of(GDALDataType type) {
  switch (type) {
    case GDT_Byte:
      return ElementType::UInt8;
    case GDT_UInt16:
      return ElementType::UInt16;
    case GDT_Int16:
      return ElementType::Int16;
    case GDT_UInt32:
      return ElementType::UInt32;
    case GDT_Int32:
      return ElementType::Int32;
    case GDT_UInt64:
      return ElementType::UInt64;
    case GDT_Int64:
      return ElementType::Int64;
    case GDT_Float32:
      return ElementType::Float32;
    case GDT_Float64:
      return ElementType::Float64;
    default:
      return std::nullopt;
  }
}

GDALDataType gdal_type_of(ElementType type) {
  switch (type) {
    case ElementType::Int8:
    case ElementType::UInt8:
      return GDT_Byte;
    case ElementType::Int16:
      return GDT_Int16;
    case ElementType::UInt16:
      return GDT_UInt16;
    case ElementType::Int32:
      return GDT_Int32;
    case ElementType::UInt32:
      return GDT_UInt32;
    case ElementType::Int64:
      return GDT_Int64;
    case ElementType::UInt64:
      return GDT_UInt64;
    case ElementType::Float32:
      return GDT_Float32;
    default:
      return GDT_Float64;
  }
}

}  // namespace gyre::coverage
