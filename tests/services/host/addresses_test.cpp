#include "services/host/addresses.h"

#include <catch2/catch.hpp>

namespace gyre::host {
namespace {

http::Request request_to(const std::string& host) {
  http::Request request;
  request.host = host;
  request.remote_address = "192.0.2.7";
  request.server_port = "8080";
  return request;
}

}  // namespace

TEST_CASE("a place to listen at is a host and a port", "[host]") {
  CHECK(is_host_and_port("127.0.0.1:9000"));
  CHECK(is_host_and_port("[::1]:65535"));
  CHECK(is_host_and_port(":80"));
  CHECK_FALSE(is_host_and_port("localhost"));
  CHECK_FALSE(is_host_and_port("127.0.0.1:99999"));
  CHECK_FALSE(is_host_and_port("127.0.0.1:0"));
  CHECK_FALSE(is_host_and_port("127.0.0.1:"));
}

TEST_CASE("networks hold their addresses", "[host]") {
  CHECK(is_within("10.1.2.3", {"10.0.0.0/8"}));
  CHECK_FALSE(is_within("11.1.2.3", {"10.0.0.0/8"}));
  CHECK(is_within("127.0.0.1", {"::1", "127.0.0.1"}));
  CHECK(is_within("10.1.2.130", {"10.1.2.128/25"}));
  CHECK_FALSE(is_within("10.1.2.127", {"10.1.2.128/25"}));
  CHECK(is_within("2001:db8::5", {"2001:db8::/32"}));
  CHECK(is_within("::ffff:10.1.2.3", {"10.0.0.0/8"}));
  CHECK(is_within("203.0.113.9", {"0.0.0.0/0"}));
  CHECK_FALSE(is_within("2001:db8::5", {"0.0.0.0/0"}));
  CHECK_FALSE(is_within("unix:", {"10.0.0.0/8"}));
  CHECK_FALSE(is_within("10.0.0.1", {"10.0.0.0/33", "10.0.0.0/x", "nonsense"}));
}

TEST_CASE("public_url decides where links point", "[host]") {
  Configuration::Server server;
  server.public_url = "https://data.example.org/gyre/";
  CHECK(address_of(request_to("evil.example"), server).base_url == "https://data.example.org/gyre");
  CHECK(path_of_url(server.public_url) == "/gyre");
  CHECK(path_of_url("https://data.example.org").empty());
}

TEST_CASE("Host is repeated only when it is one of ours", "[host]") {
  Configuration::Server server;
  server.names = {"data.example.org", "localhost", "[::1]"};
  const auto base = [&](const std::string& host) {
    return address_of(request_to(host), server).base_url;
  };
  CHECK(base("localhost:8080") == "http://localhost:8080");
  CHECK(base("DATA.example.org") == "http://DATA.example.org");
  CHECK(base("[::1]:8080") == "http://[::1]:8080");
  CHECK(base("evil.example") == "http://data.example.org:8080");
  CHECK(base("") == "http://data.example.org:8080");
  CHECK(base("localhost\"><script>") == "http://data.example.org:8080");
}

TEST_CASE("forwarding headers are believed from trusted proxies only", "[host]") {
  Configuration::Server server;
  http::Request request = request_to("localhost");
  request.headers = {{"x-forwarded-proto", "https"},
                     {"x-forwarded-host", "data.example.org, inner"},
                     {"x-forwarded-for", "198.51.100.4, 10.0.0.1"}};
  CHECK(address_of(request, server).base_url == "http://localhost");
  CHECK(address_of(request, server).client_address == "192.0.2.7");
  server.trusted_proxies = {"192.0.2.0/24"};
  CHECK(address_of(request, server).base_url == "https://data.example.org");
  CHECK(address_of(request, server).client_address == "198.51.100.4");

  request.headers = {{"forwarded", "for=\"[2001:db8::1]\";Proto=https;host=\"a.example:8443\""},
                     {"x-forwarded-host", "other.example"}};
  CHECK(address_of(request, server).base_url == "https://a.example:8443");
  request.headers = {{"forwarded", "proto=gopher;host=\"a b\""}};
  CHECK(address_of(request, server).base_url == "http://localhost");
}

}  // namespace gyre::host
