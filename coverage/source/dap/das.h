#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/source/dap/dds.h"

namespace gyre::coverage::dap {

/// One attribute as it is written: its values are texts yet.
struct DasAttribute {
  DapType type = DapType::String;  ///< one of the simple ones
  std::string name;
  std::vector<std::string> values;
  bool operator==(const DasAttribute&) const = default;
};

/// A container of attributes: of a variable, of a structure, or of what a server makes up.
struct DasContainer {
  std::string name;
  std::vector<DasAttribute> attributes;
  std::vector<DasContainer> containers;
  bool operator==(const DasContainer&) const = default;
};

struct Das {
  DasContainer root;                 ///< without a name; its attributes stand in no container
  std::vector<std::string> remarks;  ///< what was left out
};

/// Reads a Dataset Attribute Structure (ESE-RFC-004 1.2, 7.2.1). Aliases are left out.
/// @throws Error{MalformedHolding}: "line 7 of its DAS: ...", also when it holds more, deeper or
/// longer than DescribeLimits believe
[[nodiscard]] GYRE_API Das parse_das(std::string_view text);

}  // namespace gyre::coverage::dap
