#include "services/host/addresses.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include <arpa/inet.h>

#include "services/http/text.h"

namespace gyre::host {
namespace {

/// An IP address in 128 bits; IPv4 as ::ffff:a.b.c.d, so that both compare alike.
using Bits = std::array<unsigned char, 16>;

std::optional<Bits> parse_ip(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const std::string word(text);
  Bits bits{};
  if (::inet_pton(AF_INET6, word.c_str(), bits.data()) == 1) return bits;
  if (::inet_pton(AF_INET, word.c_str(), bits.data() + 12) == 1) {
    bits[10] = bits[11] = 0xFF;
    return bits;
  }
  return std::nullopt;
}

bool same_prefix(const Bits& a, const Bits& b, std::size_t length) {
  const std::size_t whole = length / 8;
  if (std::memcmp(a.data(), b.data(), whole) != 0) return false;
  if (length % 8 == 0) return true;
  const auto mask = static_cast<unsigned char>(0xFF << (8 - length % 8));
  return (a.at(whole) & mask) == (b.at(whole) & mask);
}

std::optional<std::size_t> parse_count(std::string_view digits) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return count;
}

struct Network {
  Bits bits{};
  std::size_t length = 128;
};

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto bits = parse_ip(text.substr(0, slash));
  if (!bits) return std::nullopt;
  if (slash == std::string_view::npos) return Network{*bits};
  const auto length = parse_count(text.substr(slash + 1));
  const bool is_v4 = text.find(':') == std::string_view::npos;
  if (!length || *length > (is_v4 ? 32u : 128u)) return std::nullopt;
  return Network{*bits, *length + (is_v4 ? 96 : 0)};
}

bool matches(const Bits& address, std::string_view text) {
  const auto network = parse_network(text);
  return network && same_prefix(address, network->bits, network->length);
}

/// A host with an optional port, and nothing that could break out of a URL.
bool is_plain_host(std::string_view host) {
  return !host.empty() && host.size() <= 255 &&
         host.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
             "-._:[]") == std::string_view::npos;
}

std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  const std::size_t bracket = host.rfind(']');
  if (colon == std::string_view::npos) return host;
  return bracket == std::string_view::npos || colon > bracket ? host.substr(0, colon) : host;
}

/// What proxies say: the first hop's words, which the trusted proxy nearest to us passed on.
struct Forwarded {
  std::string proto, host, client;
};

std::string unquoted(std::string_view value) {
  value = http::trimmed(value);
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  return std::string(value);
}

std::string_view first_item(std::string_view list) {
  return http::trimmed(list.substr(0, list.find(',')));
}

Forwarded forwarded_by_proxies(const http::Request& request) {
  Forwarded said;
  if (const auto header = request.header("forwarded")) {
    for (const std::string& pair : http::split_list(first_item(*header), ';')) {
      const std::size_t equals = std::min(pair.find('='), pair.size());
      const std::string name = http::lower_case(pair.substr(0, equals));
      const std::string value =
          unquoted(std::string_view(pair).substr(std::min(equals + 1, pair.size())));
      if (name == "proto") said.proto = value;
      if (name == "host") said.host = value;
      if (name == "for") said.client = value;
    }
    return said;
  }
  said.proto = first_item(request.header("x-forwarded-proto").value_or(""));
  said.host = first_item(request.header("x-forwarded-host").value_or(""));
  said.client = first_item(request.header("x-forwarded-for").value_or(""));
  return said;
}

bool is_known_name(std::string_view host, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return http::same_word(name, host) || http::same_word(name, without_port(host));
  });
}

std::string own_name(const http::Request& request, const Configuration::Server& server) {
  const std::string& name = server.names.front();
  const bool usual = request.server_port.empty() ||
                     request.server_port == (request.scheme == "https" ? "443" : "80");
  return usual || without_port(name) != name ? name : name + ":" + request.server_port;
}

}  // namespace

bool is_within(std::string_view address, const std::vector<std::string>& networks) {
  const auto bits = parse_ip(address);
  return bits && std::any_of(networks.begin(), networks.end(),
                             [&](const std::string& network) { return matches(*bits, network); });
}

bool is_network(std::string_view text) { return parse_network(text).has_value(); }

bool is_host_and_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto port = parse_count(text.substr(colon + 1));
  return port && *port >= 1 && *port <= 65535;
}

std::string asking_address(const http::Request& request, const Configuration::Server& server) {
  std::vector<std::string> hops;  // the nearest last
  for (const std::string& element : http::split_list(request.header("forwarded").value_or(""))) {
    std::string client;
    for (const std::string& pair : http::split_list(element, ';')) {
      const std::size_t equals = std::min(pair.find('='), pair.size());
      if (http::same_word(pair.substr(0, equals), "for")) {
        client = unquoted(std::string_view(pair).substr(std::min(equals + 1, pair.size())));
      }
    }
    hops.push_back(client);
  }
  if (hops.empty()) hops = http::split_list(request.header("x-forwarded-for").value_or(""));
  static const std::vector<std::string> kHere{"127.0.0.0/8", "::1"};
  const bool passed_on = !hops.empty() || request.header("via") || request.header("x-real-ip") ||
                         request.header("x-forwarded-host") || request.header("x-forwarded-proto");
  const bool trusted = is_within(request.remote_address, server.trusted_proxies);
  if (!trusted) {
    return passed_on && is_within(request.remote_address, kHere) ? "" : request.remote_address;
  }
  while (!hops.empty()) {
    const std::string hop = hops.back();
    hops.pop_back();
    if (!is_within(hop, server.trusted_proxies)) return parse_ip(hop) ? hop : "";
  }
  return passed_on ? "" : request.remote_address;
}

bool may_see_status(const http::Request& request, const Configuration& configuration) {
  if (configuration.status.everybody) return true;
  const Configuration::Server& server = configuration.server;
  const std::string_view url = server.public_url;
  const std::size_t start = url.find("://");
  const std::string_view public_host =
      start == std::string_view::npos ? std::string_view()
                                      : url.substr(start + 3, url.find('/', start + 3) - start - 3);
  const bool own_host = request.host.empty() || is_known_name(request.host, server.names) ||
                        http::same_word(request.host, public_host) ||
                        http::same_word(without_port(request.host), public_host) ||
                        parse_ip(without_port(request.host)).has_value();
  return own_host && is_within(asking_address(request, server), configuration.status.networks);
}

std::string path_of_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t path = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  std::string found(path == std::string_view::npos ? "" : url.substr(path));
  while (found.ends_with('/')) found.pop_back();
  return found;
}

Address address_of(const http::Request& request, const Configuration::Server& server) {
  Address address;
  address.client_address = request.remote_address;
  Forwarded said;
  if (is_within(request.remote_address, server.trusted_proxies)) {
    said = forwarded_by_proxies(request);
    if (is_plain_host(said.client)) address.client_address = said.client;
  }
  if (!server.public_url.empty()) {
    address.base_url = server.public_url;
    while (address.base_url.ends_with('/')) address.base_url.pop_back();
    return address;
  }
  std::string scheme = request.scheme == "https" ? "https" : "http";
  if (said.proto == "http" || said.proto == "https") scheme = said.proto;
  std::string host;
  if (is_plain_host(said.host)) {
    host = said.host;
  } else if (is_plain_host(request.host) && is_known_name(request.host, server.names)) {
    host = request.host;
  } else {
    host = own_name(request, server);
  }
  address.base_url = scheme + "://" + host;
  return address;
}

}  // namespace gyre::host
