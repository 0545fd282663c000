#include <fmt/format.h>

#include "coverage/metadata/description.h"
#include "gyre/abi.h"
#include "services/home/html.h"
#include "services/home/links.h"
#include "services/home/pages.h"
#include "services/http/text.h"

namespace gyre::home {
namespace {

std::string services_list(const ows::Context& context) {
  if (!context.services) return {};
  std::string out;
  for (const ows::ServiceLink& link : *context.services) {
    if (link.name.empty()) continue;
    const std::string endpoint = context.base_url + "/" + link.name;
    out += copyable(link.title,
                    link.ows_name.empty() ? endpoint : capabilities_link(endpoint, link.ows_name));
  }
  return out.empty() ? out : "<h2>Services</h2>\n<dl>\n" + out + "</dl>\n";
}

std::string card(const coverage::Dataset& dataset, const ows::Context& context) {
  std::string picture;
  if (!dataset.coverages.empty()) {
    if (const auto map = map_link(dataset, dataset.coverages.front(), 0, 320, context)) {
      picture = fmt::format(
          "<img class=\"map\" loading=\"lazy\" alt=\"\" width=\"{}\" height=\"{}\" src=\"{}\">",
          map->width, map->height, escaped(map->url));
    }
  }
  std::size_t fields = 0;
  for (const coverage::Coverage& coverage : dataset.coverages) fields += coverage.fields.size();
  std::string words = fmt::format("<p>{} · {} field{}</p>", escaped(place_text(dataset)), fields,
                                  fields == 1 ? "" : "s");
  if (const std::string times = time_text(dataset); !times.empty()) {
    words += fmt::format("<p>{}</p>", escaped(times));
  }
  return fmt::format(
      "<li class=\"card\"><a href=\"{}/datasets/{}\">{}<div class=\"words\"><h3>{}</h3>"
      "<p>{}</p>{}</div></a></li>\n",
      escaped(context.base_url), http::percent_encode(dataset.id), picture,
      escaped(shortened(title_of(dataset, context), 110)), escaped(dataset.id), words);
}

}  // namespace

std::string landing_page(const ows::Context& context) {
  const ows::ServiceIdentity& identity = *context.identity;
  std::string body = fmt::format("<header><h1>{}</h1>\n", escaped(identity.title));
  if (!identity.abstract.empty()) body += fmt::format("<p>{}</p>\n", escaped(identity.abstract));
  if (!identity.provider_name.empty()) {
    body += fmt::format("<p class=\"soft\">{}</p>\n", escaped(identity.provider_name));
  }
  body += "</header>\n<main>\n" + services_list(context);
  const auto& datasets = context.catalogue->datasets();
  body += fmt::format("<h2>{} dataset{}</h2>\n", datasets.size(), datasets.size() == 1 ? "" : "s");
  if (datasets.empty()) {
    body += "<p>Nothing is published. <code>gyre describe DIR</code> tells why.</p>\n";
  }
  body += "<ul class=\"cards\">\n";
  for (const auto& dataset : datasets) body += card(*dataset, context);
  body += fmt::format("</ul>\n</main>\n<footer>Gyre {}</footer>", GYRE_VERSION);
  return page(identity.title, body, context);
}

}  // namespace gyre::home
