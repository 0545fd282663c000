#include "services/wcs/contents.h"

#include <fmt/format.h>

#include "coverage/metadata/description.h"
#include "services/ows/xml_writer.h"
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

/// In one pass: the text may be long, and places many.
std::string with_base_url(const std::string& text, const std::string& base_url) {
  std::string filled;
  filled.reserve(text.size() + text.size() / 16);
  std::size_t begin = 0;
  while (true) {
    const std::size_t at = text.find(kBasePlaceholder, begin);
    filled.append(text, begin, at == std::string::npos ? at : at - begin);
    if (at == std::string::npos) return filled;
    filled += base_url;
    begin = at + kBasePlaceholder.size();
  }
}

}  // namespace

std::string write_summaries(const coverage::Catalogue& catalogue, const std::string& language) {
  ows::XmlWriter xml(ows::XmlWriter::Kind::Fragment);
  for (const auto& dataset : catalogue.datasets()) {
    for (const auto& [owner, coverage] : coverage::all_coverages(*dataset)) {
      write_summary(xml, *owner, *coverage, language, std::string(kBasePlaceholder));
    }
  }
  return xml.take();
}

std::string ContentsCache::summaries(const ows::Context& context, const std::string& language) {
  const Key key{context.principal.visibility_class, context.dataset_scope, language};
  const std::uint64_t generation = context.catalogue->generation();
  std::shared_ptr<const std::string> text;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found != entries_.end() && found->second.generation == generation) {
      text = found->second.text;
    }
  }
  if (!text) {
    text = std::make_shared<const std::string>(write_summaries(*context.catalogue, language));
    const std::lock_guard lock(mutex_);
    constexpr std::size_t kEntries =
        1000;  // scopes come from requests: keep what they can pin small
    if (entries_.size() >= kEntries) entries_.clear();
    entries_[key] = {generation, text};
  }
  return with_base_url(*text, context.base_url);
}

}  // namespace gyre::wcs
