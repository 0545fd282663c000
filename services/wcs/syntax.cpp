#include "services/wcs/syntax.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "services/ows/exception.h"

namespace gyre::wcs {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

[[noreturn]] void refuse_syntax(std::string_view locator, std::string_view text,
                                std::string_view expected) {
  constexpr std::size_t kShown = 80;
  const bool cut = text.size() > kShown;
  throw ows::Exception("InvalidEncodingSyntax", std::string(locator), 400,
                       fmt::format("'{}{}' is not understood: expected {}.", text.substr(0, kShown),
                                   cut ? "..." : "", expected));
}

constexpr std::string_view kSubsetForm = "axis(low,high) or axis(point), \"*\" for an open end";

/// Splits at commas outside of double quotes.
std::vector<std::string_view> split_positions(std::string_view text) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == ',' && !quoted) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::optional<std::string> parse_bound(std::string_view text, std::string_view locator) {
  if (trimmed(text) == "*") return std::nullopt;
  return parse_position(text, locator);
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view item = trimmed(text.substr(0, comma));
    if (!item.empty()) items.emplace_back(item);
    if (comma == std::string_view::npos) return items;
    text.remove_prefix(comma + 1);
  }
}

std::string parse_position(std::string_view text, std::string_view locator) {
  std::string_view position = trimmed(text);
  for (const char quote : {'"', '\''}) {
    if (position.empty() || (position.front() != quote && position.back() != quote)) continue;
    if (position.size() < 2 || position.front() != position.back()) {
      refuse_syntax(locator, text, "both quotes around a position");
    }
    position = trimmed(position.substr(1, position.size() - 2));
    break;
  }
  if (position.empty()) refuse_syntax(locator, text, "a number, a date or a name");
  return std::string(position);
}

Subset parse_subset(std::string_view text, std::string_view locator) {
  const std::string_view whole = trimmed(text);
  const std::size_t open = whole.find('(');
  if (open == std::string_view::npos || whole.back() != ')') {
    refuse_syntax(locator, text, kSubsetForm);
  }
  std::string_view label = whole.substr(0, open);
  const std::string_view inside = whole.substr(open + 1, whole.size() - open - 2);
  Subset subset;
  if (const std::size_t comma = label.find(','); comma != std::string_view::npos) {
    subset.crs = std::string(trimmed(label.substr(comma + 1)));
    label = label.substr(0, comma);
    if (subset.crs->empty()) refuse_syntax(locator, text, "a CRS after the axis and the comma");
  }
  subset.dimension.axis_label = std::string(trimmed(label));
  if (subset.dimension.axis_label.empty()) refuse_syntax(locator, text, kSubsetForm);

  const std::vector<std::string_view> positions = split_positions(inside);
  if (positions.size() == 1) {
    if (trimmed(positions[0]) == "*") refuse_syntax(locator, text, "a point to slice at");
    subset.dimension.extent = coverage::Slice{parse_position(positions[0], locator)};
  } else if (positions.size() == 2) {
    subset.dimension.extent =
        coverage::Trim{parse_bound(positions[0], locator), parse_bound(positions[1], locator)};
  } else {
    refuse_syntax(locator, text, kSubsetForm);
  }
  return subset;
}

std::vector<RangeItem> parse_range_subset(std::string_view text) {
  std::vector<RangeItem> items;
  for (const std::string& item : split_list(text)) {
    const std::size_t colon = item.find(':');
    if (colon == std::string::npos) {
      items.push_back({item, std::nullopt});
      continue;
    }
    const std::string_view first = trimmed(std::string_view(item).substr(0, colon));
    const std::string_view last = trimmed(std::string_view(item).substr(colon + 1));
    if (first.empty() || last.empty() || last.find(':') != std::string_view::npos) {
      refuse_syntax("RANGESUBSET", text, "fields a,b or an interval a:b");
    }
    items.push_back({std::string(first), std::string(last)});
  }
  if (items.empty()) refuse_syntax("RANGESUBSET", text, "fields a,b or an interval a:b");
  return items;
}

std::vector<AxisValue> parse_axis_values(std::string_view text, std::string_view locator) {
  constexpr std::string_view kForm = "axis(value), several with commas between";
  std::vector<AxisValue> values;
  for (const std::string& item : split_list(text)) {
    const std::size_t open = item.find('(');
    if (open == std::string::npos || open == 0 || item.back() != ')') {
      refuse_syntax(locator, text, kForm);
    }
    const std::string_view label = trimmed(std::string_view(item).substr(0, open));
    const std::string_view value =
        trimmed(std::string_view(item).substr(open + 1, item.size() - open - 2));
    if (label.empty() || value.empty()) refuse_syntax(locator, text, kForm);
    values.push_back({std::string(label), std::string(value)});
  }
  if (values.empty()) refuse_syntax(locator, text, kForm);
  return values;
}

