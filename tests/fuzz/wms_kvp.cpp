#include <cstddef>
#include <cstdint>
#include <string_view>

#include "services/wms/kvp_binding.h"
#include "tests/fuzz/leave.h"

/// Any query string becomes a WMS request or an ows::Exception.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view query(reinterpret_cast<const char*>(data), size);
  gyre::fuzz::may_refuse([&] {
    const gyre::ows::Kvp kvp = gyre::ows::Kvp::parse(query);
    gyre::fuzz::may_refuse([&] { return gyre::wms::get_capabilities_from_kvp(kvp); });
    gyre::fuzz::may_refuse([&] { return gyre::wms::get_map_from_kvp(kvp); });
    gyre::fuzz::may_refuse([&] { return gyre::wms::get_feature_info_from_kvp(kvp); });
    gyre::fuzz::may_refuse([&] { return gyre::wms::get_legend_graphic_from_kvp(kvp); });
    return kvp.pairs();
  });
  return 0;
}
