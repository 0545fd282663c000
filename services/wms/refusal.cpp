#include "services/wms/refusal.h"

#include "rendering/legend.h"
#include "services/http/text.h"
#include "services/ows/kvp.h"
#include "services/ows/xml_writer.h"
#include "services/wms/image_format.h"
#include "services/wms/kvp_binding.h"
#include "services/wms/layer_query.h"

namespace gyre::wms {
namespace {

ows::Exception as_exception(const std::exception& error) {
  if (const auto* ours = dynamic_cast<const ows::Exception*>(&error)) return *ours;
  if (const auto* domain = dynamic_cast<const coverage::Error*>(&error)) {
    return ows::to_exception(*domain, kRefusals);
  }
  return {"NoApplicableCode", "", 500,
          "The server failed; its log says why, under this request's id."};
}

/// The parameters again, as far as they can be read.
ows::Kvp readable_parameters(const http::Request& request) {
  try {
    return ows::Kvp::parse(request.query.empty() ? request.body : request.query);
  } catch (const ows::Exception&) {
    return {};
  }
}

Version spoken_version(const ows::Kvp& kvp) {
  try {
    return negotiated_version(kvp);
  } catch (const ows::Exception&) {
    return Version::V1_3_0;
  }
}

/// The picture a client wants in place of a report; absent when it wants none, or when size or
/// format are part of what is wrong.
std::optional<http::Response> picture(const ows::Exception& exception, const ows::Kvp& kvp,
                                      const ows::Context& context) {
  try {
    const Exceptions wanted = exceptions_from_kvp(kvp);
    const std::string operation = http::lower_case(kvp.optional("REQUEST").value_or(""));
    const bool draws = operation == "getmap" || operation == "map";
    if (wanted == Exceptions::Xml || !draws) return std::nullopt;
    const std::size_t width = pixels_from_kvp(kvp, "WIDTH");
    const std::size_t height = pixels_from_kvp(kvp, "HEIGHT");
    check_size(width, height, context);
    const ImageFormat& format = image_format(kvp.required("FORMAT"));
    rendering::Background background = background_from_kvp(kvp);
    if (format.kind == ImageFormat::Kind::Jpeg) background.transparent = false;
    const rendering::RgbaImage image =
        wanted == Exceptions::Blank
            ? rendering::blank(width, height, background)
            : rendering::draw_message(
                  exception.code() + ": " + http::printable_utf8(exception.what()), width, height,
                  background);
    return image_response(image, format, background.colour);
  } catch (const ows::Exception&) {
    return std::nullopt;
  }
}

}  // namespace

http::Response exception_report(const ows::Exception& exception, Version version, int status) {
  const bool old = version == Version::V1_1_1;
  ows::XmlWriter xml(old ? ows::XmlWriter::Kind::Fragment : ows::XmlWriter::Kind::Document);
  xml.start("ServiceExceptionReport");
  xml.attribute("version", old ? "1.1.1" : "1.3.0");
  if (!old) {
    xml.attribute("xmlns", "http://www.opengis.net/ogc");
    xml.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    xml.attribute("xsi:schemaLocation",
                  "http://www.opengis.net/ogc "
                  "http://schemas.opengis.net/wms/1.3.0/exceptions_1_3_0.xsd");
  }
  xml.start("ServiceException");
  // The only code whose spelling depends on the version.
  const std::string code =
      old && exception.code() == "InvalidCRS" ? "InvalidSRS" : exception.code();
  xml.attribute("code", code);
  if (!old && !exception.locator().empty()) xml.attribute("locator", exception.locator());
  xml.text(exception.what());

  http::Response response;
  response.status = status == 0 ? exception.status() : status;
  if (old) {
    response.media_type = "application/vnd.ogc.se_xml";
    response.body =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<!DOCTYPE ServiceExceptionReport SYSTEM "
        "\"http://schemas.opengis.net/wms/1.1.1/exception_1_1_1.dtd\">\n" +
        xml.take();
  } else {
    response.media_type = "text/xml; charset=utf-8";
    response.body = xml.take();
  }
  return response;
}

http::Response refusal(const std::exception& error, const http::Request& request,
                       const ows::Context& context) {
  const ows::Exception exception = as_exception(error);
  const ows::Kvp kvp = readable_parameters(request);
  auto drawn = picture(exception, kvp, context);
  http::Response response =
      drawn ? *std::move(drawn)
            : exception_report(exception, spoken_version(kvp), context.wms_exception_status);
  // A refusal may be cured in a moment: nobody shall keep it.
  response.with_header("Cache-Control", "no-store");
  return response;
}

}  // namespace gyre::wms
