#pragma once

#include <optional>
#include <string>

#include "coverage/model/file_identity.h"

namespace gyre::host {

/// Tells, when asked from time to time, that a file became another one and was not written to since
/// the time before.
class FileChange {
 public:
  explicit FileChange(std::string path) : path_(std::move(path)), taken_(now()), seen_(taken_) {}

  /// Once for each change; never of a file that is not there.
  [[nodiscard]] bool happened() {
    const auto found = now();
    const bool rests = found == seen_;
    seen_ = found;
    if (!found || !rests || found == taken_) return false;
    taken_ = found;
    return true;
  }
  /// What the file is now is taken note of already.
  void taken() { taken_ = seen_ = now(); }

 private:
  [[nodiscard]] std::optional<coverage::FileIdentity> now() const;

  std::string path_;
  std::optional<coverage::FileIdentity> taken_, seen_;
};

}  // namespace gyre::host
