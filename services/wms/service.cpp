#include "services/wms/service.h"

#include <array>

#include "services/http/text.h"
#include "services/ows/exception.h"
#include "services/ows/operation.h"
#include "services/wms/kvp_binding.h"
#include "services/wms/operations.h"
#include "services/wms/refusal.h"

namespace gyre::wms {
namespace {

constexpr auto operations() {
  using ows::kvp_operation;
  return std::array{
      kvp_operation<get_capabilities_from_kvp, get_capabilities, Caches>("GetCapabilities"),
      kvp_operation<get_map_from_kvp, get_map, Caches>("GetMap"),
      kvp_operation<get_feature_info_from_kvp, get_feature_info, Caches>("GetFeatureInfo"),
      kvp_operation<get_legend_graphic_from_kvp, get_legend_graphic, Caches>("GetLegendGraphic"),
      // What WMS 1.0 called them (01-068r3, A.1), and old clients still do.
      kvp_operation<get_capabilities_from_kvp, get_capabilities, Caches>("capabilities"),
      kvp_operation<get_map_from_kvp, get_map, Caches>("map"),
      kvp_operation<get_feature_info_from_kvp, get_feature_info, Caches>("feature_info"),
  };
}

/// SERVICE is mandatory for GetCapabilities alone (06-042, 7.2.3); what is there must be WMS.
void check_service(const ows::Kvp& kvp) {
  const auto service = kvp.optional("SERVICE");
  if (!service || service->empty() || http::same_word(*service, "WMS")) return;
  throw ows::Exception("InvalidParameterValue", "SERVICE", 400,
                       "This address serves WMS; SERVICE names another service");
}

}  // namespace

http::Response WmsService::handle(const http::Request& request, const std::string& rest,
                                  const ows::Context& context) const {
  if (!rest.empty()) {
    http::Response response;
    response.status = 404;
    response.body = "There is nothing at this address below /wms.\n";
    return response;
  }
  static constexpr auto kOperations = operations();
  const ows::Asked asked = ows::read_request(request, context);
  check_service(asked.kvp);
  return ows::dispatch<Caches>(kOperations, asked, context, caches_, ows::NameCase::Ignored);
}

http::Response WmsService::refuse(const std::exception& error, const http::Request& request,
                                  const ows::Context& context) const {
  return refusal(error, request, context);
}

}  // namespace gyre::wms
