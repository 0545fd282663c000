#include "services/wcs/xml_binding.h"

#include <fmt/format.h>

#include "services/ows/exception.h"
#include "services/wcs/syntax.h"

namespace gyre::wcs {
namespace {

using ows::XmlElement;

[[noreturn]] void refuse_element(const std::string& name, const std::string& why) {
  throw ows::Exception("InvalidEncodingSyntax", name, 400, why);
}

std::string required_attribute(const XmlElement& root, const char* name) {
  std::string value = root.attribute(name).value_or("");
  if (!value.empty()) return value;
  throw ows::Exception("MissingParameterValue", name, 400,
                       fmt::format("{} has no attribute '{}'.", root.name, name));
}

void require_service_and_version(const XmlElement& root) {
  constexpr std::string_view kNamespace = "http://www.opengis.net/wcs/2.0";
  if (!root.namespace_uri.empty() && root.namespace_uri != kNamespace) {
    refuse_element(root.name,
                   fmt::format("{} belongs to the namespace {}; '{}' is another.", root.name,
                               kNamespace, root.namespace_uri.substr(0, 200)));
  }
  require_wcs(required_attribute(root, "service"));
  require_version(required_attribute(root, "version"));
}

std::string required_text(const XmlElement& parent, std::string_view name) {
  const XmlElement* child = parent.child(name);
  std::string text = child == nullptr ? "" : child->trimmed_text();
  if (text.empty()) {
    refuse_element(std::string(name), fmt::format("{} needs a {}.", parent.name, name));
  }
  return text;
}

/// Texts of <parent><item/>...</parent> below `root`.
std::vector<std::string> list_of(const XmlElement& root, std::string_view parent,
                                 std::string_view item) {
  std::vector<std::string> texts;
  const XmlElement* list = root.child(parent);
  if (list == nullptr) return texts;
  for (const XmlElement* element : list->all(item)) {
    if (std::string text = element->trimmed_text(); !text.empty()) texts.push_back(std::move(text));
  }
  return texts;
}

std::optional<std::string> bound_of(const XmlElement& trim, std::string_view name) {
  const XmlElement* child = trim.child(name);
  if (child == nullptr || child->trimmed_text() == "*") return std::nullopt;
  return parse_position(child->text, name);
}

/// `<Dimension>`, and the CRS that the older schema gave it as an attribute.
Subset subset_of(const XmlElement& element) {
  Subset subset;
  subset.dimension.axis_label = required_text(element, "Dimension");
  subset.crs = element.child("Dimension")->attribute("crs");
  if (element.name == "DimensionSlice") {
    subset.dimension.extent =
        coverage::Slice{parse_position(required_text(element, "SlicePoint"), "SlicePoint")};
  } else {
    subset.dimension.extent =
        coverage::Trim{bound_of(element, "TrimLow"), bound_of(element, "TrimHigh")};
  }
  return subset;
}

std::vector<RangeItem> range_subset_of(const XmlElement& element) {
  std::vector<RangeItem> items;
  for (const XmlElement* item : element.all("RangeItem")) {
    if (const XmlElement* interval = item->child("RangeInterval")) {
      items.push_back(
          {required_text(*interval, "startComponent"), required_text(*interval, "endComponent")});
    } else {
      items.push_back({required_text(*item, "RangeComponent"), std::nullopt});
    }
  }
  if (items.empty()) refuse_element("RangeSubset", "RangeSubset names no field.");
  return items;
}

/// Source: wcsScal.xsd; some clients leave out the element Scaling around them (OGC 12-039).
bool read_scaling(const XmlElement& element, Scaling& scaling) {
  const auto number = [](const XmlElement& parent, const char* name) {
    return parse_number(required_text(parent, name), name);
  };
  if (element.name == "ScaleByFactor") {
    scaling.factor = number(element, "scaleFactor");
  } else if (element.name == "ScaleAxesByFactor") {
    for (const XmlElement* axis : element.all("ScaleAxis")) {
      scaling.axis_factors.push_back({required_text(*axis, "axis"), number(*axis, "scaleFactor")});
    }
  } else if (element.name == "ScaleToSize") {
    for (const XmlElement* axis : element.all("TargetAxisSize")) {
      scaling.axis_sizes.push_back({required_text(*axis, "axis"), number(*axis, "targetSize")});
    }
  } else if (element.name == "ScaleToExtent") {
    for (const XmlElement* axis : element.all("TargetAxisExtent")) {
      scaling.axis_extents.push_back(
          {required_text(*axis, "axis"), number(*axis, "low"), number(*axis, "high")});
    }
  } else {
    return false;
  }
  return true;
}

/// Source: wcsInt.xsd (OGC 12-049).
InterpolationWish interpolation_of(const XmlElement& element) {
  InterpolationWish wish;
  if (element.child("globalInterpolation") != nullptr) {
    wish.method = required_text(element, "globalInterpolation");
  }
  for (const XmlElement* axis : element.all("InterpolationPerAxis")) {
    wish.per_axis.push_back(
        {required_text(*axis, "axis"), required_text(*axis, "interpolationMethod")});
  }
  require_one_interpolation(wish);
  return wish;
}

/// One element of wcs:Extension. What would change the answer and is not offered is refused.
void read_extension(const XmlElement& element, GetCoverage& request) {
  if (element.name == "RangeSubset") {
    request.range_subset = range_subset_of(element);
  } else if (element.name == "subsettingCrs") {
    request.subsetting_crs = element.trimmed_text();
  } else if (element.name == "outputCrs") {
    request.output_crs = element.trimmed_text();
  } else if (element.name == "GetCoverageCrs") {  // the wrapper of the specification's text
    for (const XmlElement& child : element.children) read_extension(child, request);
  } else if (element.name == "Scaling") {
    for (const XmlElement& child : element.children) read_extension(child, request);
  } else if (element.name == "Interpolation") {
    request.interpolation = interpolation_of(element);
  } else if (element.name == "units") {  // extensions of our own: the texts of KVP
    request.units = parse_units(element.text);
  } else if (element.name == "clip") {
    request.clip = parse_clip(element.text);
  } else if (element.name == "quality") {
    request.quality = split_list(element.text);
  } else {
    Scaling scaling = request.scaling.value_or(Scaling{});
    if (!read_scaling(element, scaling)) refuse_option(element.name);
    require_one_scaling(scaling);
    request.scaling = std::move(scaling);
  }
}

}  // namespace

GetCapabilities get_capabilities_from_xml(const XmlElement& root) {
  require_wcs(required_attribute(root, "service"));
  GetCapabilities request;
  request.accept_versions = list_of(root, "AcceptVersions", "Version");
  request.sections = list_of(root, "Sections", "Section");
  request.accept_formats = list_of(root, "AcceptFormats", "OutputFormat");
  request.accept_languages = list_of(root, "AcceptLanguages", "Language");
  request.update_sequence = root.attribute("updateSequence");
  if (request.update_sequence && request.update_sequence->empty()) request.update_sequence.reset();
  return request;
}

DescribeCoverage describe_coverage_from_xml(const XmlElement& root) {
  require_service_and_version(root);
  DescribeCoverage request;
  for (const XmlElement* id : root.all("CoverageId")) {
    if (std::string text = id->trimmed_text(); !text.empty()) {
      request.coverage_ids.push_back(std::move(text));
    }
  }
  if (request.coverage_ids.empty()) {
    throw ows::Exception("emptyCoverageIdList", "coverageId", 404,
                         "DescribeCoverage names no CoverageId.");
  }
  const XmlElement* extension = root.child("Extension");
  const XmlElement* units = extension == nullptr ? nullptr : extension->child("units");
  if (units != nullptr) request.units = parse_units(units->text);
  return request;
}

GetCoverage get_coverage_from_xml(const XmlElement& root) {
  require_service_and_version(root);
  for (const char* once : {"CoverageId", "format", "mediaType"}) {
    if (root.all(once).size() > 1) {
      refuse_element(once, fmt::format("GetCoverage has one {} at most.", once));
    }
  }
  GetCoverage request;
  for (const XmlElement& element : root.children) {
    if (element.name == "Extension") {
      for (const XmlElement& extension : element.children) read_extension(extension, request);
    } else if (element.name == "CoverageId") {
      request.coverage_id = element.trimmed_text();
    } else if (element.name == "DimensionTrim" || element.name == "DimensionSlice") {
      request.subsets.push_back(subset_of(element));
    } else if (element.name == "format") {
      request.format = element.trimmed_text();
    } else if (element.name == "mediaType") {
      request.multipart = parse_media_type(element.trimmed_text());
    } else {
      refuse_element(element.name, fmt::format("GetCoverage has no element {}.", element.name));
    }
  }
  if (request.coverage_id.empty()) {
    throw ows::Exception("MissingParameterValue", "coverageId", 400,
                         "GetCoverage names no CoverageId.");
  }
  return request;
}

}  // namespace gyre::wcs
