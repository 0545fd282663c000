#pragma once

#include <string>

namespace gyre::host {

/// The socket nginx connects to. A unix socket's file is removed with it.
class ListenSocket {
 public:
  /// A stale file of a server that was killed is replaced; one that is answered is not.
  /// @throws std::runtime_error saying what to do
  [[nodiscard]] static ListenSocket on_path(const std::string& path);
  /// @param address "127.0.0.1:9000" or "[::1]:9000"
  [[nodiscard]] static ListenSocket on_address(const std::string& address);

  ListenSocket(ListenSocket&& other) noexcept;
  ListenSocket& operator=(ListenSocket&&) = delete;
  ~ListenSocket();

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] const std::string& name() const { return name_; }  ///< for the log
  /// Threads blocked in accept return with an error; new connections are refused.
  void shut_down() const;

 private:
  ListenSocket(int descriptor, std::string name, std::string path);
  int descriptor_;
  std::string name_;
  std::string path_;  ///< to remove; empty for TCP
};

}  // namespace gyre::host
