#include "services/http/target.h"

#include <catch2/catch.hpp>

#include "services/http/request.h"

namespace gyre::http {

TEST_CASE("targets are split before they are decoded", "[http]") {
  const auto target = parse_target("/wcs//sst%20a/?SERVICE=WCS&x=%2F");
  REQUIRE(target);
  CHECK(target->segments == std::vector<std::string>{"wcs", "sst a"});
  CHECK(target->path == "/wcs/sst a");
  CHECK(target->query == "SERVICE=WCS&x=%2F");
}

TEST_CASE("the root, the absolute form, and a fragment", "[http]") {
  CHECK(parse_target("/")->path == "/");
  CHECK(parse_target("")->path == "/");
  CHECK(parse_target("http://host:80/wms?a=b")->segments == std::vector<std::string>{"wms"});
  CHECK(parse_target("http://host?a=b")->query == "a=b");
  CHECK(parse_target("/wms#x")->path == "/wms");
}

TEST_CASE("addresses that can be none of ours are refused", "[http]") {
  const auto* const uri =
      GENERATE("/a%2Fb", "/a%00b", "/%zz", "/%", "/..", "/a/%2e%2e/b", "/.", "/%FF");
  CAPTURE(uri);
  CHECK_FALSE(parse_target(uri));
  CHECK(request_for(Method::Get, uri).malformed);
}

}  // namespace gyre::http
