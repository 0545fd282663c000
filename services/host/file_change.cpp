#include "services/host/file_change.h"

#include <filesystem>

#include "coverage/base/error.h"
#include "coverage/source/file_identity.h"

namespace gyre::host {

std::optional<coverage::FileIdentity> FileChange::now() const {
  std::error_code ignored;
  if (path_.empty() || !std::filesystem::is_regular_file(path_, ignored)) return std::nullopt;
  try {
    return coverage::identity_of(path_);
  } catch (const coverage::Error&) {  // it went meanwhile
    return std::nullopt;
  }
}

}  // namespace gyre::host
