#include <cstddef>
#include <cstdint>
#include <string_view>

#include "services/wcs/xml_binding.h"
#include "tests/fuzz/leave.h"

/// Any body becomes a WCS request or an ows::Exception.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  gyre::fuzz::may_refuse([&] {
    const gyre::ows::XmlElement root = gyre::ows::parse_xml(body);
    gyre::fuzz::may_refuse([&] { return gyre::wcs::get_capabilities_from_xml(root); });
    gyre::fuzz::may_refuse([&] { return gyre::wcs::describe_coverage_from_xml(root); });
    gyre::fuzz::may_refuse([&] { return gyre::wcs::get_coverage_from_xml(root); });
    return root;
  });
  return 0;
}
