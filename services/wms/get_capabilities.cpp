#include "services/http/text.h"
#include "services/ows/exception.h"
#include "services/ows/negotiation.h"
#include "services/wms/capabilities_writer.h"
#include "services/wms/dimension.h"
#include "services/wms/operations.h"

namespace gyre::wms {
namespace {

/// Source: WMS 1.3.0 (OGC 06-042) 7.2.3.5.
void check_update_sequence(const std::optional<std::string>& asked, std::uint64_t generation) {
  if (ows::is_current(asked, generation)) {
    throw ows::Exception("CurrentUpdateSequence", "UPDATESEQUENCE", 400,
                         "The document has not changed");
  }
}

std::optional<std::int64_t> next_change_us(const coverage::Catalogue& catalogue,
                                           std::int64_t now_us) {
  std::optional<std::int64_t> next;
  for (const auto& dataset : catalogue.datasets()) {
    for (const auto& [owner, coverage] : coverage::all_coverages(*dataset)) {
      for (const coverage::Axis& axis : coverage->domain_set.axes()) {
        const auto one = next_default_us(axis, now_us);
        if (one && (!next || *one < *next)) next = one;
      }
    }
  }
  return next;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  std::string result;
  std::size_t from = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, from)) {
    result.append(text, from, at - from).append(with);
    from = at + what.size();
  }
  text = result.append(text, from);
}

}  // namespace

http::Response get_capabilities(const GetCapabilities& request, const ows::Context& context,
                                Caches& caches) {
  const std::uint64_t generation = context.catalogue->generation();
  check_update_sequence(request.update_sequence, generation);
  const std::int64_t now_us = context.clock->now_us();
  const CapabilitiesKey key{static_cast<int>(request.version), context.language,
                            context.dataset_scope, context.principal.visibility_class};
  auto document = caches.capabilities.find(key, generation, now_us);
  if (!document) {
    document =
        caches.capabilities.keep(key, {write_capabilities(request.version, context), generation,
                                       next_change_us(*context.catalogue, now_us)});
  }
  std::string text = document->text;
  replace_all(text, kServiceUrlPlaceholder, http::escape_html(context.service_url));
  http::Response response;
  response.media_type = request.version == Version::V1_1_1 ? "application/vnd.ogc.wms_xml"
                                                           : "text/xml; charset=utf-8";
  response.body = std::move(text);
  return response;
}

}  // namespace gyre::wms
