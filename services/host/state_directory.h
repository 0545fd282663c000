#pragma once

#include <string>
#include <vector>

namespace gyre::host {

/// Could a server have its state there? Makes nothing.
/// @throws std::runtime_error when it lies within a data root, or cannot be made
void check_state_directory(const std::string& path, const std::vector<std::string>& data_roots);

/// Gyre's own folder, held for as long as this object lives: one server at a time.
class StateDirectory {
 public:
  /// Makes it, takes its lock, and removes what a killed server left in spool/.
  /// @throws std::runtime_error when it cannot be made, is in use, or lies within a data root
  StateDirectory(const std::string& path, const std::vector<std::string>& data_roots);
  ~StateDirectory();
  StateDirectory(const StateDirectory&) = delete;
  StateDirectory& operator=(const StateDirectory&) = delete;

  [[nodiscard]] std::string spool() const { return path_ + "/spool"; }

 private:
  std::string path_;
  int lock_ = -1;
};

}  // namespace gyre::host
