#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "coverage/model/file_identity.h"

namespace gyre::coverage::reader {

/// The files that readers died of, lately. Thread-safe.
class FatalFiles {
 public:
  /// Why this generation of the file is not to be tried again; absent: it may be.
  [[nodiscard]] std::optional<std::string> reason(const std::string& path,
                                                  const FileIdentity& identity) const;
  void died(const std::string& path, const FileIdentity& identity, const std::string& reason);
  void survived(const std::string& path);

 private:
  struct Deaths {
    FileIdentity identity;
    int in_a_row = 0;
    std::string reason;
  };
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Deaths> files_;
};

}  // namespace gyre::coverage::reader
