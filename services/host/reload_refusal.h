#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "coverage/archive/archive_status.h"

namespace gyre::host {

/// What a message about a configuration says: "/etc/gyre/gyre.yaml:12: server.threads: expected
/// ..." is line 12 of gyre.yaml, and the rest.
[[nodiscard]] coverage::ArchiveStatus::Refused refused_by(const std::string& message,
                                                          const std::string& config_file,
                                                          std::int64_t now_us);

/// Why the last reload was refused, until one is not. Thread-safe.
class ReloadRefusal {
 public:
  void set(std::optional<coverage::ArchiveStatus::Refused> refused) {
    const std::lock_guard lock(mutex_);
    refused_ = std::move(refused);
  }
  [[nodiscard]] std::optional<coverage::ArchiveStatus::Refused> get() const {
    const std::lock_guard lock(mutex_);
    return refused_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<coverage::ArchiveStatus::Refused> refused_;
};

}  // namespace gyre::host
