#include <catch2/catch.hpp>

#include "services/ows/exception.h"
#include "services/ows/kvp.h"
#include "services/ows/xml_reader.h"
#include "services/wcs/kvp_binding.h"
#include "services/wcs/xml_binding.h"

namespace gyre::wcs {
namespace {

using coverage::Slice;
using coverage::Trim;

constexpr const char* kNamespaces =
    R"( xmlns:wcs="http://www.opengis.net/wcs/2.0" xmlns:ows="http://www.opengis.net/ows/2.0")"
    R"( xmlns:rsub="http://www.opengis.net/wcs/range-subsetting/1.0")"
    R"( xmlns:crs="http://www.opengis.net/wcs/crs/1.0")"
    R"( xmlns:scal="http://www.opengis.net/wcs/scaling/1.0")"
    R"( xmlns:int="http://www.opengis.net/wcs/interpolation/1.0")";

/// `body` inside of <wcs:operation service="WCS" version="2.0.1">.
std::string request_xml(const std::string& operation, const std::string& body,
                        const std::string& attributes = R"( service="WCS" version="2.0.1")") {
  return "<wcs:" + operation + kNamespaces + attributes + ">" + body + "</wcs:" + operation + ">";
}

ows::Kvp kvp_of(const std::string& text) {
  return ows::Kvp::parse("service=WCS&version=2.0.1&" + text);
}

std::string refusal_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const ows::Exception& exception) {
    return exception.code() + " " + exception.locator();
  }
  return "none";
}

