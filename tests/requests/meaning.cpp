#include "tests/requests/meaning.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include <cpl_vsi.h>
#include <fmt/format.h>
#include <gdal_alg.h>
#include <gdal_priv.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <ogr_spatialref.h>
#include <unistd.h>

namespace gyre::requests {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 12> kNamespaces{{
    {"wcs", "http://www.opengis.net/wcs/2.0"},
    {"ows", "http://www.opengis.net/ows/2.0"},
    {"gml", "http://www.opengis.net/gml/3.2"},
    {"gmlcov", "http://www.opengis.net/gmlcov/1.0"},
    {"gmlrgrid", "http://www.opengis.net/gml/3.3/rgrid"},
    {"swe", "http://www.opengis.net/swe/2.0"},
    {"rsub", "http://www.opengis.net/wcs/range-subsetting/1.0"},
    {"xlink", "http://www.w3.org/1999/xlink"},
    {"wms", "http://www.opengis.net/wms"},
    {"ogc", "http://www.opengis.net/ogc"},
    {"sld", "http://www.opengis.net/sld"},
    {"xsi", "http://www.w3.org/2001/XMLSchema-instance"},
}};

using Document = std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)>;

Document parse(std::string_view xml) {
  Document document(xmlReadMemory(xml.data(), static_cast<int>(xml.size()), "body.xml", nullptr,
                                  XML_PARSE_NONET | XML_PARSE_NOBLANKS | XML_PARSE_NOCDATA |
                                      XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE),
                    &xmlFreeDoc);
  if (!document) throw std::runtime_error("the body is no well-formed XML");
  return document;
}

std::string name_of(const xmlNs* space, const xmlChar* local) {
  const std::string name(reinterpret_cast<const char*>(local));
  if (space == nullptr || space->href == nullptr) return name;
  const std::string uri(reinterpret_cast<const char*>(space->href));
  for (const auto& [prefix, known] : kNamespaces) {
    if (uri == known) return std::string(prefix) + ":" + name;
  }
  return name;  // append_element() writes the namespace itself
}

bool is_known(const xmlNs* space) {
  if (space == nullptr || space->href == nullptr) return true;
  const std::string uri(reinterpret_cast<const char*>(space->href));
  return std::any_of(kNamespaces.begin(), kNamespaces.end(),
                     [&](const auto& one) { return uri == one.second; });
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

/// White space inside of text counts as one blank.
std::string collapsed(const char* text) {
  std::string out;
  bool blank = false;
  for (; *text != '\0'; ++text) {
    if (*text == ' ' || *text == '\n' || *text == '\t' || *text == '\r') {
      blank = !out.empty();
    } else {
      if (blank) out += ' ';
      blank = false;
      out += *text;
    }
  }
  return out;
}

void append_element(const xmlNode* element, int depth, std::string& out) {
  const std::string indent(static_cast<std::size_t>(depth), ' ');
  const std::string name = name_of(element->ns, element->name);
  out += indent + "<" + name;
  std::map<std::string, std::string> attributes;
  for (const xmlAttr* attribute = element->properties; attribute != nullptr;
       attribute = attribute->next) {
    xmlChar* value = xmlNodeListGetString(element->doc, attribute->children, 1);
    attributes[name_of(attribute->ns, attribute->name)] =
        value == nullptr ? "" : collapsed(reinterpret_cast<const char*>(value));
    xmlFree(value);
  }
  attributes.erase("xsi:schemaLocation");
  if (!is_known(element->ns))
    attributes["xmlns"] = reinterpret_cast<const char*>(element->ns->href);
  for (const auto& [key, value] : attributes) out += " " + key + "=\"" + escaped(value) + "\"";
  out += ">";
  std::string text;
  bool children = false;
  for (const xmlNode* child = element->children; child != nullptr; child = child->next) {
    if (child->type == XML_TEXT_NODE) {
      text += collapsed(reinterpret_cast<const char*>(child->content));
    } else if (child->type == XML_ELEMENT_NODE) {
      if (!children) out += "\n";
      children = true;
      append_element(child, depth + 1, out);
    }
  }
  out += escaped(text);
  out += (children ? indent : "") + "</" + name + ">\n";
}

/// `file` under a name, for programs and libraries that want one.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view bytes) {
    path_ = (std::filesystem::temp_directory_path() / fmt::format("gyre-body-{}.nc", getpid()))
                .string();
    std::ofstream(path_, std::ios::binary).write(bytes.data(), std::ssize(bytes));
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// The colour a palette index stands for, "rrggbbaa": the index itself means nothing.
std::string colour_text(const GDALColorTable& colours, int index) {
  const GDALColorEntry* const entry = colours.GetColorEntry(index);
  if (entry == nullptr) return "?";
  return fmt::format("{:02x}{:02x}{:02x}{:02x}", entry->c1, entry->c2, entry->c3, entry->c4);
}

std::string band_text(GDALRasterBand& band, int number, int width, int height) {
  std::string text =
      fmt::format("band {} {}", number, GDALGetDataTypeName(band.GetRasterDataType()));
  int has = 0;
  const double nodata = band.GetNoDataValue(&has);
  if (has != 0) text += fmt::format(" nodata {}", nodata);
  const double scale = band.GetScale(&has);
  if (has != 0 && scale != 1) text += fmt::format(" scale {}", scale);
  const double offset = band.GetOffset(&has);
  if (has != 0 && offset != 0) text += fmt::format(" offset {}", offset);
  if (const std::string description = band.GetDescription(); !description.empty()) {
    text += " " + description;
  }
  constexpr int kShown = 400;
  if (width * height > kShown) {
    return text + fmt::format("\nchecksum {}\n", GDALChecksumImage(&band, 0, 0, width, height));
  }
  std::vector<double> values(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  if (band.RasterIO(GF_Read, 0, 0, width, height, values.data(), width, height, GDT_Float64, 0, 0,
                    nullptr) != CE_None) {
    throw std::runtime_error("a band cannot be read");
  }
  const GDALColorTable* const colours = band.GetColorTable();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool row_begins = i % static_cast<std::size_t>(width) == 0;
    text += fmt::format("{}{}", row_begins ? "\n" : " ",
                        colours == nullptr ? fmt::format("{}", values[i])
                                           : colour_text(*colours, static_cast<int>(values[i])));
  }
  return text + "\n";
}

}  // namespace

