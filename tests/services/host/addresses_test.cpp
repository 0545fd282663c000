#include "services/host/addresses.h"

#include <catch2/catch.hpp>

#include "services/http/text.h"

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

TEST_CASE("who asks is whom trusted proxies name, nearest first", "[host]") {
  struct Row {
    const char *why, *remote, *forwarded_for, *expected;
  };
  const auto row = GENERATE(values<Row>({
      {"nobody between", "192.0.2.7", "", "192.0.2.7"},
      {"a client's own words count for nothing", "192.0.2.7", "127.0.0.1", "192.0.2.7"},
      {"from here", "127.0.0.1", "", "127.0.0.1"},
      {"a proxy here that nobody trusts", "127.0.0.1", "127.0.0.1", ""},
      {"a trusted proxy", "10.0.0.1", "198.51.100.4", "198.51.100.4"},
      {"what the client put before it", "10.0.0.1", "127.0.0.1, 198.51.100.4", "198.51.100.4"},
      {"two trusted proxies", "10.0.0.1", "198.51.100.4, 10.0.0.2", "198.51.100.4"},
      {"proxies alone", "10.0.0.1", "10.0.0.2", ""},
      {"words that are no address", "10.0.0.1", "unknown", ""},
  }));
  CAPTURE(row.why);
  Configuration::Server server;
  server.trusted_proxies = {"10.0.0.0/8"};
  http::Request request = request_to("localhost");
  request.remote_address = row.remote;
  if (*row.forwarded_for != '\0') {
    const bool old = GENERATE(true, false);
    std::string text;
    for (const std::string& one : http::split_list(row.forwarded_for)) {
      text += (text.empty() ? "" : ", ") + (old ? one : "for=\"" + one + "\";proto=http");
    }
    request.headers = {{old ? "x-forwarded-for" : "forwarded", text}};
  }
  CHECK(asking_address(request, server) == row.expected);
}

TEST_CASE("the status is for this machine, or for whom the configuration names", "[host]") {
  Configuration configuration;
  http::Request request = request_to("localhost:8080");
  const auto may = [&](const char* from) {
    request.remote_address = from;
    return may_see_status(request, configuration);
  };
  CHECK(may("127.0.0.1"));
  CHECK(may("::1"));
  CHECK_FALSE(may("192.0.2.7"));
  request.host = "evil.example";  // a browser here, that was told it were this server
  CHECK_FALSE(may("127.0.0.1"));
  configuration.server.public_url = "https://data.example.org:8443/gyre";
  request.host = "data.example.org:8443";
  CHECK(may("127.0.0.1"));
  configuration.status.networks = {"192.0.2.0/24"};
  CHECK(may("192.0.2.7"));
  CHECK_FALSE(may("127.0.0.1"));
  configuration.status.networks = {};
  CHECK_FALSE(may("192.0.2.7"));
  configuration.status.everybody = true;
  CHECK(may("192.0.2.7"));
}

}  // namespace gyre::host