double parse_number(std::string_view text, std::string_view locator) {
  const std::string_view plain = trimmed(text);
  double number = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), number);
  if (error != std::errc() || end != plain.data() + plain.size() || !std::isfinite(number)) {
    refuse_syntax(locator, text, "a number");
  }
  return number;
}

IndexExtent parse_extent(std::string_view text, std::string_view locator) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) refuse_syntax(locator, text, "low:high");
  return {parse_number(text.substr(0, colon), locator),
          parse_number(text.substr(colon + 1), locator)};
}

std::vector<InterpolationWish::PerAxis> parse_axis_interpolations(std::string_view text,
                                                                  std::string_view locator) {
  constexpr std::string_view kForm = "axis,method";
  std::vector<InterpolationWish::PerAxis> wishes;
  const std::vector<std::string> items = split_list(text);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t colon = items[i].find(':');
    const bool is_address = items[i].starts_with("http:") || items[i].starts_with("https:");
    if (colon != std::string::npos && colon > 0 && !is_address) {
      wishes.push_back({items[i].substr(0, colon), items[i].substr(colon + 1)});
    } else if (i + 1 < items.size() && !is_address) {
      wishes.push_back({items[i], items[i + 1]});
      ++i;
    } else {
      refuse_syntax(locator, text, kForm);
    }
    if (wishes.back().method.empty()) refuse_syntax(locator, text, kForm);
  }
  if (wishes.empty()) refuse_syntax(locator, text, kForm);
  return wishes;
}

void require_one_scaling(const Scaling& scaling) {
  const int kinds = (scaling.factor ? 1 : 0) + (scaling.axis_factors.empty() ? 0 : 1) +
                    (scaling.axis_sizes.empty() ? 0 : 1) + (scaling.axis_extents.empty() ? 0 : 1);
  if (kinds == 1) return;
  throw ows::Exception("InvalidParameterValue", "scaling", 400,
                       "Scale by one of a factor, factors of axes, sizes or extents.");
}

void require_one_interpolation(const InterpolationWish& wish) {
  if (!wish.method || wish.per_axis.empty()) return;
  throw ows::Exception("InvalidParameterValue", "interpolation", 400,
                       "Ask for one method of interpolation, or for methods of axes.");
}

void require_wcs(std::string_view service) {
  if (service == "WCS") return;
  throw ows::Exception(
      "InvalidParameterValue", "service", 400,
      fmt::format("The service is 'WCS' (in capitals), not '{}'.", service.substr(0, 80)));
}

void require_version(std::string_view version) {
  if (version == "2.0.1" || version == "2.0.0") return;
  throw ows::Exception(
      "InvalidParameterValue", "version", 400,
      fmt::format("Version '{}' is not offered; use 2.0.1.", version.substr(0, 80)));
}

bool parse_media_type(std::string_view media_type) {
  if (trimmed(media_type) == "multipart/related") return true;
  throw ows::Exception("InvalidParameterValue", "mediaType", 400,
                       fmt::format("mediaType '{}' is not offered; leave it out, or use "
                                   "multipart/related.",
                                   media_type.substr(0, 80)));
}

bool parse_clip(std::string_view text) {
  std::string word = split_list(text).empty() ? std::string() : split_list(text).front();
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (word == "true" || word == "1" || word == "yes") return true;
  if (word.empty() || word == "false" || word == "0" || word == "no") return false;
  throw ows::Exception("InvalidParameterValue", "CLIP", 400,
                       "CLIP is true (samples of a curvilinear grid outside of the longitudes and "
                       "latitudes asked for are missing) or false.");
}

std::vector<UnitsItem> parse_units(std::string_view text) {
  const auto refuse = [](const char* why) {
    throw ows::Exception("InvalidParameterValue", "UNITS", 400, why);
  };
  std::vector<UnitsItem> items;
  for (const std::string& part : split_list(text)) {
    // Units have colons in parentheses only: "lg(re: 1 mW)".
    const auto colon = part.find(':');
    if (colon == std::string::npos || part.find('(') < colon) {
      items.push_back({std::nullopt, part});
      continue;
    }
    const auto field = split_list(std::string_view(part).substr(0, colon));
    const auto units = split_list(std::string_view(part).substr(colon + 1));
    if (field.size() != 1 || units.size() != 1) {
      refuse("UNITS names a field and its units as field:units.");
    }
    items.push_back({field.front(), units.front()});
  }
  const bool named = std::all_of(items.begin(), items.end(),
                                 [](const UnitsItem& item) { return item.field.has_value(); });
  if (items.size() > 1 && !named) {
    refuse("UNITS takes units for every field asked for, or field:units,field:units for some.");
  }
  return items;
}

void refuse_option(std::string_view option) {
  throw ows::Exception("OptionNotSupported", std::string(option), 501,
                       fmt::format("{} is not offered by this server. Leave it out.", option));
}

}  // namespace gyre::wcs
