#include <cstddef>
#include <cstdint>
#include <string_view>

#include "services/wcs/kvp_binding.h"
#include "tests/fuzz/leave.h"

/// Any query string becomes a WCS request or an ows::Exception.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view query(reinterpret_cast<const char*>(data), size);
  gyre::fuzz::may_refuse([&] {
    const gyre::ows::Kvp kvp = gyre::ows::Kvp::parse(query);
    gyre::fuzz::may_refuse([&] { return gyre::wcs::get_capabilities_from_kvp(kvp); });
    gyre::fuzz::may_refuse([&] { return gyre::wcs::describe_coverage_from_kvp(kvp); });
    gyre::fuzz::may_refuse([&] { return gyre::wcs::get_coverage_from_kvp(kvp); });
    return kvp.pairs();
  });
  return 0;
}
