#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// A part of a file's name that counts something.
struct NameToken {
  enum class Kind : std::uint8_t {
    Digits,  ///< who knows what
    Date,    ///< "20260131", "2026013112", "2026-01-31", "20260131T12", "202601", "2026"
    Member,  ///< "01" of "_m01", "r1i1p1f1"
    Lead     ///< "006" of "_f006" and "+006H"
  } kind = Kind::Digits;
  std::size_t begin = 0, end = 0;  ///< in the name
  std::string format;              ///< of a date, as patterns of names have it: "%Y%m%d"
  /// The letters that belong to it: "m01", "f006", "006H".
  std::size_t word_begin = 0, word_end = 0;
};

/// All digits of a name in order, each in one token.
[[nodiscard]] GYRE_API std::vector<NameToken> tokens_of(std::string_view name);

}  // namespace gyre::coverage
