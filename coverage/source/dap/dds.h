#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::coverage::dap {

/// The types of DAP2 (ESE-RFC-004 1.2, 4 and 7.2.2).
enum class DapType : std::uint8_t {
  Byte,
  Int16,
  UInt16,
  Int32,
  UInt32,
  Float32,
  Float64,
  String,
  Url,
  Structure,
  Grid,      ///< members: the array, then its maps
  Sequence,  ///< a table, which is not read
};

struct DapDimension {
  std::string name;  ///< empty: it has none
  std::size_t size = 0;
  bool operator==(const DapDimension&) const = default;
};

/// One declaration of a DDS, with those within it.
struct DapDeclaration {
  DapType type = DapType::Structure;
  std::string name;  ///< as it is written there: other characters by %XX
  std::vector<DapDimension> dimensions;
  std::vector<DapDeclaration> members;
  [[nodiscard]] bool is_simple() const { return type < DapType::Structure; }
  bool operator==(const DapDeclaration&) const = default;
};

struct Dds {
  std::string name;
  std::vector<DapDeclaration> members;
};

/// The type that a word of a DDS or DAS names, in any case of letters.
[[nodiscard]] std::optional<DapType> type_named(std::string_view word);

/// Reads a Dataset Descriptor Structure.
/// @throws Error{MalformedHolding}: "line 7 of its DDS: ..."; also when it declares more, deeper or
/// longer than DescribeLimits believe
[[nodiscard]] GYRE_API Dds parse_dds(std::string_view text);

/// Is it an answer of DAP2 that tells an error? Some servers send these with status 200.
[[nodiscard]] GYRE_API bool is_dap_error(std::string_view text);

/// What the error says, for a log: printable, and not long.
[[nodiscard]] std::string words_of_dap_error(std::string_view text);

}  // namespace gyre::coverage::dap
