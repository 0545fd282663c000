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

}  // namespace

http::Response get_capabilities(const GetCapabilities& request, const ows::Context& context,
                                Caches& caches) {
  check_update_sequence(request.update_sequence, context.catalogue->generation());
  const auto make = [&] {
    return ows::DocumentCache::Made{write_capabilities(request.version, context),
                                    next_change_us(*context.catalogue, context.clock->now_us())};
  };
  const bool old = request.version == Version::V1_1_1;
  const auto found =
      caches.documents.get(old ? "GetCapabilities 1.1.1" : "GetCapabilities 1.3.0", context, make);
  http::Response response;
  response.media_type = old ? "application/vnd.ogc.wms_xml" : "text/xml; charset=utf-8";
  response.body = http::Kept{found.document};
  return response;
}

}  // namespace gyre::wms
