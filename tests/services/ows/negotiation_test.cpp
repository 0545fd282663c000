#include "services/ows/negotiation.h"

#include <array>

#include <catch2/catch.hpp>

#include "services/ows/exception.h"

namespace gyre::ows {

using Words = std::vector<std::string>;

TEST_CASE("Accept-Language is read by weight", "[ows]") {
  CHECK(parse_accept_language("fr-CA;q=0.8, en, de;q=0") == Words{"en", "fr-CA"});
  CHECK(parse_accept_language("da, en-gb;q=0.8, en;q=0.7") == Words{"da", "en-gb", "en"});
  CHECK(parse_accept_language("").empty());
  CHECK(parse_accept_language(";;q=,").empty());
}

TEST_CASE("a language is found by its code, its region or its three letters", "[ows]") {
  const Words offered{"en", "fr"};
  CHECK(negotiate_language(Words{"fr"}, offered) == "fr");
  CHECK(negotiate_language(Words{"de", "fr-CA"}, offered) == "fr");
  CHECK(negotiate_language(Words{"fre"}, offered) == "fr");
  CHECK(negotiate_language(Words{"FRA"}, offered) == "fr");
  CHECK(negotiate_language(Words{"fr"}, Words{"eng", "fre"}) == "fre");
  CHECK(negotiate_language(Words{"*"}, offered) == "en");
  CHECK_FALSE(negotiate_language(Words{"de"}, offered));
  CHECK_FALSE(negotiate_language(Words{}, offered));
}

TEST_CASE("versions: the client's order decides among those offered", "[ows]") {
  constexpr std::array<std::string_view, 2> kOffered{"2.0.1", "1.0.0"};
  CHECK(negotiate_version(Words{}, kOffered) == "2.0.1");
  CHECK(negotiate_version(Words{"3.0.0", "1.0.0", "2.0.1"}, kOffered) == "1.0.0");
  try {
    (void)negotiate_version(Words{"9.9.9"}, kOffered);
    FAIL("no exception");
  } catch (const Exception& error) {
    CHECK(error.code() == "VersionNegotiationFailed");
    CHECK(error.status() == 400);
  }
}

TEST_CASE("updateSequence: current, older, and never given out", "[ows]") {
  CHECK_FALSE(is_current(std::nullopt, 7));
  CHECK_FALSE(is_current("", 7));
  CHECK(is_current("7", 7));
  CHECK_FALSE(is_current("6", 7));
  CHECK_THROWS_AS(is_current("8", 7), Exception);
  CHECK_THROWS_AS(is_current("x", 7), Exception);
}

}  // namespace gyre::ows