TEST_CASE("GetCoverage by KVP and by XML is one request", "[wcs]") {
  struct Row {
    const char* why;
    std::string kvp, xml;
    GetCoverage expected;
  };
  const auto row = GENERATE(values<Row>({
      {"a coverage alone",
       "coverageid=sst",
       "<wcs:CoverageId>sst</wcs:CoverageId>",
       {.coverage_id = "sst"}},
      {"trim and slice",
       "CoverageID=sst&SUBSET=Lat(30,*)&subset=time(\"2020-01-01\")",
       "<wcs:CoverageId>sst</wcs:CoverageId>"
       "<wcs:DimensionTrim><wcs:Dimension>Lat</wcs:Dimension><wcs:TrimLow>30</wcs:TrimLow>"
       "</wcs:DimensionTrim><wcs:DimensionSlice><wcs:Dimension>time</wcs:Dimension>"
       "<wcs:SlicePoint>\"2020-01-01\"</wcs:SlicePoint></wcs:DimensionSlice>",
       {.coverage_id = "sst",
        .subsets = {{{"Lat", Trim{"30", {}}}, {}}, {{"time", Slice{"2020-01-01"}}, {}}}}},
      {"units by field, and quality",
       "coverageid=sst&Units=thetao:degC,%20so:1e-3&qc=good,probably_good",
       "<wcs:Extension><units xmlns=\"urn:gyre:values:1\">thetao:degC, so:1e-3</units>"
       "<quality xmlns=\"urn:gyre:values:1\">good,probably_good</quality></wcs:Extension>"
       "<wcs:CoverageId>sst</wcs:CoverageId>",
       {.coverage_id = "sst",
        .units = {{"thetao", "degC"}, {"so", "1e-3"}},
        .quality = {"good", "probably_good"}}},
      {"units of all fields, a level with a colon",
       "coverageid=sst&UNITS=lg(re:%201%20mW)&QC=",
       "<wcs:Extension><units>lg(re: 1 mW)</units></wcs:Extension>"
       "<wcs:CoverageId>sst</wcs:CoverageId>",
       {.coverage_id = "sst", .units = {{std::nullopt, "lg(re: 1 mW)"}}}},
      {"a factor, and a method of interpolation",
       "coverageid=sst&scalefactor=0.5"
       "&interpolation=http://www.opengis.net/def/interpolation/OGC/1/linear",
       "<wcs:Extension><scal:Scaling><scal:ScaleByFactor><scal:scaleFactor>0.5</scal:scaleFactor>"
       "</scal:ScaleByFactor></scal:Scaling><int:Interpolation><int:globalInterpolation>"
       "http://www.opengis.net/def/interpolation/OGC/1/linear</int:globalInterpolation>"
       "</int:Interpolation></wcs:Extension><wcs:CoverageId>sst</wcs:CoverageId>",
       {.coverage_id = "sst",
        .scaling = Scaling{.factor = 0.5},
        .interpolation =
            InterpolationWish{"http://www.opengis.net/def/interpolation/OGC/1/linear", {}}}},
      {"sizes, in an output CRS",
       "coverageid=sst&scalesize=Long(512),Lat(256.0)&outputcrs=EPSG:3857",
       "<wcs:Extension><scal:ScaleToSize><scal:TargetAxisSize><scal:axis>Long</scal:axis>"
       "<scal:targetSize>512</scal:targetSize></scal:TargetAxisSize><scal:TargetAxisSize>"
       "<scal:axis>Lat</scal:axis><scal:targetSize>256</scal:targetSize></scal:TargetAxisSize>"
       "</scal:ScaleToSize><crs:outputCrs>EPSG:3857</crs:outputCrs></wcs:Extension>"
       "<wcs:CoverageId>sst</wcs:CoverageId>",
       {.coverage_id = "sst",
        .output_crs = "EPSG:3857",
        .scaling = Scaling{.axis_sizes = {{"Long", 512}, {"Lat", 256}}}}},
      {"factors and methods of axes",
       "coverageid=sst&scaleaxes=Long(2),Lat(0.5)&interpolationperaxis=Lat,nearest",
       "<wcs:Extension><scal:Scaling><scal:ScaleAxesByFactor><scal:ScaleAxis><scal:axis>Long"
       "</scal:axis><scal:scaleFactor>2</scal:scaleFactor></scal:ScaleAxis><scal:ScaleAxis>"
       "<scal:axis>Lat</scal:axis><scal:scaleFactor>0.5</scal:scaleFactor></scal:ScaleAxis>"
       "</scal:ScaleAxesByFactor></scal:Scaling><int:Interpolation><int:InterpolationPerAxis>"
       "<int:axis>Lat</int:axis><int:interpolationMethod>nearest</int:interpolationMethod>"
       "</int:InterpolationPerAxis></int:Interpolation></wcs:Extension>"
       "<wcs:CoverageId>sst</wcs:CoverageId>",
       {.coverage_id = "sst",
        .scaling = Scaling{.axis_factors = {{"Long", 2}, {"Lat", 0.5}}},
        .interpolation = InterpolationWish{{}, {{"Lat", "nearest"}}}}},
      {"extents of indices",
       "coverageid=sst&scaleextent=i(10:20),j(0:9)",
       "<wcs:Extension><scal:Scaling><scal:ScaleToExtent><scal:TargetAxisExtent><scal:axis>i"
       "</scal:axis><scal:low>10</scal:low><scal:high>20</scal:high></scal:TargetAxisExtent>"
       "<scal:TargetAxisExtent><scal:axis>j</scal:axis><scal:low>0</scal:low><scal:high>9"
       "</scal:high></scal:TargetAxisExtent></scal:ScaleToExtent></scal:Scaling></wcs:Extension>"
       "<wcs:CoverageId>sst</wcs:CoverageId>",
       {.coverage_id = "sst", .scaling = Scaling{.axis_extents = {{"i", 10, 20}, {"j", 0, 9}}}}},
      {"keys made unique, percent-coded brackets",
       "coverageid=sst&subsetx=Long%2810,20%29&SUBSET1=depth%28%225%22%29",
       "<wcs:CoverageId>sst</wcs:CoverageId>"
       "<wcs:DimensionTrim><wcs:Dimension>Long</wcs:Dimension><wcs:TrimLow>10</wcs:TrimLow>"
       "<wcs:TrimHigh>20</wcs:TrimHigh></wcs:DimensionTrim><wcs:DimensionSlice>"
       "<wcs:Dimension>depth</wcs:Dimension><wcs:SlicePoint>5</wcs:SlicePoint>"
       "</wcs:DimensionSlice>",
       {.coverage_id = "sst",
        .subsets = {{{"Long", Trim{"10", "20"}}, {}}, {{"depth", Slice{"5"}}, {}}}}},
      {"fields, format and media type",
       "coverageid=sst&rangesubset=a,c:e&format=image/tiff&mediatype=multipart/related",
       "<wcs:Extension><rsub:RangeSubset><rsub:RangeItem><rsub:RangeComponent>a"
       "</rsub:RangeComponent></rsub:RangeItem><rsub:RangeItem><rsub:RangeInterval>"
       "<rsub:startComponent>c</rsub:startComponent><rsub:endComponent>e</rsub:endComponent>"
       "</rsub:RangeInterval></rsub:RangeItem></rsub:RangeSubset></wcs:Extension>"
       "<wcs:CoverageId>sst</wcs:CoverageId><wcs:format>image/tiff</wcs:format>"
       "<wcs:mediaType>multipart/related</wcs:mediaType>",
       {.coverage_id = "sst",
        .range_subset = {{"a", {}}, {"c", "e"}},
        .format = "image/tiff",
        .multipart = true}},
      {"CRSs",
       "coverageid=sst&subsettingcrs=http://www.opengis.net/def/crs/EPSG/0/"
       "4326&outputcrs=EPSG:3857",
       "<wcs:Extension><crs:subsettingCrs>http://www.opengis.net/def/crs/EPSG/0/4326"
       "</crs:subsettingCrs><crs:outputCrs>EPSG:3857</crs:outputCrs></wcs:Extension>"
       "<wcs:CoverageId>sst</wcs:CoverageId>",
       {.coverage_id = "sst",
        .subsetting_crs = "http://www.opengis.net/def/crs/EPSG/0/4326",
        .output_crs = "EPSG:3857"}},
  }));
  CAPTURE(row.why);
  const GetCoverage from_kvp = get_coverage_from_kvp(kvp_of(row.kvp));
  const GetCoverage from_xml =
      get_coverage_from_xml(ows::parse_xml(request_xml("GetCoverage", row.xml)));
  CHECK(from_kvp == row.expected);
  CHECK(from_kvp == from_xml);
}

