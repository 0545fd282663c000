#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// What a dataset's id is made from.
struct Naming {
  std::string path;                       ///< unique: root and path below it
  std::string relative;                   ///< path below the root
  std::optional<std::string> configured;  ///< the operator's name for it
};

/// One id each, in the same order. Where several want the same, all get '_' and 6 hexadecimal
/// digits of their path's hash and a warning is logged; configured names stay as they are among
/// names that are not. A pure function of its input.
[[nodiscard]] std::vector<std::string> assign_ids(const std::vector<Naming>& names);

/// 6 hexadecimal digits of a hash (FNV-1a) of `text`, the same on every machine.
[[nodiscard]] std::string short_hash(const std::string& text);

/// `text` as an XML NCName of ASCII letters, digits, '.', '-' and '_' (DESIGN 2).
[[nodiscard]] std::string identifier(const std::string& text);

}  // namespace gyre::coverage
