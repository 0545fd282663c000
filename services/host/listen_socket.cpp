#include "services/host/listen_socket.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "services/host/addresses.h"

namespace gyre::host {
namespace {

constexpr int kBacklog = 1024;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(fmt::format("{}: {}", what, std::generic_category().message(errno)));
}

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    throw std::runtime_error(fmt::format("socket {}: the path is empty or longer than {} bytes",
                                         path, sizeof address.sun_path - 1));
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

/// Removes what a killed server left; refuses to take a living server's place.
void clear_stale(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) {
    throw std::runtime_error(fmt::format("socket {}: there is a file of that name", path));
  }
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool answered =
      ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(probe);
  if (answered) {
    throw std::runtime_error(fmt::format("socket {}: another server listens there", path));
  }
  ::unlink(path.c_str());
}

}  // namespace

ListenSocket::ListenSocket(int descriptor, std::string name, std::string path)
    : descriptor_(descriptor), name_(std::move(name)), path_(std::move(path)) {}

ListenSocket::ListenSocket(ListenSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      name_(std::move(other.name_)),
      path_(std::exchange(other.path_, {})) {}

ListenSocket::~ListenSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

void ListenSocket::shut_down() const { ::shutdown(descriptor_, SHUT_RDWR); }

ListenSocket ListenSocket::on_path(const std::string& path) {
  const sockaddr_un address = unix_address(path);
  clear_stale(path, address);
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) fail("socket");
  ListenSocket socket(descriptor, "unix:" + path, "");
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail("socket " + path);
  }
  socket.path_ = path;
  // nginx may run as another user; who may reach the folder may connect.
  if (::chmod(path.c_str(), 0666) != 0 || ::listen(descriptor, kBacklog) != 0) {
    fail("socket " + path);
  }
  return socket;
}

ListenSocket ListenSocket::on_address(const std::string& address) {
  if (!is_host_and_port(address)) {  // getaddrinfo would take port 99999 for 34463
    throw std::runtime_error(fmt::format("listen {}: expected host:port", address));
  }
  const std::size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.empty() ? nullptr : host.c_str(), address.c_str() + colon + 1, &hints,
                    &found) != 0) {
    throw std::runtime_error(fmt::format("listen {}: no such address", address));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  const int descriptor = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) fail("socket");
  ListenSocket socket(descriptor, address, "");
  const int yes = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(descriptor, found->ai_addr, found->ai_addrlen) != 0 ||
      ::listen(descriptor, kBacklog) != 0) {
    fail("listen " + address);
  }
  return socket;
}

}  // namespace gyre::host
