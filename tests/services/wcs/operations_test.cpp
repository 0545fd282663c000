#include <regex>

#include <catch2/catch.hpp>

#include "schemas/validator.h"
#include "services/ows/exception.h"
#include "tests/services/wcs/fixture.h"

namespace gyre::wcs::testing {
namespace {

using coverage::ElementType;
using coverage::Scalar;

std::string problems_of(const http::Response& response) {
  static const schemas::Validator validator(GYRE_SCHEMA_DIR);
  std::string text;
  for (const schemas::Problem& problem : validator.validate(text_of(response))) {
    text += std::to_string(problem.line) + ": " + problem.text + "\n";
  }
  return text;
}

/// The first group of `pattern`, blanks collapsed.
std::string found(const http::Response& response, const std::string& pattern) {
  const std::string text = text_of(response);
  std::smatch match;
  if (!std::regex_search(text, match, std::regex(pattern))) return "(none)";
  return std::regex_replace(match[1].str(), std::regex("\\s+"), " ");
}

std::string tuples_of(const http::Response& response) {
  return found(response, "<gml:tupleList[^>]*>([^<]*)<");
}

std::string refusal_of(const http::Response& response) {
  return std::to_string(response.status) + " " + found(response, "exceptionCode=\"([^\"]*)\"") +
         " " + found(response, "locator=\"([^\"]*)\"");
}

std::vector<double> counted(std::size_t count) { return every(0, 1, count); }

/// 2-D and packed, answering GML; 4-D with irregular depth and time; and names XML does not like.
Server make_server() {
  coverage::Field sst = float_field("sst");
  sst.storage = sst.declared = ElementType::Int16;
  sst.standard_name = "sea_surface_temperature";
  sst.long_name = "Temperature \"of\" <the> sea";
  sst.packing = {.scale = 0.5, .offset = 10, .packed = true, .unpacked = ElementType::Float32};
  sst.missing.fills = {Scalar{std::int64_t{-32768}}};
  sst.missing.valid_min = Scalar{std::int64_t{0}};
  sst.missing.valid_max = Scalar{std::int64_t{100}};
  coverage::Field ice = float_field("ice");
  ice.storage = ice.declared = ElementType::Int8;
  ice.missing.fills = {Scalar{std::int64_t{-1}}};
  const std::vector<double> ices{0, 1, 2, 3, -1, 5};
  auto analysis =
      make_dataset("analysis", {latitude_axis({52.5, 51.5}), longitude_axis({-1, 0, 1})},
                   {{sst, {0, 1, -32768, 3, 101, 5}},
                    {ice, ices},
                    {float_field("wind"), {0.5, 1, 2, -999, 4, 5}}},
                   "application/gml+xml");
  std::vector<double> cells = counted(2 * 3 * 2 * 4);
  coverage::Field theta = float_field("2t");
  auto forecast = make_dataset("forecast",
                               {time_axis("hours since 2024-01-01", {12, 36}, {0, 24, 24, 48}),
                                number_axis("depth", coverage::AxisRole::Vertical, {0.5, 1.5, 10}),
                                latitude_axis({-30, 30}), longitude_axis({0, 90, 180, 270})},
                               {{theta, cells}}, "application/netcdf");
  return Server({analysis, forecast});
}

const std::string kDescribe = "service=WCS&version=2.0.1&request=DescribeCoverage&coverageid=";
const std::string kGet = "service=WCS&version=2.0.1&request=GetCoverage&coverageid=";
const std::string kGml = "&format=application/gml%2Bxml";

TEST_CASE("capabilities are valid whatever sections are asked for", "[wcs]") {
  const Server server = make_server();
  const auto* const sections =
      GENERATE("", "All", "Contents", "ServiceIdentification,OperationsMetadata", "ServiceProvider",
               "ServiceMetadata,Languages");
  CAPTURE(sections);
  const http::Response response = server.get(
      std::string("SERVICE=WCS&request=GetCapabilities&acceptversions=2.0.1&sections=") + sections);
  CHECK(response.status == 200);
  CHECK(response.media_type == "application/xml; charset=utf-8");
  CHECK(problems_of(response).empty());
}

TEST_CASE("capabilities follow language and generation", "[wcs]") {
  Server server = make_server();
  const std::string query = "service=WCS&request=GetCapabilities";
  CHECK(found(server.get(query), "CoverageSummary>\\s*<ows:Title>([^<]*)<") == "Title of analysis");
  CHECK(found(server.get(query + "&acceptlanguages=fr"),
              "CoverageSummary>\\s*<ows:Title>([^<]*)<") == "Titre de analysis");
  const http::Response current = server.get(query + "&updatesequence=7");
  CHECK_THAT(text_of(current), !Catch::Contains("Contents"));
  CHECK(problems_of(current).empty());
  CHECK_THAT(refusal_of(server.get(query + "&updatesequence=8")),
             Catch::StartsWith("400 InvalidUpdateSequence"));
  CHECK_THAT(refusal_of(server.get(query + "&acceptversions=1.0.0")),
             Catch::StartsWith("400 VersionNegotiationFailed"));
}

TEST_CASE("addresses of our own in capabilities begin with the base URL", "[wcs]") {
  const auto crs = coverage::Crs::from_definition("+proj=stere +lat_0=90 +lon_0=-40 +a=6378273");
  auto dataset = std::make_shared<coverage::Dataset>(
      *make_dataset("polar", {latitude_axis({0, 1}), longitude_axis({0, 1})},
                    {{float_field("ice"), counted(4)}}, "application/netcdf"));
  coverage::Coverage& polar = dataset->coverages.front();
  polar.domain_set = coverage::DomainSet(polar.domain_set.axes(), crs, "crs");
  Server server({dataset});
  const std::string query = "service=WCS&request=GetCapabilities&sections=Contents";
  CHECK(found(server.get(query), "BoundingBox crs=\"([^\"]*)\"") ==
        "http://gyre.test/def/crs/" + crs.hash());
  server.context().base_url = "https://other.test/a";
  CHECK(found(server.get(query), "BoundingBox crs=\"([^\"]*)\"") ==
        "https://other.test/a/def/crs/" + crs.hash());
  CHECK_THAT(text_of(server.definition("crs/" + crs.hash(), "")), Catch::Contains("CRS["));
}

TEST_CASE("descriptions are valid, in request order, each once", "[wcs]") {
  const Server server = make_server();
  const http::Response response = server.get(kDescribe + "forecast,analysis,forecast");
  CHECK(problems_of(response).empty());
  CHECK(found(response, "<wcs:CoverageId>([^<]*)<") == "forecast");
  CHECK(found(response, "<swe:field name=\"([^\"]*)\"") == "_2t");
  CHECK(found(response, "<swe:nilValue [^>]*>([^<]*)<") == "-999");
}

TEST_CASE("one unknown id spoils a description", "[wcs]") {
  const Server server = make_server();
  CHECK(refusal_of(server.get(kDescribe + "analysis,a,b")) == "404 NoSuchCoverage a,b");
}

TEST_CASE("GML carries unpacked values in grid order, with nil codes that no value can be",
          "[wcs]") {
  const Server server = make_server();
  const http::Response whole = server.get(kGet + "analysis");
  CHECK(whole.media_type == "application/gml+xml");
  CHECK(problems_of(whole).empty());
  CHECK(tuples_of(whole) == "10,0,0.5 10.5,1,1 NaN,2,2 11.5,3,-999 NaN,-1,4 12.5,5,5");
  CHECK(tuples_of(server.get(kGet + "analysis&rangesubset=wind,sst")) ==
        "0.5,10 1,10.5 2,NaN -999,11.5 4,NaN 5,12.5");
  CHECK(tuples_of(server.get(kGet + "analysis&rangesubset=sst:ice&subset=Lat(51,52)")) ==
        "11.5,3 NaN,-1 12.5,5");
}

TEST_CASE("trims and slices on every axis give valid GML", "[wcs]") {
  const Server server = make_server();
  struct Row {
    const char *query, *tuples, *subtype;
  };
  const auto row = GENERATE(values<Row>({
      {"&subset=time(2024-01-01T12:00:00Z)&subset=depth(\"1.5\")", "12 13 14 15 8 9 10 11",
       "Rectified"},
      {"&subset=time(\"2024-01-02\")&subset=depth(10)&subset=Lat(30)", "44 45 46 47", "Rectified"},
      {"&subset=t(1704196800)&subset=z(10)&subset=lat(30)&subset=lon(90)", "45", "Rectified"},
      {"&subset=depth(0.5)&subset=lat(30)&subset=lon(90)", "5 29", "Referenceable"},
      {"&subset0=time(2024-01-01,2024-01-02)&subset1=lon(-180,0)&subsetlat=Lat(30)&subset=depth(0,"
       "1)",
       "6 7 4 30 31 28", "Referenceable"},
  }));
  CAPTURE(row.query);
  const http::Response response = server.get(kGet + "forecast" + row.query + kGml);
  CAPTURE(text_of(response));
  CHECK(response.status == 200);
  CHECK(problems_of(response).empty());
  CHECK(tuples_of(response) == row.tuples);
  CHECK(found(response, "<gmlcov:(\\w+)GridCoverage") == row.subtype);
}

TEST_CASE("an XML body is answered as its KVP twin", "[wcs]") {
  const Server server = make_server();
  const http::Response by_xml = server.post(
      R"(<wcs:GetCoverage xmlns:wcs="http://www.opengis.net/wcs/2.0" service="WCS" version="2.0.1">)"
      "<wcs:CoverageId>analysis</wcs:CoverageId><wcs:DimensionTrim><wcs:Dimension>lat</"
      "wcs:Dimension>"
      "<wcs:TrimLow>51</wcs:TrimLow><wcs:TrimHigh>52</wcs:TrimHigh></wcs:DimensionTrim>"
      "</wcs:GetCoverage>");
  CHECK(by_xml.status == 200);
  CHECK(text_of(by_xml) == text_of(server.get(kGet + "analysis&subset=lat(51,52)")));
}

TEST_CASE("multipart/related with GML has the coverage as its root", "[wcs]") {
  const Server server = make_server();
  const http::Response response = server.get(kGet + "analysis&mediatype=multipart/related");
  CHECK_THAT(response.media_type, Catch::StartsWith("multipart/related; boundary="));
  CHECK_THAT(text_of(response), Catch::Contains("Content-Type: application/gml+xml\r\n"));
}

TEST_CASE("refusals carry the standard's code, status and locator", "[wcs]") {
  const Server server = make_server();
  struct Row {
    const char* why;
    std::string query, refusal;
  };
  const auto row = GENERATE(values<Row>({
      {"unknown coverage", kGet + "bogus", "404 NoSuchCoverage bogus"},
      {"unknown axis", kGet + "analysis&subset=bogus(1)", "404 InvalidAxisLabel bogus"},
      {"the same axis twice", kGet + "analysis&subset=lat(52)&subset=Lat(51,52)",
       "404 InvalidAxisLabel Lat"},
      {"low above high", kGet + "analysis&subset=lat(52,51)", "404 InvalidSubsetting lat"},
      {"outside", kGet + "analysis&subset=lat(10)", "404 InvalidSubsetting lat"},
      {"a malformed number", kGet + "analysis&subset=lat(abc)", "404 InvalidSubsetting lat"},
      {"a malformed date", kGet + "forecast&subset=time(2024-13-01)", "404 InvalidSubsetting time"},
      {"no such step", kGet + "forecast&subset=time(2025-01-01T00:00:00Z)",
       "404 InvalidSubsetting time"},
      {"a malformed subset", kGet + "analysis&subset=lat", "400 InvalidEncodingSyntax subset"},
      {"unknown field", kGet + "analysis&rangesubset=bogus", "404 NoSuchField bogus"},
      {"a reversed interval", kGet + "analysis&rangesubset=ice:sst",
       "404 InvalidFieldSequence sst"},
      {"a field twice", kGet + "analysis&rangesubset=ice,ice", "404 InvalidFieldSequence ice"},
      {"unknown format", kGet + "analysis&format=format_bogus", "400 InvalidParameterValue FORMAT"},
      {"unknown media type", kGet + "analysis&mediatype=bogus",
       "400 InvalidParameterValue mediaType"},
      {"a subsetting CRS that is none", kGet + "analysis&subsettingcrs=EPSG:99999",
       "404 SubsettingCrs-NotSupported EPSG:99999"},
      {"another output CRS", kGet + "analysis&outputcrs=outputCrs_bogus",
       "404 OutputCrs-NotSupported outputCrs_bogus"},
      {"another CRS on an axis", kGet + "analysis&subset=lat,EPSG:3857(1,2)",
       "404 SubsettingCrs-NotSupported EPSG:3857"},
      {"a factor of nothing", kGet + "analysis&scalefactor=0",
       "404 InvalidScaleFactor scaleFactor"},
      {"a size below one", kGet + "analysis&scalesize=lat(-1)", "404 InvalidScaleFactor lat"},
      {"half a cell", kGet + "analysis&scalesize=lat(2.5)", "404 InvalidScaleFactor lat"},
      {"an extent upside down", kGet + "analysis&scaleextent=lat(20:10)", "404 InvalidExtent 10"},
      {"scaling an axis that is not there", kGet + "analysis&scaleaxes=bogus(2)",
       "404 ScaleAxisUndefined bogus"},
      {"scaling an axis twice", kGet + "analysis&scaleaxes=lat(2),lat(3)",
       "400 InvalidParameterValue lat"},
      {"scaling in two ways", kGet + "analysis&scalefactor=2&scalesize=lat(3)",
       "400 InvalidParameterValue scaling"},
      {"no side may be that long", kGet + "analysis&scaleaxes=lat(1e-300),lon(1e300)",
       "400 InvalidParameterValue scale"},
      {"no scaling at all", kGet + "analysis&scaleaxes=", "400 InvalidEncodingSyntax SCALEAXES"},
      {"an unknown interpolation", kGet + "analysis&scalefactor=2&interpolation=cubic",
       "404 InterpolationMethodNotSupported cubic"},
      {"interpolation in two ways",
       kGet + "analysis&interpolation=linear&interpolationperaxis=lat,linear",
       "400 InvalidParameterValue interpolation"},
      {"service in small letters",
       "service=wcs&version=2.0.1&request=DescribeCoverage&coverageid=analysis",
       "400 InvalidParameterValue service"},
      {"no version", "service=WCS&request=GetCoverage&coverageid=analysis",
       "400 MissingParameterValue version"},
      {"no coverage id", "service=WCS&version=2.0.1&request=GetCoverage",
       "400 MissingParameterValue coverageId"},
      {"unknown operation", "service=WCS&version=2.0.1&request=getcoverage",
       "501 OperationNotSupported getcoverage"},
      {"no operation", "service=WCS", "400 MissingParameterValue request"},
  }));
  CAPTURE(row.why);
  const http::Response response = server.get(row.query);
  CHECK(refusal_of(response) == row.refusal);
  CHECK(problems_of(response).empty());
}

TEST_CASE("GML has a limit", "[wcs]") {
  Server server = make_server();
  server.context().limits.gml_cells = 17;
  CHECK(refusal_of(server.get(kGet + "analysis")) == "400 InvalidParameterValue FORMAT");
  CHECK(server.get(kGet + "analysis&rangesubset=sst,ice").status == 200);
}

TEST_CASE("all sections of a scaled answer count", "[wcs]") {
  Server server = make_server();
  server.context().limits.cells = 100;
  const std::string scaled = kGet + "forecast&scalesize=lat(10),lon(10)";
  CHECK(refusal_of(server.get(scaled)) == "400 InvalidParameterValue forecast");
  CHECK(server.get(scaled + "&subset=time(\"2024-01-01T12:00:00Z\")&subset=depth(10)").status ==
        200);
}

TEST_CASE("the CRS addresses in answers are answered", "[wcs]") {
  const Server server = make_server();
  const std::string vertical =
      found(server.get(kDescribe + "forecast"), "http://gyre.test/def/(crs/vertical/[0-9a-f]+)");
  CHECK_THAT(text_of(server.definition(vertical, "*/*")), Catch::Contains("CRS["));
  CHECK(server.definition(vertical, "application/json").media_type ==
        "application/vnd.ogc.projjson+json");
  CHECK(server.definition("crs/0123456789abcdef", "").status == 404);
}

}  // namespace
}  // namespace gyre::wcs::testing
