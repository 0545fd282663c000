#pragma once

#include <string>

#include "coverage/base/export.h"
#include "coverage/model/file_identity.h"

namespace gyre::coverage {

/// Never opens a file. Of an address: as it was when it was last looked at (remote_holding).
/// @throws Error{MalformedHolding} when it cannot be reached, saying why
[[nodiscard]] GYRE_API FileIdentity identity_of(const std::string& path);

}  // namespace gyre::coverage