TEST_CASE("DescribeCoverage by KVP and by XML is one request", "[wcs]") {
  const DescribeCoverage expected{{"a", "b.c"}};
  CHECK(describe_coverage_from_kvp(kvp_of("coverageid=a,b.c")) == expected);
  CHECK(describe_coverage_from_xml(ows::parse_xml(request_xml(
            "DescribeCoverage",
            "<wcs:CoverageId>a</wcs:CoverageId><wcs:CoverageId>b.c</wcs:CoverageId>"))) ==
        expected);
}

TEST_CASE("GetCapabilities by KVP and by XML is one request", "[wcs]") {
  struct Row {
    const char* why;
    std::string kvp, xml, attributes;
    GetCapabilities expected;
  };
  const auto row = GENERATE(values<Row>({
      {"nothing asked", "", "", "", {}},
      {"everything asked",
       "acceptversions=2.1.0,2.0.1&Sections=Contents&updatesequence=7&acceptformats=text/xml"
       "&acceptlanguages=fr,en",
       "<ows:AcceptVersions><ows:Version>2.1.0</ows:Version><ows:Version>2.0.1</ows:Version>"
       "</ows:AcceptVersions><ows:Sections><ows:Section>Contents</ows:Section></ows:Sections>"
       "<ows:AcceptFormats><ows:OutputFormat>text/xml</ows:OutputFormat></ows:AcceptFormats>"
       "<ows:AcceptLanguages><ows:Language>fr</ows:Language><ows:Language>en</ows:Language>"
       "</ows:AcceptLanguages>",
       " updateSequence=\"7\"",
       {.accept_versions = {"2.1.0", "2.0.1"},
        .sections = {"Contents"},
        .update_sequence = "7",
        .accept_formats = {"text/xml"},
        .accept_languages = {"fr", "en"}}},
  }));
  CAPTURE(row.why);
  CHECK(get_capabilities_from_kvp(ows::Kvp::parse("SERVICE=WCS&" + row.kvp)) == row.expected);
  CHECK(get_capabilities_from_xml(ows::parse_xml(request_xml(
            "GetCapabilities", row.xml, " service=\"WCS\"" + row.attributes))) == row.expected);
}

