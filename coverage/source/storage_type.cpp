#include "coverage/source/storage_type.h"

#include <algorithm>
#include <cctype>

namespace gyre::coverage {

ElementType storage_type(const VariableSchema& variable) {
  std::string text = variable.attributes.text("_Unsigned").value_or("");
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (text == "true") {
    switch (variable.type) {
      case ElementType::Int8:
        return ElementType::UInt8;
      case ElementType::Int16:
        return ElementType::UInt16;
      case ElementType::Int32:
        return ElementType::UInt32;
      case ElementType::Int64:
        return ElementType::UInt64;
      default:
        return variable.type;
    }
  }
  if (text == "false") {
    switch (variable.type) {
      case ElementType::UInt8:
        return ElementType::Int8;
      case ElementType::UInt16:
        return ElementType::Int16;
      case ElementType::UInt32:
        return ElementType::Int32;
      case ElementType::UInt64:
        return ElementType::Int64;
      default:
        return variable.type;
    }
  }
  return variable.type;
}

}  // namespace gyre::coverage
