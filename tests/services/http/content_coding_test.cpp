#include "services/http/content_coding.h"

#include <catch2/catch.hpp>

namespace gyre::http {

TEST_CASE("a client gets the coding that it wants most", "[http]") {
  struct Row {
    const char* accepted;
    Coding expected;
  };
  const auto row = GENERATE(values<Row>({
      {"", Coding::Identity},
      {"gzip", Coding::Gzip},
      {"x-gzip", Coding::Gzip},
      {"GZIP, deflate", Coding::Gzip},
      {"gzip, deflate, br", Coding::Brotli},
      {"gzip, deflate, br, zstd", Coding::Brotli},
      {"br;q=0.5, gzip;q=0.8", Coding::Gzip},
      {"br ; Q=0.5 , gzip", Coding::Gzip},
      {"*", Coding::Brotli},
      {"*, br;q=0", Coding::Gzip},
      {"*;q=0", Coding::Identity},
      {"gzip;q=0", Coding::Identity},
      {"identity", Coding::Identity},
      {"gzip;q=0.5, identity;q=0.8", Coding::Identity},
      {"gzip, identity;q=0", Coding::Gzip},
      {"identity;q=0", Coding::Identity},  // better than nothing
      {"gzip;q=much", Coding::Identity},
      {"gzip;q=", Coding::Identity},
      {"gzip;q=-1", Coding::Identity},
      {"gzip;q=nan", Coding::Identity},
      {"deflate, zstd", Coding::Identity},
      {";;, ,;q=1", Coding::Identity},
  }));
  CAPTURE(row.accepted);
  CHECK(negotiate_coding(row.accepted) == row.expected);
}

}  // namespace gyre::http
