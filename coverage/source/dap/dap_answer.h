#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/source/dap/dap_schema.h"

namespace gyre::coverage::dap {

/// The most bytes that an answer about `shape` cells of the variable can rightly have: its DDS and
/// its values, and when the whole Grid was asked those of the maps.
[[nodiscard]] GYRE_API std::size_t most_answer_bytes(const DapVariable& variable,
                                                     const std::vector<std::size_t>& shape);

/// Writes the numbers of the variable within a `.dods` answer to `into`: a DDS, a line "Data:" and
/// values of all that it declares in XDR. The answer has to hold the variable once, with that
/// type and shape, and to end with its values; what else it declares is passed over.
/// @pre `into` has room for just that
/// @throws Error{MalformedHolding}; Error{Unreachable} when the server tells an error instead
GYRE_API void numbers_of_answer(std::span<const std::byte> answer, const DapVariable& variable,
                                const std::vector<std::size_t>& shape, std::span<std::byte> into);

/// The same of texts, without the NULs and blanks that fill them up.
[[nodiscard]] GYRE_API std::vector<std::string> texts_of_answer(
    std::span<const std::byte> answer, const DapVariable& variable,
    const std::vector<std::size_t>& shape);

}  // namespace gyre::coverage::dap
