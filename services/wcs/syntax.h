#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/wcs/request.h"

namespace gyre::wcs {

/// Both bindings meet the same little languages: positions, SUBSET and RANGESUBSET values.

/// "a, b ,c" -> {a, b, c}; blanks around items go, empty items too.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);

/// A position as written, without blanks and quotes around it ("2020-01-01", "7.5", 'x').
/// Quotes do not decide the type: clients quote numbers too.
/// @throws ows::Exception InvalidEncodingSyntax with `locator` when empty or with a quote missing
[[nodiscard]] std::string parse_position(std::string_view text, std::string_view locator);

/// `axis(low,high)`, `axis(point)`, `axis,CRS(…)`, "*" for an open bound.
/// Source: OGC 09-147r3 (KVP) requirement 8. @throws ows::Exception InvalidEncodingSyntax
[[nodiscard]] Subset parse_subset(std::string_view text, std::string_view locator);

/// `a,b,c:f`. Source: OGC 12-040 requirement 10. @throws ows::Exception InvalidEncodingSyntax
[[nodiscard]] std::vector<RangeItem> parse_range_subset(std::string_view text);

/// The axis and what stands in its parentheses: "Long(0.5),Lat(2)", "i(10:20)".
struct AxisValue {
  std::string axis_label, value;
};
/// Source: OGC 12-039 requirements 20 to 22. @throws ows::Exception InvalidEncodingSyntax
[[nodiscard]] std::vector<AxisValue> parse_axis_values(std::string_view text,
                                                       std::string_view locator);
/// "10:20". @throws ows::Exception InvalidEncodingSyntax
struct IndexExtent {
  double low = 0, high = 0;
};
[[nodiscard]] IndexExtent parse_extent(std::string_view text, std::string_view locator);
/// @throws ows::Exception InvalidEncodingSyntax
[[nodiscard]] double parse_number(std::string_view text, std::string_view locator);
/// "axis,URI" or "axis:URI"; the old key of OGC's suite has several, with commas.
/// Source: OGC 12-049 requirement 17. @throws ows::Exception InvalidEncodingSyntax
[[nodiscard]] std::vector<InterpolationWish::PerAxis> parse_axis_interpolations(
    std::string_view text, std::string_view locator);
/// @throws ows::Exception InvalidParameterValue when more than one kind of scaling is asked for
void require_one_scaling(const Scaling& scaling);
/// @throws ows::Exception InvalidParameterValue when one method and methods per axis are asked for
void require_one_interpolation(const InterpolationWish& wish);

/// true, false, 1, 0; empty: false.
/// @throws ows::Exception InvalidParameterValue with locator CLIP
[[nodiscard]] bool parse_clip(std::string_view text);

/// `degC`, or by field `thetao:degC,so:1e-3`.
/// @throws ows::Exception InvalidParameterValue with locator UNITS
[[nodiscard]] std::vector<UnitsItem> parse_units(std::string_view text);

/// @throws ows::Exception InvalidParameterValue unless `service` is exactly "WCS" (the value is
/// case-sensitive, OGC 09-110r4 requirement 11)
void require_wcs(std::string_view service);
/// @throws ows::Exception InvalidParameterValue for versions other than 2.0.1 and 2.0.0
void require_version(std::string_view version);
/// @throws ows::Exception InvalidParameterValue unless the one legal value, multipart/related
[[nodiscard]] bool parse_media_type(std::string_view media_type);
/// The answer to parameters of extensions that are not offered.
[[noreturn]] void refuse_option(std::string_view option);

}  // namespace gyre::wcs
