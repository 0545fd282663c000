#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "services/http/request.h"
#include "services/http/response.h"

namespace gyre::host {

/// Answers FastCGI requests from a listening socket in threads of its own, by libfcgi.
/// `fastcgi_keep_conn` must be off in nginx: a kept connection binds its thread while idle. There
/// is no mutex around accept: it would be held while waiting (measured: all threads starve). Where
/// threads wait for slow clients there are more of them.
class FastCgiServer {
 public:
  /// What the server asks for each request.
  struct Callbacks {
    std::function<http::Response(const http::Request&)> handle;
    std::function<std::size_t()> body_limit;  ///< longer bodies are not read
    std::function<std::string(const http::Request&)> client_address;  ///< for the log
  };
  FastCgiServer(int listen_descriptor, std::size_t threads, Callbacks callbacks);
  ~FastCgiServer();
  FastCgiServer(const FastCgiServer&) = delete;
  FastCgiServer& operator=(const FastCgiServer&) = delete;

  /// Removes finished files that nginx has opened long since, and starts threads in stead of those
  /// that wait for slow clients. To be called now and then.
  void sweep() const;
  /// No thread accepts any more once the listening socket is shut down too.
  void stop_accepting() const;
  /// Whoever is being answered: the answer is broken off where its work looks next.
  void break_off() const;
  /// Waits for the requests that are being answered. @returns whether all ended within `wait_s`
  [[nodiscard]] bool drain(double wait_s);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace gyre::host
