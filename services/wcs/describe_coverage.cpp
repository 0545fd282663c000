#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/base/error.h"
#include "coverage/metadata/description.h"
#include "services/http/text.h"
#include "services/ows/exception.h"
#include "services/ows/xml_writer.h"
#include "services/wcs/asked_values.h"
#include "services/wcs/gml_writer.h"
#include "services/wcs/grid.h"
#include "services/wcs/names.h"
#include "services/wcs/operations.h"

namespace gyre::wcs {
namespace {

using Found = std::pair<std::shared_ptr<const coverage::Dataset>, const coverage::Coverage*>;

/// Each id once, in request order. One unknown id spoils the request (OGC 09-110r4 req. 24).
std::vector<Found> find_all(const std::vector<std::string>& ids,
                            const coverage::Catalogue& catalogue) {
  std::vector<Found> found;
  std::vector<std::string> unknown;
  for (auto id = ids.begin(); id != ids.end(); ++id) {
    if (std::find(ids.begin(), id, *id) != id) continue;
    try {
      found.push_back(catalogue.coverage(*id));
    } catch (const coverage::Error& error) {
      if (error.kind() != coverage::ErrorKind::NoSuchCoverage) throw;
      unknown.push_back(*id);
    }
  }
  if (!unknown.empty()) {
    throw ows::Exception(
        "NoSuchCoverage", fmt::format("{}", fmt::join(unknown, ",")), 404,
        fmt::format("There is no coverage '{}'; GetCapabilities lists the ids there are.",
                    fmt::join(unknown, "', '")));
  }
  return found;
}

/// Where a NetCDF file with the coordinates of the grid is had: of one field, at the first index of
/// every other axis.
std::string one_plane_of(const coverage::Coverage& coverage, const std::string& base_url) {
  const coverage::DomainSet& domain_set = coverage.domain_set;
  if (domain_set.geometry() == nullptr) return {};
  std::string address = fmt::format(
      "{}/wcs?SERVICE=WCS&VERSION=2.0.1&REQUEST=GetCoverage&COVERAGEID={}&RANGESUBSET={}", base_url,
      coverage.id, http::percent_encode(field_names(coverage).front()));
  const std::vector<std::string> labels = axis_labels(domain_set);
  const std::vector<coverage::ViewAxis> axes = whole_axes(domain_set);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (i == domain_set.x() || i == domain_set.y() || axes[i].axis->is_scalar()) continue;
    const auto& names = axes[i].axis->data().names;
    const std::string at = names.empty() ? position_text(axes[i], 0) : "\"" + names.front() + "\"";
    address +=
        fmt::format("&SUBSET={}({})", http::percent_encode(labels[i]), http::percent_encode(at));
  }
  return address + "&FORMAT=application/netcdf";
}

/// A document that nobody could read is not written.
void check_axes(const coverage::Coverage& coverage) {
  constexpr std::size_t kMostPositions = 1'000'000;
  for (const coverage::Axis& axis : coverage.domain_set.axes()) {
    if (axis.size() <= kMostPositions || (!axis.is_time() && axis.regular_step())) continue;
    throw coverage::Error(
        coverage::ErrorKind::TooLarge, coverage.id,
        fmt::format("The axis '{}' of {} has {} positions, each of which would be told; {} at most "
                    "are. GetCoverage gives them by parts: SUBSET={}(low,high).",
                    axis.label(), coverage.id, axis.size(), kMostPositions, axis.label()));
  }
}

/// The coverage in the units in which GetCoverage would give it.
Found in_units_asked(const Found& found, const std::vector<UnitsItem>& items) {
  std::vector<std::size_t> fields(found.second->fields.size());
  std::iota(fields.begin(), fields.end(), std::size_t{0});
  auto derived =
      coverage::in_units(found.first, *found.second, units_asked(items, *found.second, fields));
  const coverage::Coverage* const coverage = &derived->coverages.front();
  return {std::move(derived), coverage};
}

void write_description(ows::XmlWriter& xml, const coverage::Dataset& dataset,
                       const coverage::Coverage& coverage, const ows::Context& context) {
  check_axes(coverage);
  const std::vector<coverage::ViewAxis> axes = whole_axes(coverage.domain_set);
  const Grid grid = make_grid(coverage.domain_set, axes, context.base_url,
                              one_plane_of(coverage, context.base_url));
  std::vector<std::size_t> fields(coverage.fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) fields[i] = i;

  xml.start("wcs:CoverageDescription");
  xml.attribute("gml:id", coverage.id);
  if (dataset.description) {
    const std::string& abstract = dataset.description->abstract.in(context.language);
    if (!abstract.empty()) xml.element("gml:description", abstract);
    const std::string& title = dataset.description->title.in(context.language);
    if (!title.empty()) xml.element("gml:name", title);
  }
  write_bounded_by(xml, grid);
  xml.element("wcs:CoverageId", coverage.id);
  write_coverage_function(xml, grid);
  write_metadata(xml, dataset, coverage, axes, fields);
  write_domain_set(xml, grid, coverage.id);
  write_range_type(xml, coverage, fields, dataset.description.get(), context.language);
  xml.start("wcs:ServiceParameters");
  xml.element("wcs:CoverageSubtype", coverage_subtype(grid.kind));
  xml.element("wcs:nativeFormat", dataset.native_format);
  xml.end();
  xml.end();
}

std::string write_descriptions(const DescribeCoverage& request, const ows::Context& context) {
  std::vector<Found> found = find_all(request.coverage_ids, *context.catalogue);
  if (!request.units.empty()) {
    for (Found& one : found) one = in_units_asked(one, request.units);
  }
  ows::XmlWriter xml;
  xml.start("wcs:CoverageDescriptions");
  write_namespaces(xml);
  for (const auto& [dataset, coverage] : found) {
    write_description(xml, *dataset, *coverage, context);
  }
  xml.end();
  return xml.take();
}

/// Texts of requests may hold anything: their lengths tell them apart.
std::string key_of(const DescribeCoverage& request) {
  std::string key = "DescribeCoverage";
  const auto add = [&key](const std::string& text) {
    key += fmt::format(" {}:{}", text.size(), text);
  };
  for (const std::string& id : request.coverage_ids) add(id);
  for (const UnitsItem& item : request.units) {
    key += item.field ? " of" : " all";
    if (item.field) add(*item.field);
    add(item.units);
  }
  return key;
}

}  // namespace

http::Response describe_coverage(const DescribeCoverage& request, const ows::Context& context,
                                 ows::DocumentCache& documents) {
  const auto found = documents.get(key_of(request), context, [&] {
    return ows::DocumentCache::Made{write_descriptions(request, context)};
  });
  http::Response response;
  response.media_type = "application/xml; charset=utf-8";
  response.body = http::Kept{found.document};
  return response;
}

}  // namespace gyre::wcs
