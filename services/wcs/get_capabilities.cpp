#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "coverage/encode/encoder.h"
#include "services/ows/exception.h"
#include "services/ows/negotiation.h"
#include "services/ows/xml_writer.h"
#include "services/wcs/answer_grid.h"
#include "services/wcs/contents.h"
#include "services/wcs/operations.h"

namespace gyre::wcs {
namespace {

using ows::ServiceIdentity;
using ows::XmlWriter;

/// Each switches on a group of tests in the OGC's suite: only what passes is announced.
constexpr std::array<std::string_view, 15> kProfiles{
    "http://www.opengis.net/spec/WCS/2.0/conf/core",
    "http://www.opengis.net/spec/WCS_protocol-binding_get-kvp/1.0/conf/get-kvp",
    "http://www.opengis.net/spec/WCS_protocol-binding_post-xml/1.0/conf/post-xml",
    "http://www.opengis.net/spec/GMLCOV/1.0/conf/gml",
    "http://www.opengis.net/spec/GMLCOV/1.0/conf/gml-coverage",
    "http://www.opengis.net/spec/GMLCOV/1.0/conf/multipart",
    "http://www.opengis.net/spec/GMLCOV_geotiff-coverages/1.0/conf/geotiff-coverage",
    "http://www.opengis.net/spec/WCS_encoding_netcdf/1.0/conf/netcdf",
    "http://www.opengis.net/spec/WCS_service-extension_range-subsetting/1.0/conf/"
    "record-subsetting",
    "http://www.opengis.net/spec/WCS_service-extension_crs/1.0/conf/crs",
    "http://www.opengis.net/spec/WCS_service-extension_crs/1.0/conf/crs-gridded-coverage",
    "http://www.opengis.net/spec/WCS_service-extension_scaling/1.0/conf/scaling",
    "http://www.opengis.net/spec/WCS_service-extension_interpolation/1.0/conf/interpolation",
    "http://www.opengis.net/spec/WCS_service-extension_interpolation/1.0/conf/"
    "interpolation-nearest-neighbor",
    "http://www.opengis.net/spec/WCS_service-extension_interpolation/1.0/conf/"
    "interpolation-linear"};

/// Of the CRSs that PROJ knows, those that clients choose from; others are taken as well.
constexpr std::array kCrsCodes{4326, 3857, 3395, 4258, 3035, 3413, 3995, 5041, 32661, 3031};

constexpr std::array kVersions{kVersion};

constexpr std::array<std::string_view, 3> kOperationNames{"GetCapabilities", "DescribeCoverage",
                                                          "GetCoverage"};

// ---- negotiation
// ---------------------------------------------------------------------------------

/// The first listed format that can be had, else the standard's default.
std::string negotiate_format(const std::vector<std::string>& accepted) {
  for (const std::string& format : accepted) {
    if (format == "text/xml" || format == "application/xml") return format;
  }
  return "application/xml";
}

enum class Section : std::uint8_t {
  ServiceIdentification,
  ServiceProvider,
  OperationsMetadata,
  Languages,
  ServiceMetadata,
  Contents
};

std::set<Section> wanted_sections(const std::vector<std::string>& names) {
  using enum Section;
  std::set<Section> all{ServiceIdentification, ServiceProvider, OperationsMetadata, Languages,
                        ServiceMetadata,       Contents};
  if (names.empty()) return all;
  std::set<Section> wanted;
  for (const std::string& name : names) {
    if (name == "All") return all;
    if (name == "ServiceIdentification") {
      wanted.insert(ServiceIdentification);
    } else if (name == "ServiceProvider") {
      wanted.insert(ServiceProvider);
    } else if (name == "OperationsMetadata") {
      wanted.insert(OperationsMetadata);
    } else if (name == "Languages") {
      wanted.insert(Languages);
    } else if (name == "ServiceMetadata") {
      wanted.insert(ServiceMetadata);
    } else if (name == "Contents" || name == "CoverageSummary") {
      wanted.insert(Contents);
    } else {
      throw ows::Exception(
          "InvalidParameterValue", "sections", 400,
          fmt::format("There is no section '{}'; there are ServiceIdentification, ServiceProvider, "
                      "OperationsMetadata, Languages, ServiceMetadata, Contents and All.",
                      name));
    }
  }
  return wanted;
}

// ---- sections
// --------------------------------------------------------------------------------------

void write_optional(XmlWriter& xml, const char* element, const std::string& text) {
  if (!text.empty()) xml.element(element, text);
}

void write_identification(XmlWriter& xml, const ServiceIdentity& identity) {
  xml.start("ows:ServiceIdentification");
  xml.element("ows:Title", identity.title);
  write_optional(xml, "ows:Abstract", identity.abstract);
  if (!identity.keywords.empty()) {
    xml.start("ows:Keywords");
    for (const std::string& keyword : identity.keywords) xml.element("ows:Keyword", keyword);
    xml.end();
  }
  xml.start("ows:ServiceType");
  xml.attribute("codeSpace", "OGC");
  xml.text("OGC WCS");
  xml.end();
  xml.element("ows:ServiceTypeVersion", kVersion);
  for (const std::string_view profile : kProfiles) xml.element("ows:Profile", profile);
  write_optional(xml, "ows:Fees", identity.fees);
  write_optional(xml, "ows:AccessConstraints", identity.access_constraints);
  xml.end();
}

void write_provider(XmlWriter& xml, const ServiceIdentity& identity) {
  xml.start("ows:ServiceProvider");
  xml.element("ows:ProviderName",
              identity.provider_name.empty() ? identity.title : identity.provider_name);
  if (!identity.provider_site.empty()) {
    xml.start("ows:ProviderSite");
    xml.attribute("xlink:href", identity.provider_site);
    xml.end();
  }
  xml.start("ows:ServiceContact");
  write_optional(xml, "ows:IndividualName", identity.contact_name);
  write_optional(xml, "ows:PositionName", identity.contact_position);
  xml.start("ows:ContactInfo");
  if (!identity.contact_phone.empty()) {
    xml.start("ows:Phone");
    xml.element("ows:Voice", identity.contact_phone);
    xml.end();
  }
  xml.start("ows:Address");
  write_optional(xml, "ows:DeliveryPoint", identity.contact_address);
  write_optional(xml, "ows:City", identity.contact_city);
  write_optional(xml, "ows:AdministrativeArea", identity.contact_region);
  write_optional(xml, "ows:PostalCode", identity.contact_postcode);
  write_optional(xml, "ows:Country", identity.contact_country);
  write_optional(xml, "ows:ElectronicMailAddress", identity.contact_email);
  xml.end();
  xml.end();
  xml.end();
  xml.end();
}

void write_post_encoding(XmlWriter& xml) {
  xml.start("ows:Constraint");
  xml.attribute("name", "PostEncoding");
  xml.start("ows:AllowedValues");
  xml.element("ows:Value", "XML");
  xml.end();
  xml.end();
}

void write_operations(XmlWriter& xml, const std::string& service_url) {
  xml.start("ows:OperationsMetadata");
  for (const std::string_view name : kOperationNames) {
    xml.start("ows:Operation");
    xml.attribute("name", name);
    xml.start("ows:DCP");
    xml.start("ows:HTTP");
    xml.start("ows:Get");
    xml.attribute("xlink:type", "simple");
    xml.attribute("xlink:href", service_url + "?");
    xml.end();
    xml.start("ows:Post");
    xml.attribute("xlink:type", "simple");
    xml.attribute("xlink:href", service_url);
    write_post_encoding(xml);
    xml.end();
    xml.end();
    xml.end();
    xml.end();
  }
  // All operations share one POST address: the constraint stands here (OGC 09-148r1 req. 2).
  write_post_encoding(xml);
  xml.end();
}

void write_languages(XmlWriter& xml, const std::vector<std::string>& languages) {
  xml.start("ows:Languages");
  for (const std::string& language : languages) xml.element("ows:Language", language);
  xml.end();
}

void write_service_metadata(XmlWriter& xml) {
  xml.start("wcs:ServiceMetadata");
  // GML first: OGC's suite asks for the first format and cannot read binary ones.
  xml.element("wcs:formatSupported", kGmlMediaType);
  for (const auto& encoder : coverage::encoders()) {
    xml.element("wcs:formatSupported", encoder->media_type());
  }
  xml.start("wcs:Extension");
  xml.start("int:InterpolationMetadata");
  xml.attribute("xmlns:int", "http://www.opengis.net/wcs/interpolation/1.0");
  for (const char* method : {kNearest, kLinear}) xml.element("int:interpolationSupported", method);
  xml.end();
  // OGC's suite and clients look for the spelling of the specification's text, which the schema of
  // that namespace does not know.
  xml.start("InterpolationMetadata");
  xml.attribute("xmlns", "http://www.opengis.net/WCS_service-extension_interpolation/1.0");
  for (const char* method : {kNearest, kLinear}) xml.element("InterpolationSupported", method);
  xml.end();
  xml.start("crs:CrsMetadata");
  xml.attribute("xmlns:crs", "http://www.opengis.net/wcs/crs/1.0");
  for (const int code : kCrsCodes) {
    xml.element("crs:crsSupported", fmt::format("http://www.opengis.net/def/crs/EPSG/0/{}", code));
  }
  xml.end();
  xml.end();
  xml.end();
}

std::string write_capabilities(const std::set<Section>& sections, const ows::Context& context,
                               const std::string& language) {
  const auto wants = [&](Section section) { return sections.count(section) > 0; };
  XmlWriter xml;
  xml.start("wcs:Capabilities");
  xml.attribute("xmlns:wcs", "http://www.opengis.net/wcs/2.0");
  xml.attribute("xmlns:ows", "http://www.opengis.net/ows/2.0");
  xml.attribute("xmlns:xlink", "http://www.w3.org/1999/xlink");
  xml.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
  xml.attribute("xsi:schemaLocation",
                "http://www.opengis.net/wcs/2.0 http://schemas.opengis.net/wcs/2.0/wcsAll.xsd");
  xml.attribute("version", kVersion);
  xml.attribute("updateSequence", fmt::format("{}", context.catalogue->generation()));
  if (wants(Section::ServiceIdentification)) write_identification(xml, *context.identity);
  if (wants(Section::ServiceProvider)) write_provider(xml, *context.identity);
  if (wants(Section::OperationsMetadata)) write_operations(xml, context.service_url);
  if (wants(Section::Languages)) write_languages(xml, context.identity->languages);
  if (wants(Section::ServiceMetadata)) write_service_metadata(xml);
  if (wants(Section::Contents)) {
    xml.start("wcs:Contents");
    write_summaries(xml, context, language);
    xml.end();
  }
  xml.end();
  return xml.take();
}

}  // namespace

http::Response get_capabilities(const GetCapabilities& request, const ows::Context& context,
                                ows::DocumentCache& documents) {
  (void)ows::negotiate_version(request.accept_versions, kVersions);
  const std::string language =
      ows::negotiate_language(request.accept_languages, context.identity->languages)
          .value_or(context.language);
  std::set<Section> sections = wanted_sections(request.sections);
  if (ows::is_current(request.update_sequence, context.catalogue->generation())) sections.clear();
  std::string what = "GetCapabilities " + language;
  for (const Section section : sections) what += fmt::format(" {}", static_cast<int>(section));
  const auto found = documents.get(what, context, [&] {
    return ows::DocumentCache::Made{write_capabilities(sections, context, language)};
  });
  http::Response response;
  response.media_type = negotiate_format(request.accept_formats) + "; charset=utf-8";
  response.body = http::Kept{found.document};
  return response;
}

}  // namespace gyre::wcs
