#include "services/wcs/contents.h"

#include <fmt/format.h>

#include "coverage/metadata/description.h"
#include "services/wcs/crs_uri.h"
#include "services/wcs/grid.h"

namespace gyre::wcs {
namespace {

std::string corner(double first, double second) {
  return fmt::format("{} {}", first == 0 ? 0.0 : first, second == 0 ? 0.0 : second);
}

void write_geographic_box(ows::XmlWriter& xml, const coverage::Envelope& box) {
  xml.start("ows:WGS84BoundingBox");
  xml.element("ows:LowerCorner", corner(box.min_x, box.min_y));
  xml.element("ows:UpperCorner", corner(box.max_x, box.max_y));
  xml.end();
}

/// The horizontal envelope alone: clients want two dimensions here.
void write_native_box(ows::XmlWriter& xml, const coverage::DomainSet& domain_set,
                      const std::string& base_url) {
  const coverage::Envelope box = domain_set.envelope();
  const bool swapped = domain_set.crs().axes_swapped();
  xml.start("ows:BoundingBox");
  xml.attribute("crs", horizontal_crs_uri(domain_set.crs(), base_url));
  xml.attribute("dimensions", "2");
  xml.element("ows:LowerCorner",
              swapped ? corner(box.min_y, box.min_x) : corner(box.min_x, box.min_y));
  xml.element("ows:UpperCorner",
              swapped ? corner(box.max_y, box.max_x) : corner(box.max_x, box.max_y));
  xml.end();
}

/// Title of a coverage: the dataset's, and for other than the principal one which it is.
std::string title_of(const coverage::Dataset& dataset, const coverage::Coverage& coverage,
                     const std::string& language) {
  std::string title = dataset.description ? dataset.description->title.in(language) : std::string();
  if (title.empty()) title = dataset.id;
  if (coverage.id.size() > dataset.id.size()) {
    title += fmt::format(" ({})", coverage.id.substr(dataset.id.size() + 1));
  }
  return title;
}

void write_summary(ows::XmlWriter& xml, const coverage::Dataset& dataset,
                   const coverage::Coverage& coverage, const std::string& language,
                   const std::string& base_url) {
  const coverage::DomainSet& domain_set = coverage.domain_set;
  xml.start("wcs:CoverageSummary");
  xml.element("ows:Title", title_of(dataset, coverage, language));
  if (dataset.description) {
    const coverage::Description& description = *dataset.description;
    if (const std::string& text = description.abstract.in(language); !text.empty()) {
      xml.element("ows:Abstract", text);
    }
    if (!description.keywords.empty()) {
      xml.start("ows:Keywords");
      for (const std::string& keyword : description.keywords) xml.element("ows:Keyword", keyword);
      xml.end();
    }
  }
  write_geographic_box(xml, coverage::geographic_envelope(domain_set));
  xml.element("wcs:CoverageId", coverage.id);
  xml.element("wcs:CoverageSubtype", coverage_subtype(grid_kind(domain_set)));
  write_native_box(xml, domain_set, base_url);
  xml.end();
}

}  // namespace

void write_summaries(ows::XmlWriter& xml, const ows::Context& context,
                     const std::string& language) {
  for (const auto& dataset : context.catalogue->datasets()) {
    for (const auto& [owner, coverage] : coverage::all_coverages(*dataset)) {
      write_summary(xml, *owner, *coverage, language, context.base_url);
    }
  }
}

}  // namespace gyre::wcs
