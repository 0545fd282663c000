#include "schemas/validator.h"

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

using gyre::schemas::Validator;

namespace {

// Loading the grammars takes 0.2 s (seconds under sanitizers): once for all cases.
const Validator& validator() {
  static const Validator instance(GYRE_SCHEMA_DIR);
  return instance;
}

constexpr auto kReport =
    R"(<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/2.0" version="2.0.1">
  <ows:Exception exceptionCode="NoSuchCoverage" locator="a"><ows:ExceptionText>no</ows:ExceptionText></ows:Exception>
</ows:ExceptionReport>)";

constexpr auto kWmsReport =
    R"(<ServiceExceptionReport version="1.3.0" xmlns="http://www.opengis.net/ogc">
  <ServiceException code="LayerNotDefined">no</ServiceException></ServiceExceptionReport>)";

// A grid by vectors is GML 3.3; wcsAll.xsd alone does not know it.
constexpr auto kDescriptions =
    R"(<wcs:CoverageDescriptions xmlns:wcs="http://www.opengis.net/wcs/2.0"
 xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:gmlcov="http://www.opengis.net/gmlcov/1.0"
 xmlns:swe="http://www.opengis.net/swe/2.0" xmlns:rgrid="http://www.opengis.net/gml/3.3/rgrid">
 <wcs:CoverageDescription gml:id="a"><gml:boundedBy>
   <gml:Envelope srsName="http://www.opengis.net/def/crs/EPSG/0/4326" axisLabels="Lat Long"
     uomLabels="deg deg" srsDimension="2">
   <gml:lowerCorner>0 0</gml:lowerCorner><gml:upperCorner>1 1</gml:upperCorner></gml:Envelope>
  </gml:boundedBy><wcs:CoverageId>a</wcs:CoverageId>
  <gml:domainSet><rgrid:ReferenceableGridByVectors dimension="1" gml:id="g">
   <gml:limits><gml:GridEnvelope><gml:low>0</gml:low><gml:high>1</gml:high></gml:GridEnvelope></gml:limits>
   <gml:axisLabels>t</gml:axisLabels>
   <rgrid:origin><gml:Point gml:id="p" srsName="http://www.opengis.net/def/crs/OGC/0/UnixTime"><gml:pos>0</gml:pos></gml:Point></rgrid:origin>
   <rgrid:generalGridAxis><rgrid:GeneralGridAxis>
    <rgrid:offsetVector srsName="http://www.opengis.net/def/crs/OGC/0/UnixTime">1</rgrid:offsetVector>
    <rgrid:coefficients>0 5</rgrid:coefficients><rgrid:gridAxesSpanned>t</rgrid:gridAxesSpanned>
    <rgrid:sequenceRule axisOrder="+1">Linear</rgrid:sequenceRule>
   </rgrid:GeneralGridAxis></rgrid:generalGridAxis></rgrid:ReferenceableGridByVectors></gml:domainSet>
  <gmlcov:rangeType><swe:DataRecord><swe:field name="b"><swe:Quantity definition="http://x">
   <swe:description>d</swe:description><swe:uom code="m"/></swe:Quantity></swe:field></swe:DataRecord></gmlcov:rangeType>
  <wcs:ServiceParameters><wcs:CoverageSubtype>ReferenceableGridCoverage</wcs:CoverageSubtype>
   <wcs:nativeFormat>application/netcdf</wcs:nativeFormat></wcs:ServiceParameters>
 </wcs:CoverageDescription></wcs:CoverageDescriptions>)";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  if (at == std::string::npos) throw std::logic_error("nothing to replace: " + what);
  return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("valid answers of either service are accepted", "[schemas]") {
  const auto* document = GENERATE(kReport, kWmsReport, kDescriptions);
  std::string found;
  for (const auto& problem : validator().validate(document)) found += problem.text + '\n';
  CHECK(found == "");
}

TEST_CASE("what the schemas do not allow is reported with its line", "[schemas]") {
  struct Row {
    const char* why;
    std::string document;
    std::size_t line;
  };
  const auto row = GENERATE(values<Row>({
      {"a misspelt element", replaced(kReport, "ows:ExceptionText>", "ows:ExceptionTxt>"), 2},
      {"a missing attribute", replaced(kReport, R"( exceptionCode="NoSuchCoverage")", ""), 2},
      {"a wrong child of SWE Common",
       replaced(kDescriptions, "<swe:uom code=\"m\"/>", "<swe:unit/>"), 19},
      {"the ReferenceableGrid that GML 3.2.1 does not have",
       replaced(kDescriptions, "<rgrid:ReferenceableGridByVectors", "<gml:ReferenceableGrid"), 9},
      {"a root nobody knows", "<hello/>", 1},
      {"no XML at all", "hello", 1},
      {"XML that ends too early", replaced(kReport, "</ows:ExceptionReport>", ""), 3},
  }));
  CAPTURE(row.why);
  const auto problems = validator().validate(row.document);
  REQUIRE_FALSE(problems.empty());
  CHECK(problems.front().line == row.line);
}

TEST_CASE("a DOCTYPE is refused before any entity is expanded", "[schemas]") {
  const auto* document = GENERATE(
      R"(<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>)",
      R"(<!DOCTYPE a [<!ENTITY b "1111111111"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>)",
      R"(<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>)");
  const auto problems = validator().validate(document);
  REQUIRE_FALSE(problems.empty());
  CHECK(problems.front().text == "a DOCTYPE is not accepted");
}

TEST_CASE("schemas that a document names elsewhere are never fetched", "[schemas]") {
  const std::string location =
      GENERATE(as<std::string>{}, "http://127.0.0.1:9/evil.xsd", "https://example.org/evil.xsd",
               "file:///etc/passwd", "http://schemas.opengis.net/../../../../../etc/passwd",
               "http://schemas.opengis.net/wcs/9.9/none.xsd");
  CAPTURE(location);
  const auto problems = validator().validate(
      R"(<a xmlns="urn:evil" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:evil )" +
      location + R"("/>)");
  REQUIRE_FALSE(problems.empty());
  CHECK(problems.front().text.find("refused to fetch") == 0);
}

TEST_CASE("threads share the loaded grammars", "[schemas]") {
  std::atomic<int> wrong = 0;
  const Validator& shared = validator();
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        if (!shared.validate(kDescriptions).empty()) ++wrong;
        if (shared.validate("<hello/>").empty()) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("a missing schema folder is refused by name", "[schemas]") {
  CHECK_THROWS_WITH(Validator("/no/such/folder"),
                    Catch::Contains("/no/such/folder") && Catch::Contains("schemas/install"));
}
