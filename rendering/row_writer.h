#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "coverage/base/export.h"

namespace gyre::rendering {

/// Makes a file of a picture that comes rows by rows, from the top, so that it need not be held
/// whole. Not for several threads.
class GYRE_API RowWriter {
 public:
  virtual ~RowWriter() = default;
  /// @param rows whole rows, one after the other; all of them have as many as the picture is high
  virtual void add(std::span<const std::uint8_t> rows) = 0;
  /// The file, when all rows are there.
  [[nodiscard]] virtual std::string finish() = 0;
};

}  // namespace gyre::rendering
