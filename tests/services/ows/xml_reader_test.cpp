#include "services/ows/xml_reader.h"

#include <catch2/catch.hpp>

#include "services/ows/exception.h"

namespace gyre::ows {
namespace {

/// The locator of the refusal, after its code was checked.
std::string refused(const std::string& document, const XmlLimits& limits = {}) {
  try {
    (void)parse_xml(document, limits);
  } catch (const Exception& error) {
    CHECK(error.code() == "InvalidEncodingSyntax");
    CHECK(error.status() == 400);
    CHECK_FALSE(error.locator().empty());
    return error.locator();
  }
  FAIL("not refused: " << document.substr(0, 80));
  return "";
}

}  // namespace

TEST_CASE("a document is read as a value", "[ows]") {
  const XmlElement root = parse_xml(
      "\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- c --><w:Get xmlns:w='urn:w' xmlns='urn:d' "
      "service='WCS' w:v='2'><Id> a&amp;b </Id><w:Id><![CDATA[<c>]]></w:Id>t</w:Get>");
  CHECK(root.name == "Get");
  CHECK(root.namespace_uri == "urn:w");
  CHECK(root.attribute("service") == "WCS");
  CHECK_FALSE(root.attribute("v"));
  REQUIRE(root.all("Id").size() == 2);
  CHECK(root.child("Id")->namespace_uri == "urn:d");
  CHECK(root.child("Id")->trimmed_text() == "a&b");
  CHECK(root.all("Id")[1]->text == "<c>");
  CHECK(root.text == "t");
  CHECK(root.child("other") == nullptr);
}

TEST_CASE("DOCTYPE, entities and what is not XML are refused", "[ows]") {
  CHECK(refused("<!DOCTYPE a [<!ENTITY b 'x'>]><a>&b;</a>") == "DOCTYPE a");
  CHECK(refused("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>") == "DOCTYPE a");
  CHECK(refused("<a>&b;</a>") == "a");
  CHECK(refused("<a><b></a>") == "b");
  CHECK(refused("<a/><b/>") == "line 1");
  CHECK(refused("") == "body");
  CHECK(refused("  \n") == "body");
  CHECK(refused("hello") == "line 1");
  (void)refused("<a x='1' x='2'/>");
  (void)refused("<p:a/>");
  (void)refused("<a>\xFF</a>");
  (void)refused(std::string("<a>\0</a>", 8));
}

TEST_CASE("documents have bounds", "[ows]") {
  CHECK(refused("<a>" + std::string(2000, 'x') + "</a>", {.bytes = 1000}) == "body");
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<d>";
  CHECK(refused(deep) == "d");
  std::string many = "<m>";
  for (int i = 0; i < 100; ++i) many += "<i/>";
  CHECK(refused(many + "</m>", {.elements = 50}) == "i");
}

TEST_CASE("an entity bomb is refused before it grows", "[ows]") {
  std::string bomb = "<!DOCTYPE b [<!ENTITY a0 'aaaaaaaaaa'>";
  for (int i = 1; i < 20; ++i) {
    bomb += "<!ENTITY a" + std::to_string(i) + " '";
    for (int k = 0; k < 10; ++k) bomb += "&a" + std::to_string(i - 1) + ";";
    bomb += "'>";
  }
  CHECK(refused(bomb + "]><b>&a19;</b>") == "DOCTYPE b");
}

}  // namespace gyre::ows
