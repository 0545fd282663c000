#pragma once

#include <functional>
#include <string>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// Who is told that a holding is no longer the one that is known, by whoever noticed when reading:
/// the kernel does not tell of everything (a further link to a file, say). One at a time, of the
/// process; empty: nobody. Called from any thread; must not read itself.
GYRE_API void on_change(std::function<void(const std::string& path)> told);

/// Tells of it. @param path as the index has it
GYRE_API void tell_change(const std::string& path);

}  // namespace gyre::coverage
