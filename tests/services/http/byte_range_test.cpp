#include "services/http/byte_range.h"

#include <catch2/catch.hpp>

namespace gyre::http {
namespace {

Request asking(std::string range) {
  Request request;
  request.headers = {{"range", std::move(range)}};
  return request;
}

}  // namespace

TEST_CASE("a range is the bytes between its ends, both included", "[http]") {
  struct Row {
    const char* asked;
    ByteRange expected;
  };
  const auto row = GENERATE(values<Row>({
      {"bytes=0-0", {0, 1}},
      {"bytes=10-19", {10, 20}},
      {"bytes=90-", {90, 100}},
      {"bytes=90-1000", {90, 100}},
      {"bytes=90-99999999999999999999999", {90, 100}},
      {"bytes=-10", {90, 100}},
      {"bytes=-1000", {0, 100}},
      {"Bytes = 5-6", {0, 0}},  // no unit of that name: see below
  }));
  CAPTURE(row.asked);
  const auto range = range_asked(asking(row.asked), 100, "\"tag\"");
  if (row.expected.size() == 0) {
    CHECK_FALSE(range);
  } else {
    REQUIRE(range);
    CHECK(*range == row.expected);
  }
}

TEST_CASE("what is no range, or several, gives the whole", "[http]") {
  const auto* const asked = GENERATE("bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "items=0-1",
                                     "bytes=0-1,5-6", "bytes", "", "bytes=1", "bytes=-1-2");
  CAPTURE(asked);
  CHECK_FALSE(range_asked(asking(asked), 100, ""));
  Request post = asking("bytes=0-1");
  post.method = Method::Post;
  CHECK_FALSE(range_asked(post, 100, ""));
}

TEST_CASE("a range behind the end has no byte", "[http]") {
  const auto* const asked =
      GENERATE("bytes=100-", "bytes=100-200", "bytes=-0", "bytes=18446744073709551615-",
               "bytes=99999999999999999999999-");
  CAPTURE(asked);
  const auto range = range_asked(asking(asked), 100, "");
  REQUIRE(range);
  CHECK(range->size() == 0);
  CHECK(content_range(*range, 100) == "bytes */100");
  CHECK(content_range({10, 20}, 100) == "bytes 10-19/100");
}

TEST_CASE("If-Range holds for the strong tag of the very bytes", "[http]") {
  Request request = asking("bytes=0-9");
  request.headers.emplace_back("if-range", "\"one\"");
  CHECK(range_asked(request, 100, "\"one\""));
  CHECK_FALSE(range_asked(request, 100, "\"two\""));
  CHECK_FALSE(range_asked(request, 100, ""));
  request.headers.back().second = "W/\"one\"";
  CHECK_FALSE(range_asked(request, 100, "W/\"one\""));
  request.headers.back().second = "Thu, 26 Nov 2026 18:00:00 GMT";
  CHECK_FALSE(range_asked(request, 100, "\"one\""));
}

}  // namespace gyre::http
