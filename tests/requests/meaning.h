#pragma once

#include <string>
#include <string_view>

namespace gyre::requests {

/// Bodies in a form that differs only when their meaning does.

/// One element a line, namespaces by the prefixes below, attributes sorted, white space between
/// elements gone. @throws std::runtime_error when it is not well-formed
[[nodiscard]] std::string xml_text(std::string_view xml);

/// Value of an XPath expression over `xml` (a number, a string, or the first node's text).
/// Prefixes: wcs ows gml gmlcov gmlrgrid swe rsub xlink wms ogc sld.
[[nodiscard]] std::string xpath_value(std::string_view xml, const std::string& expression);

/// NetCDF as ncdump prints it, the file's name left out.
[[nodiscard]] std::string cdl_text(std::string_view file);

/// TIFF and PNG by GDAL: size, position, CRS name, and each band with its type and all values
/// (at most 400; beyond, a checksum).
[[nodiscard]] std::string raster_text(std::string_view file);

}  // namespace gyre::requests
