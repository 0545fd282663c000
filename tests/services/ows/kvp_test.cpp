#include "services/ows/kvp.h"

#include <catch2/catch.hpp>

#include "services/ows/exception.h"

namespace gyre::ows {
namespace {

/// Code and locator of the exception parse throws, "" when none.
std::string refused(const std::string& query) {
  try {
    (void)Kvp::parse(query);
  } catch (const Exception& error) {
    CHECK(error.status() == 400);
    return error.code() + " " + error.locator();
  }
  return "";
}

}  // namespace

TEST_CASE("keys are found whatever their case, values are decoded", "[ows]") {
  const Kvp kvp = Kvp::parse("Service=WCS&SUBSET=Lat%281,2%29&subset=Long(3)&empty=&flag&a=b=c&&");
  CHECK(kvp.optional("SERVICE") == "WCS");
  CHECK(kvp.all("Subset") == std::vector<std::string>{"Lat(1,2)", "Long(3)"});
  CHECK(kvp.optional("empty") == "");
  CHECK(kvp.has("FLAG"));
  CHECK(kvp.optional("A") == "b=c");
  CHECK_FALSE(kvp.optional("other"));
  CHECK(kvp.pairs().front().first == "Service");
}

TEST_CASE("a key given twice must say the same", "[ows]") {
  CHECK(Kvp::parse("x=1&X=1").optional("x") == "1");
  const Kvp twice = Kvp::parse("x=1&X=2");
  try {
    (void)twice.optional("x");
    FAIL("no exception");
  } catch (const Exception& error) {
    CHECK(error.code() == "InvalidParameterValue");
    CHECK(error.locator() == "x");
  }
}

TEST_CASE("a missing or empty key that is required is named", "[ows]") {
  const Kvp kvp = Kvp::parse("version=");
  for (const char* const key : {"version", "request"}) {
    try {
      (void)kvp.required(key);
      FAIL("no exception");
    } catch (const Exception& error) {
      CHECK(error.code() == "MissingParameterValue");
      CHECK(error.locator() == key);
    }
  }
}

TEST_CASE("what cannot be text is refused, naming the key", "[ows]") {
  CHECK(refused("layers=a%00b") == "InvalidParameterValue layers");
  CHECK(refused("layers=%FF") == "InvalidParameterValue layers");
  CHECK(refused("layers=%") == "InvalidParameterValue layers");
  CHECK(refused("%zz=1") == "InvalidParameterValue %zz");
  CHECK(refused("a\xFF=1").starts_with("InvalidParameterValue a"));
  CHECK(refused("x=plain") == "");
}

TEST_CASE("no request has thousands of parameters", "[ows]") {
  std::string query;
  for (int i = 0; i < 1000; ++i) query += "a=1&";
  CHECK(refused(query) == "");
  CHECK(refused(query + "a=1") == "InvalidParameterValue query");
}

}  // namespace gyre::ows
