#include <algorithm>

#include <fmt/format.h>

#include "coverage/metadata/description.h"
#include "services/home/html.h"
#include "services/home/links.h"
#include "services/home/pages.h"
#include "services/http/text.h"

namespace gyre::home {
namespace {

using coverage::Axis;
using coverage::Coverage;
using coverage::Dataset;

std::string position(const Axis& axis, std::size_t index) {
  const coverage::AxisData& data = axis.data();
  if (axis.is_time()) return data.instants[index].iso8601();
  if (!data.names.empty()) return data.names[index];
  if (data.type == coverage::ElementType::Float32) {
    return fmt::format("{}", static_cast<float>(data.centres[index]));
  }
  return fmt::format("{}", data.centres[index]);
}

std::string axes_table(const Coverage& coverage) {
  std::string out =
      "<table><tr><th>Axis</th><th>Samples</th><th>First</th><th>Last</th><th>Unit</th></tr>\n";
  for (const Axis& axis : coverage.domain_set.axes()) {
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                       escaped(axis.label()), axis.size(), escaped(position(axis, 0)),
                       escaped(position(axis, axis.size() - 1)), escaped(axis.uom()));
  }
  return out + "</table>\n";
}

std::string fields_table(const Dataset& dataset, const Coverage& coverage,
                         const ows::Context& context) {
  std::string out = "<table><tr><th>Field</th><th>What it is</th><th>Unit</th><th>Map</th></tr>\n";
  for (std::size_t i = 0; i < coverage.fields.size(); ++i) {
    const coverage::Field& field = coverage.fields[i];
    const auto map = map_link(dataset, coverage, i, 768, context);
    out +=
        fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n", escaped(field.name),
                    escaped(field_title(dataset, field, context)), escaped(field.units),
                    map ? fmt::format("<a href=\"{}\">map</a>", escaped(map->url)) : "");
  }
  return out + "</table>\n";
}

/// A point in the middle of everything: one position on each axis but x and y.
std::string example_subset(const Coverage& coverage) {
  std::string out;
  const coverage::DomainSet& domain = coverage.domain_set;
  for (std::size_t i = 0; i < domain.axes().size(); ++i) {
    const Axis& axis = domain.axes()[i];
    if (i == domain.x() || i == domain.y() || axis.is_scalar()) continue;
    const std::string at = position(axis, axis.size() - 1);
    const bool quoted = axis.is_time() || !axis.data().names.empty();
    out += fmt::format("&SUBSET={}({})", http::percent_encode(axis.label()),
                       http::percent_encode(quoted ? "\"" + at + "\"" : at));
  }
  return out;
}

/// Whether GeoTIFF can say where the cells are.
bool is_evenly_spaced(const coverage::DomainSet& domain) {
  return domain.geometry() == nullptr && domain.axes()[domain.x()].regular_step() &&
         domain.axes()[domain.y()].regular_step();
}

std::string wcs_requests(const Coverage& coverage, const std::string& wcs) {
  const std::string common = fmt::format("{}?SERVICE=WCS&VERSION=2.0.1&REQUEST=", wcs);
  const std::string id = http::percent_encode(coverage.id);
  std::string out = copyable("Describe it (WCS)", common + "DescribeCoverage&COVERAGEID=" + id);
  const std::string get = common + "GetCoverage&COVERAGEID=" + id;
  out += copyable("One step as NetCDF (WCS)",
                  get + example_subset(coverage) + "&FORMAT=application/netcdf");
  if (is_evenly_spaced(coverage.domain_set)) {
    out += copyable("The same as GeoTIFF, first field (WCS)",
                    get + example_subset(coverage) + "&RANGESUBSET=" +
                        http::percent_encode(coverage.fields.front().name) + "&FORMAT=image/tiff");
  }
  return out;
}

std::string facts(const Dataset& dataset) {
  if (!dataset.description) return {};
  const coverage::Description& about = *dataset.description;
  const std::pair<const char*, std::string> rows[]{
      {"Where", place_text(dataset)},
      {"When", time_text(dataset)},
      {"Institution", about.institution},
      {"Licence", about.licence},
      {"Source", about.source},
      {"References", about.references},
      {"Processing", about.processing_level},
      {"Version", about.product_version},
  };
  std::string out;
  for (const auto& [name, value] : rows) {
    if (value.empty()) continue;
    out += fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", name, escaped(shortened(value, 600)));
  }
  return out.empty() ? out : "<table>\n" + out + "</table>\n";
}

}  // namespace

std::string dataset_page(const Dataset& dataset, const ows::Context& context) {
  const std::string title = title_of(dataset, context);
  std::string body = fmt::format(
      "<header><p class=\"soft\"><a href=\"{}/\">{}</a></p>\n<h1>{}</h1>\n<p class=\"soft\">{}</p>",
      escaped(context.base_url), escaped(context.identity->title), escaped(title),
      escaped(dataset.id));
  if (dataset.description) {
    const std::string& abstract = dataset.description->abstract.in(context.language);
    if (!abstract.empty()) body += fmt::format("<p>{}</p>", escaped(shortened(abstract, 1500)));
  }
  body += "</header>\n<main>\n";
  if (!dataset.coverages.empty()) {
    if (const auto map = map_link(dataset, dataset.coverages.front(), 0, 768, context)) {
      body += fmt::format(
          "<img class=\"map big\" alt=\"Map of {}\" width=\"{}\" height=\"{}\" src=\"{}\">\n",
          escaped(dataset.coverages.front().fields.front().name), map->width, map->height,
          escaped(map->url));
    }
  }
  body += facts(dataset);
  const std::string scope = "/" + http::percent_encode(dataset.id);
  for (const auto& [owner, coverage] : coverage::all_coverages(dataset)) {
    body += fmt::format("<h2>{}</h2>\n", escaped(coverage->id));
    body += fields_table(dataset, *coverage, context) + "<p></p>" + axes_table(*coverage);
    if (const auto wcs = endpoint_of(context, "WCS")) {
      body += "<dl>\n" + wcs_requests(*coverage, *wcs) + "</dl>\n";
    }
  }
  body += "<h2>This dataset alone</h2>\n<dl>\n";
  for (const std::string_view name : {"WMS", "WCS"}) {
    if (const auto endpoint = endpoint_of(context, name)) {
      body += copyable(fmt::format("{} capabilities", name),
                       capabilities_link(*endpoint + scope, name));
    }
  }
  body += "</dl>\n</main>";
  return page(title, body, context);
}

}  // namespace gyre::home
