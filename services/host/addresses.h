#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/host/configuration.h"
#include "services/http/request.h"

namespace gyre::host {

/// Whether `address` is one of `networks` ("10.0.0.0/8", "::1", "127.0.0.1").
[[nodiscard]] bool is_within(std::string_view address, const std::vector<std::string>& networks);

/// Whether `text` is an address or a network that is_within() understands.
[[nodiscard]] bool is_network(std::string_view text);

/// Whether `text` is host:port with a port from 1 to 65535 ("127.0.0.1:9000", "[::1]:9000",
/// ":9000").
[[nodiscard]] bool is_host_and_port(std::string_view text);

/// What a request says of where it was sent, as far as it is believed.
struct Address {
  std::string base_url;        ///< what links begin with, no slash at the end
  std::string client_address;  ///< for the log
};

/// server.public_url decides. Without it: Forwarded (RFC 7239) or X-Forwarded-* of a trusted proxy;
/// else Host when it is in server.names; else the first of these with the port of the connection.
[[nodiscard]] Address address_of(const http::Request& request, const Configuration::Server& server);

/// Who really asks, for decisions: the nearest address that is no trusted proxy's, by the words of
/// trusted proxies alone. Empty when a proxy that is not trusted stands between on this machine, so
/// that nobody knows.
[[nodiscard]] std::string asking_address(const http::Request& request,
                                         const Configuration::Server& server);

/// May who asks see the status? Everybody; or from Configuration::Status::networks, under one of
/// the server's own names (no other site's, which a browser may have been led to take for it).
[[nodiscard]] bool may_see_status(const http::Request& request, const Configuration& configuration);

/// Path of a URL: "https://host/gyre" -> "/gyre", none -> "".
[[nodiscard]] std::string path_of_url(std::string_view url);

}  // namespace gyre::host
