#pragma once

#include "coverage/encode/encoder.h"
#include "coverage/model/attribute.h"

namespace gyre::coverage {

/// The global attributes of a file made from a view: the holding's own, with extents brought up to
/// date (ACDD 1.3 geospatial_*, time_coverage_*), a line of history, Conventions; what would no
/// longer be true is left out.
[[nodiscard]] Attributes global_attributes(const View& view, const Provenance& provenance);

/// Attributes that belong to a library's or server's book-keeping, not to the data.
[[nodiscard]] bool is_bookkeeping(std::string_view attribute);

/// One attribute of floating-point numbers or text.
[[nodiscard]] Attribute number_attribute(std::string name, std::vector<double> numbers,
                                         ElementType type = ElementType::Float64);
[[nodiscard]] Attribute text_attribute(std::string name, std::string text);

}  // namespace gyre::coverage