TEST_CASE("an element of GetCoverage given twice is refused, not chosen from", "[wcs]") {
  const auto refused = [](const std::string& body) {
    return refusal_of([&] {
      (void)get_coverage_from_xml(ows::parse_xml(
          request_xml("GetCoverage", "<wcs:CoverageId>sst</wcs:CoverageId>" + body)));
    });
  };
  CHECK(refused("<wcs:CoverageId>ice</wcs:CoverageId>") == "InvalidEncodingSyntax CoverageId");
  CHECK(refused("<wcs:format>image/tiff</wcs:format><wcs:format>application/netcdf</wcs:format>") ==
        "InvalidEncodingSyntax format");
}

TEST_CASE("both bindings refuse the same things in the same words", "[wcs]") {
  struct Row {
    const char* why;
    std::string kvp, xml, refusal;
  };
  const auto row = GENERATE(values<Row>({
      {"no coverage", "", "", "MissingParameterValue coverageId"},
      {"media type", "coverageid=a&mediatype=mediatype_bogus",
       "<wcs:CoverageId>a</wcs:CoverageId><wcs:mediaType>mediatype_bogus</wcs:mediaType>",
       "InvalidParameterValue mediaType"},
      {"a factor that is none", "coverageid=a&SCALEFACTOR=two",
       "<wcs:Extension><scal:Scaling><scal:ScaleByFactor><scal:scaleFactor>two</scal:scaleFactor>"
       "</scal:ScaleByFactor></scal:Scaling></wcs:Extension><wcs:CoverageId>a</wcs:CoverageId>",
       "InvalidEncodingSyntax"},
      {"options of GeoTIFF are not offered", "coverageid=a&geotiff:compression=LZW",
       "<wcs:Extension><parameters><compression>LZW</compression></parameters></wcs:Extension>"
       "<wcs:CoverageId>a</wcs:CoverageId>",
       "OptionNotSupported"},
  }));
  CAPTURE(row.why);
  CHECK_THAT(refusal_of([&] { (void)get_coverage_from_kvp(kvp_of(row.kvp)); }),
             Catch::StartsWith(row.refusal));
  CHECK_THAT(refusal_of([&] {
               (void)get_coverage_from_xml(ows::parse_xml(request_xml("GetCoverage", row.xml)));
             }),
             Catch::StartsWith(row.refusal));
}

TEST_CASE("service and version must be right in both bindings", "[wcs]") {
  CHECK(refusal_of([] {
          (void)describe_coverage_from_kvp(ows::Kvp::parse("service=WCS&coverageid=a"));
        }) == "MissingParameterValue version");
  CHECK(refusal_of([] {
          (void)describe_coverage_from_kvp(
              ows::Kvp::parse("service=wcs&version=2.0.1&coverageid=a"));
        }) == "InvalidParameterValue service");
  CHECK(refusal_of([] {
          (void)describe_coverage_from_xml(
              ows::parse_xml(request_xml("DescribeCoverage", "<wcs:CoverageId>a</wcs:CoverageId>",
                                         " service=\"WCS_Bogus\" version=\"2.0.1\"")));
        }) == "InvalidParameterValue service");
  CHECK(refusal_of([] {
          (void)describe_coverage_from_xml(ows::parse_xml(request_xml(
              "DescribeCoverage", "<wcs:CoverageId>a</wcs:CoverageId>", " service=\"WCS\"")));
        }) == "MissingParameterValue version");
  CHECK(refusal_of([] { (void)describe_coverage_from_kvp(kvp_of("coverageid=")); }) ==
        "emptyCoverageIdList coverageId");
  CHECK(refusal_of([] { (void)describe_coverage_from_kvp(kvp_of("coverage=a")); }) ==
        "MissingParameterValue coverageId");
}

}  // namespace
}  // namespace gyre::wcs
