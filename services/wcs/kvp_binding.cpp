#include "services/wcs/kvp_binding.h"

#include <algorithm>
#include <array>
#include <cctype>
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

/// Parameters of extensions that would change the answer: scaling (OGC 12-039), interpolation
/// (12-049), GeoTIFF (12-100). Ignoring one would answer another question.
bool is_refused_option(std::string_view key) {
  constexpr std::array<std::string_view, 7> kOptions{
      "SCALEFACTOR", "SCALEAXES",     "SCALESIZE",           "SCALEEXTENT",
      "RESOLUTION",  "INTERPOLATION", "INTERPOLATIONPERAXIS"};
  return std::find(kOptions.begin(), kOptions.end(), key) != kOptions.end() ||
         key == "INTERPOLATIONMETHOD" || key.starts_with("GEOTIFF:");
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
  return request;
}

}  // namespace gyre::wcs
