#pragma once

#include <memory>
#include <string>

#include "services/http/request.h"
#include "services/http/response.h"

namespace gyre::requests {

/// The server that golden requests are sent to, in this process: the files of tests/requests/data
/// (built by ncgen into a scratch folder), published with fixed settings, clock and addresses, and
/// every service in one dispatcher.
class World {
 public:
  /// @param data folder with *.cdl and gyre.yaml; @param modules folder with the services
  World(const std::string& data, const std::string& modules);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] http::Response answer(const http::Request& request) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The bytes a client would get.
[[nodiscard]] std::string bytes_of(const http::Response& response);

}  // namespace gyre::requests
