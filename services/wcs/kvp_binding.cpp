#include "services/wcs/kvp_binding.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>

#include "services/ows/exception.h"
#include "services/wcs/syntax.h"

namespace gyre::wcs {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

/// What every request but GetCapabilities begins with.
void require_service_and_version(const ows::Kvp& kvp) {
  require_wcs(kvp.required("service"));
  require_version(kvp.required("version"));
}

/// SUBSET, and the numbered or named keys (SUBSET0, SUBSETx) of clients that keep keys unique.
bool is_subset_key(std::string_view key) {
  return key.starts_with("SUBSET") && key != "SUBSETTINGCRS";
}

/// Parameters of extensions that would change the answer: GeoTIFF (OGC 12-100). Ignoring one would
/// answer another question.
bool is_refused_option(std::string_view key) {
  return key == "RESOLUTION" || key.starts_with("GEOTIFF:");
}

/// Source: OGC 12-039 requirements 19 to 22.
std::optional<Scaling> scaling_from(const ows::Kvp& kvp) {
  Scaling scaling;
  bool any = false;
  const auto value_of = [&](const char* key) {
    const auto value = kvp.has(key) ? kvp.optional(key) : std::nullopt;
    any = any || kvp.has(key);
    return kvp.has(key) ? std::optional(value.value_or("")) : std::nullopt;
  };
  if (const auto text = value_of("SCALEFACTOR"))
    scaling.factor = parse_number(*text, "SCALEFACTOR");
  if (const auto text = value_of("SCALEAXES")) {
    for (const AxisValue& one : parse_axis_values(*text, "SCALEAXES")) {
      scaling.axis_factors.push_back({one.axis_label, parse_number(one.value, "SCALEAXES")});
    }
  }
  if (const auto text = value_of("SCALESIZE")) {
    for (const AxisValue& one : parse_axis_values(*text, "SCALESIZE")) {
      scaling.axis_sizes.push_back({one.axis_label, parse_number(one.value, "SCALESIZE")});
    }
  }
  if (const auto text = value_of("SCALEEXTENT")) {
    for (const AxisValue& one : parse_axis_values(*text, "SCALEEXTENT")) {
      const IndexExtent extent = parse_extent(one.value, "SCALEEXTENT");
      scaling.axis_extents.push_back({one.axis_label, extent.low, extent.high});
    }
  }
  if (!any) return std::nullopt;
  require_one_scaling(scaling);
  return scaling;
}

/// INTERPOLATION, INTERPOLATIONPERAXIS, and the key of earlier drafts that OGC's suite sends.
std::optional<InterpolationWish> interpolation_from(const ows::Kvp& kvp) {
  InterpolationWish wish;
  bool any = false;
  for (const char* const key : {"INTERPOLATION", "INTERPOLATIONMETHOD"}) {
    if (!kvp.has(key)) continue;
    any = true;
    const std::string text = kvp.optional(key).value_or("");
    const bool per_axis = text.find(':') != std::string::npos && !text.starts_with("http");
    if (per_axis) {
      for (auto& one : parse_axis_interpolations(text, key)) wish.per_axis.push_back(one);
    } else {
      wish.method = text;
    }
  }
  for (const std::string& text : kvp.all("INTERPOLATIONPERAXIS")) {
    any = true;
    for (auto& one : parse_axis_interpolations(text, "INTERPOLATIONPERAXIS")) {
      wish.per_axis.push_back(one);
    }
  }
  if (!any) return std::nullopt;
  require_one_interpolation(wish);
  return wish;
}

}  // namespace

GetCapabilities get_capabilities_from_kvp(const ows::Kvp& kvp) {
  require_wcs(kvp.required("service"));
  GetCapabilities request;
  request.accept_versions = split_list(kvp.optional("ACCEPTVERSIONS").value_or(""));
  request.sections = split_list(kvp.optional("SECTIONS").value_or(""));
  request.update_sequence = kvp.optional("UPDATESEQUENCE");
  request.accept_formats = split_list(kvp.optional("ACCEPTFORMATS").value_or(""));
  request.accept_languages = split_list(kvp.optional("ACCEPTLANGUAGES").value_or(""));
  if (request.update_sequence && request.update_sequence->empty()) request.update_sequence.reset();
  return request;
}

DescribeCoverage describe_coverage_from_kvp(const ows::Kvp& kvp) {
  require_service_and_version(kvp);
  if (!kvp.has("COVERAGEID")) (void)kvp.required("coverageId");  // says MissingParameterValue
  DescribeCoverage request;
  request.coverage_ids = split_list(kvp.optional("COVERAGEID").value_or(""));
  if (request.coverage_ids.empty()) {
    throw ows::Exception("emptyCoverageIdList", "coverageId", 404,
                         "coverageId names no coverage; give one or several ids, with commas.");
  }
  request.units = parse_units(kvp.optional("UNITS").value_or(""));
  return request;
}

GetCoverage get_coverage_from_kvp(const ows::Kvp& kvp) {
  require_service_and_version(kvp);
  GetCoverage request;
  request.coverage_id = kvp.required("coverageId");
  for (const auto& [key, value] : kvp.pairs()) {
    const std::string name = upper(key);
    if (is_refused_option(name)) refuse_option(key);
    if (is_subset_key(name)) request.subsets.push_back(parse_subset(value, key));
  }
  if (const auto fields = kvp.optional("RANGESUBSET")) {
    request.range_subset = parse_range_subset(*fields);
  }
  request.format = kvp.optional("FORMAT");
  if (const auto media_type = kvp.optional("MEDIATYPE")) {
    request.multipart = parse_media_type(*media_type);
  }
  request.subsetting_crs = kvp.optional("SUBSETTINGCRS");
  request.output_crs = kvp.optional("OUTPUTCRS");
  request.scaling = scaling_from(kvp);
  request.interpolation = interpolation_from(kvp);
  request.units = parse_units(kvp.optional("UNITS").value_or(""));
  request.quality = split_list(kvp.optional("QC").value_or(""));
  request.clip = parse_clip(kvp.optional("CLIP").value_or(""));
  return request;
}

}  // namespace gyre::wcs
