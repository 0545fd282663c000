#include "services/host/fastcgi_request.h"

#include <catch2/catch.hpp>

namespace gyre::host {

TEST_CASE("FastCGI parameters make a request", "[host]") {
  const char* const parameters[]{
      "REQUEST_METHOD=POST",       "REQUEST_URI=/wcs/a%20b?x=1&y=%2F",
      "CONTENT_TYPE=text/xml",     "CONTENT_LENGTH=12",
      "REQUEST_SCHEME=https",      "SERVER_PORT=443",
      "REMOTE_ADDR=192.0.2.1",     "REQUEST_ID=0123456789abcdef0123456789abcdef",
      "GYRE_SPOOL=/.gyre/spool/",  "HTTP_HOST=data.example.org",
      "HTTP_ACCEPT_LANGUAGE=fr=1", nullptr};
  const http::Request request = request_from_parameters(parameters);
  CHECK(request.method == http::Method::Post);
  CHECK(request.segments == std::vector<std::string>{"wcs", "a b"});
  CHECK(request.query == "x=1&y=%2F");
  CHECK(request.header("content-type") == "text/xml");
  CHECK(request.header("accept-language") == "fr=1");
  CHECK(request.host == "data.example.org");
  CHECK(request.scheme == "https");
  CHECK(request.server_port == "443");
  CHECK(request.remote_address == "192.0.2.1");
  CHECK(request.id == "0123456789abcdef0123456789abcdef");
  CHECK(content_length(request) == 12);
  CHECK(request.spool_location == "/.gyre/spool/");
}

TEST_CASE("what is missing or forged is made up for", "[host]") {
  const char* const parameters[]{"REQUEST_METHOD=BREW",
                                 "REQUEST_URI=/%00",
                                 "REQUEST_ID=x\ny",
                                 "CONTENT_LENGTH=-5",
                                 "NONSENSE",
                                 "HTTP_GYRE_SPOOL=/x/",
                                 nullptr};
  const http::Request request = request_from_parameters(parameters);
  CHECK(request.method == http::Method::Other);
  CHECK(request.malformed);
  CHECK(request.id.size() == 32);
  CHECK(content_length(request) == 0);
  CHECK(request.scheme == "http");
  CHECK(request.spool_location.empty());  // the server in front says it, never a client
}

}  // namespace gyre::host
