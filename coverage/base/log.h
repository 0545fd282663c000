#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "coverage/base/export.h"

namespace gyre::coverage {

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error };

/// One line to the log (stderr until the host sets it up); never throws. Control characters in
/// `message` are escaped, so that no file name or request can forge a line.
GYRE_API void log(LogLevel level, std::string_view message) noexcept;
/// Lines below `level` are dropped.
GYRE_API void set_log_level(LogLevel level) noexcept;

}  // namespace gyre::coverage
