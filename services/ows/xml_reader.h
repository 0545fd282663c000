#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::ows {

/// One element of a request, as a value. Namespace declarations and comments are gone.
struct GYRE_API XmlElement {
  struct Attribute {
    std::string namespace_uri;  ///< empty: none
    std::string name;           ///< local
    std::string value;
    bool operator==(const Attribute&) const = default;
  };
  std::string namespace_uri;
  std::string name;  ///< local: "GetCoverage" of <wcs:GetCoverage>
  std::vector<Attribute> attributes;
  std::vector<XmlElement> children;
  std::string text;  ///< of this element itself, all runs joined, as written

  bool operator==(const XmlElement&) const = default;

  /// An attribute without namespace.
  [[nodiscard]] std::optional<std::string> attribute(std::string_view local_name) const;
  /// The first child of that local name, whatever its namespace; nullptr: none.
  [[nodiscard]] const XmlElement* child(std::string_view local_name) const;
  /// All children of that local name, in document order.
  [[nodiscard]] std::vector<const XmlElement*> all(std::string_view local_name) const;
  /// The text without blanks around it.
  [[nodiscard]] std::string trimmed_text() const;
};

struct XmlLimits {
  std::size_t bytes = 1 << 20;
  std::size_t depth = 64;
  std::size_t elements = 20000;
};

/// Reads a request document. No DTD (a DOCTYPE is refused, so there are no entities), no network.
/// @throws ows::Exception InvalidEncodingSyntax 400, the locator naming the element or line
[[nodiscard]] GYRE_API XmlElement parse_xml(std::string_view document,
                                            const XmlLimits& limits = {});

}  // namespace gyre::ows