std::string xml_text(std::string_view xml) {
  const Document document = parse(xml);
  std::string out;
  append_element(xmlDocGetRootElement(document.get()), 0, out);
  return out;
}

std::string xpath_value(std::string_view xml, const std::string& expression) {
  const Document document = parse(xml);
  const std::unique_ptr<xmlXPathContext, decltype(&xmlXPathFreeContext)> context(
      xmlXPathNewContext(document.get()), &xmlXPathFreeContext);
  for (const auto& [prefix, uri] : kNamespaces) {
    xmlXPathRegisterNs(context.get(), reinterpret_cast<const xmlChar*>(prefix),
                       reinterpret_cast<const xmlChar*>(uri));
  }
  const std::unique_ptr<xmlXPathObject, decltype(&xmlXPathFreeObject)> result(
      xmlXPathEvalExpression(reinterpret_cast<const xmlChar*>(expression.c_str()), context.get()),
      &xmlXPathFreeObject);
  if (!result) throw std::runtime_error("not an XPath expression: " + expression);
  xmlChar* text = xmlXPathCastToString(result.get());
  std::string value = collapsed(reinterpret_cast<const char*>(text));
  xmlFree(text);
  return value;
}

std::string cdl_text(std::string_view file) {
  const TemporaryFile copy(file);
  const std::string command = "ncdump -n answer '" + copy.path() + "' 2>&1";
  FILE* pipe = popen(command.c_str(), "r");  // NOLINT(cert-env33-c): our own file name
  if (pipe == nullptr) throw std::runtime_error("ncdump cannot be started");
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe)) {
    text.append(buffer.data(), n);
  }
  if (pclose(pipe) != 0) throw std::runtime_error("ncdump says: " + text);
  return text;
}

std::string raster_text(std::string_view file) {
  GDALAllRegister();
  const std::string name = "/vsimem/gyre-answer";
  std::vector<char> bytes(file.begin(), file.end());
  VSIFCloseL(VSIFileFromMemBuffer(name.c_str(), reinterpret_cast<GByte*>(bytes.data()),
                                  bytes.size(), FALSE));
  std::string text;
  {
    const std::unique_ptr<GDALDataset> dataset(
        GDALDataset::Open(name.c_str(), GDAL_OF_RASTER | GDAL_OF_VERBOSE_ERROR));
    if (!dataset) throw std::runtime_error("GDAL cannot open the image");
    text = fmt::format("{} {} x {}\n", dataset->GetDriverName(), dataset->GetRasterXSize(),
                       dataset->GetRasterYSize());
    std::array<double, 6> transform{};
    if (dataset->GetGeoTransform(transform.data()) == CE_None) {
      text += "transform";
      for (const double number : transform) text += fmt::format(" {:.12g}", number);
      text += "\n";
    }
    if (const OGRSpatialReference* crs = dataset->GetSpatialRef()) {
      text += fmt::format("crs {}\n", crs->GetName());
    }
    for (int band = 1; band <= dataset->GetRasterCount(); ++band) {
      text += band_text(*dataset->GetRasterBand(band), band, dataset->GetRasterXSize(),
                        dataset->GetRasterYSize());
    }
  }
  VSIUnlink(name.c_str());
  return text;
}

}  // namespace gyre::requests
