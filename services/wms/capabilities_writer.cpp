#include "services/wms/capabilities_writer.h"

#include <algorithm>
#include <array>

#include "services/wms/feature_info_format.h"
#include "services/wms/image_format.h"

namespace gyre::wms {
namespace {

using ows::XmlWriter;

void write_contact(XmlWriter& xml, const ows::ServiceIdentity& who) {
  const std::array<const std::string*, 5> told{&who.contact_name, &who.provider_name,
                                               &who.contact_position, &who.contact_email,
                                               &who.contact_phone};
  if (std::all_of(told.begin(), told.end(), [](const auto* text) { return text->empty(); })) return;
  xml.start("ContactInformation");
  xml.start("ContactPersonPrimary");
  xml.element("ContactPerson", who.contact_name);
  xml.element("ContactOrganization", who.provider_name);
  xml.end();
  if (!who.contact_position.empty()) xml.element("ContactPosition", who.contact_position);
  if (!who.contact_city.empty() || !who.contact_country.empty()) {
    xml.start("ContactAddress");
    xml.element("AddressType", "postal");
    xml.element("Address", who.contact_address);
    xml.element("City", who.contact_city);
    xml.element("StateOrProvince", who.contact_region);
    xml.element("PostCode", who.contact_postcode);
    xml.element("Country", who.contact_country);
    xml.end();
  }
  if (!who.contact_phone.empty()) xml.element("ContactVoiceTelephone", who.contact_phone);
  if (!who.contact_email.empty()) xml.element("ContactElectronicMailAddress", who.contact_email);
  xml.end();
}

void write_service(XmlWriter& xml, Version version, const ows::Context& context) {
  const ows::ServiceIdentity& who = *context.identity;
  const std::string endpoint = context.service_url + "?";
  xml.start("Service");
  xml.element("Name", version == Version::V1_3_0 ? "WMS" : "OGC:WMS");
  xml.element("Title", who.title);
  xml.element("Abstract", who.abstract.empty()
                              ? "Maps of gridded data, drawn on request for any place, time and "
                                "level they have values for."
                              : who.abstract);
  std::vector<std::string> keywords = who.keywords;
  if (keywords.empty()) keywords = {"WMS", "coverage", "oceanography", "meteorology"};
  write_keywords(xml, keywords);
  write_online_resource(xml, version, who.provider_site.empty() ? endpoint : who.provider_site);
  write_contact(xml, who);
  xml.element("Fees", who.fees);
  xml.element("AccessConstraints", who.access_constraints);
  if (version == Version::V1_3_0) {
    xml.element("LayerLimit", std::to_string(context.limits.map_layers));
    xml.element("MaxWidth", std::to_string(context.limits.map_width));
    xml.element("MaxHeight", std::to_string(context.limits.map_height));
  }
  xml.end();
}

void write_operation(XmlWriter& xml, Version version, std::string_view name,
                     const std::vector<std::string_view>& formats, const std::string& endpoint) {
  xml.start(name);
  for (const std::string_view format : formats) xml.element("Format", format);
  xml.start("DCPType").start("HTTP").start("Get");
  write_online_resource(xml, version, endpoint);
  xml.end().end().end().end();
}

void write_requests(XmlWriter& xml, Version version, const std::string& endpoint) {
  const bool old = version == Version::V1_1_1;
  std::vector<std::string_view> images;
  for (const ImageFormat& format : image_formats()) images.push_back(format.media_type);
  std::vector<std::string_view> infos;
  for (const FeatureInfoFormat& format : feature_info_formats()) infos.push_back(format.media_type);
  xml.start("Request");
  write_operation(xml, version, "GetCapabilities",
                  {old ? "application/vnd.ogc.wms_xml" : "text/xml"}, endpoint);
  write_operation(xml, version, "GetMap", images, endpoint);
  write_operation(xml, version, "GetFeatureInfo", infos, endpoint);
  write_operation(xml, version, old ? "GetLegendGraphic" : "sld:GetLegendGraphic", images,
                  endpoint);
  xml.end();
  xml.start("Exception");
  for (const char* word : {"XML", "INIMAGE", "BLANK"}) {
    std::string format = word;
    if (old) {
      format = "application/vnd.ogc.se_";
      for (const char* c = word; *c != 0; ++c) {
        format += static_cast<char>(std::tolower(static_cast<unsigned char>(*c)));
      }
    }
    xml.element("Format", format);
  }
  xml.end();
}

}  // namespace

void write_online_resource(XmlWriter& xml, Version version, const std::string& address) {
  xml.start("OnlineResource");
  // The DTD knows the prefix on this element alone; the schema's root declares it.
  if (version == Version::V1_1_1) xml.attribute("xmlns:xlink", "http://www.w3.org/1999/xlink");
  xml.attribute("xlink:type", "simple");
  xml.attribute("xlink:href", address);
  xml.end();
}

void write_keywords(XmlWriter& xml, const std::vector<std::string>& keywords) {
  if (keywords.empty()) return;
  xml.start("KeywordList");
  for (const std::string& keyword : keywords) xml.element("Keyword", keyword);
  xml.end();
}

std::string write_capabilities(Version version, const ows::Context& context) {
  const bool old = version == Version::V1_1_1;
  XmlWriter xml(old ? XmlWriter::Kind::Fragment : XmlWriter::Kind::Document);
  xml.start(old ? "WMT_MS_Capabilities" : "WMS_Capabilities");
  xml.attribute("version", old ? "1.1.1" : "1.3.0");
  xml.attribute("updateSequence", std::to_string(context.catalogue->generation()));
  if (!old) {
    xml.attribute("xmlns", "http://www.opengis.net/wms");
    xml.attribute("xmlns:sld", "http://www.opengis.net/sld");
    xml.attribute("xmlns:xlink", "http://www.w3.org/1999/xlink");
    xml.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    xml.attribute("xsi:schemaLocation",
                  "http://www.opengis.net/wms "
                  "http://schemas.opengis.net/wms/1.3.0/capabilities_1_3_0.xsd "
                  "http://www.opengis.net/sld "
                  "http://schemas.opengis.net/sld/1.1.0/sld_capabilities.xsd");
  }
  write_service(xml, version, context);
  xml.start("Capability");
  write_requests(xml, version, context.service_url + "?");
  write_layers(xml, version, context);
  std::string text = xml.take();
  if (!old) return text;
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + std::string(kDoctype111) + "\n" + text;
}

}  // namespace gyre::wms
