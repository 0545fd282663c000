#include "coverage/cf/unit_conversion.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <mutex>
#include <string>

#include <fmt/format.h>
#include <udunits2.h>

#include "coverage/base/error.h"
#include "coverage/cf/text.h"
#include "coverage/cf/units.h"

namespace gyre::coverage::cf {
namespace {

constexpr std::size_t kLongest = 200;  // characters of a unit; longer ones are no unit

struct UnitDeleter {
  void operator()(ut_unit* unit) const { ut_free(unit); }
};
using Unit = std::unique_ptr<ut_unit, UnitDeleter>;

/// UDUNITS parses through state of its own, which threads must not share.
std::mutex& udunits_mutex() {
  static std::mutex mutex;
  return mutex;
}

/// @pre the mutex is held. @throws Error{Internal} when the database cannot be read
const ut_system* unit_system() {
  static ut_system* const system = [] {
    ut_set_error_message_handler(ut_ignore);
    return ut_read_xml(nullptr);
  }();
  if (system == nullptr) throw Error(ErrorKind::Internal, "", "UDUNITS cannot read its database");
  return system;
}

/// Spellings that UDUNITS does not know, or takes for something else than who writes them means.
struct Spelling {
  std::string_view written, meant;
};
constexpr std::array<Spelling, 24> kSpellings{{{"psu", "1e-3"},
                                               {"pss", "1e-3"},
                                               {"pss-78", "1e-3"},
                                               {"pss78", "1e-3"},
                                               {"practical salinity units", "1e-3"},
                                               {"practical salinity unit", "1e-3"},
                                               {"mb", "mbar"},  // else millibarns, an area
                                               {"deg c", "degC"},
                                               {"deg. c", "degC"},
                                               {"degrees c", "degC"},
                                               {"degree c", "degC"},
                                               {"deg celsius", "degC"},
                                               {"degrees celsius", "degC"},
                                               {"degree celsius", "degC"},
                                               {"deg f", "degF"},
                                               {"degrees f", "degF"},
                                               {"deg k", "K"},
                                               {"degrees k", "K"},
                                               {"m/s", "m s-1"},  // M/S too
                                               {"unitless", "1"},
                                               {"dimensionless", "1"},
                                               {"non-dimensional", "1"},
                                               {"nondimensional", "1"},
                                               {"fraction", "1"}}};

std::string_view without_blanks_around(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// @pre the mutex is held
Unit parsed(std::string_view units) {
  units = without_blanks_around(units);
  // Nothing is dimensionless to UDUNITS; here it is no unit.
  if (units.empty() || units.size() > kLongest || is_since(units)) return nullptr;
  // UDUNITS reads up to a parenthesis that nothing opened, and no further.
  const auto count = [&](char c) { return std::count(units.begin(), units.end(), c); };
  if (count('(') != count(')')) return nullptr;
  std::string text(units);
  const std::string small = lower(text);
  for (const Spelling& spelling : kSpellings) {
    if (spelling.written == small) text = spelling.meant;
  }
  return Unit(ut_parse(unit_system(), text.c_str(), UT_UTF8));
}

/// The decimal of at most twelve digits that rounding errors alone set apart from `value`, if
/// there is one: UDUNITS composes conversions, so that 1.8 arrives as 1.7999999999999998.
double tidied(double value) {
  const std::string text = fmt::format("{:.12g}", value);
  double decimal = value;
  (void)std::from_chars(text.data(), text.data() + text.size(), decimal);
  return std::abs(value - decimal) <= 1e-14 * std::abs(value) ? decimal : value;
}

std::optional<UnitConversion> as_affine(const cv_converter* converter) {
  // So large that an offset is lost in rounding, so small that squares are no infinities.
  const double far = std::ldexp(1.0, 60);
  const auto at = [&](double x) { return cv_convert_double(converter, x); };
  const double scale = tidied((at(far) - at(-far)) / (2 * far));
  const double offset = tidied(at(0));
  if (!std::isfinite(scale) || !std::isfinite(offset) || scale == 0) return std::nullopt;
  for (const double x : {1.0, 2.5, -7.0, 1013.25, 1e6}) {
    const double magnitude = std::abs(scale * x) + std::abs(offset);
    if (!(std::abs(at(x) - (scale * x + offset)) <= 1e-12 * magnitude)) return std::nullopt;
  }
  return UnitConversion(scale, offset);
}

}  // namespace

double UnitConversion::operator()(double value) const {
  if (affine()) return scale_ * value + offset_;
  return cv_convert_double(static_cast<const cv_converter*>(curve_.get()), value);
}

bool is_unit(std::string_view units) {
  const std::lock_guard lock(udunits_mutex());
  return parsed(units) != nullptr;
}

std::optional<std::string_view> meant_unit(std::string_view units) {
  units = without_blanks_around(units);
  const std::string small = lower(units);
  for (const Spelling& spelling : kSpellings) {
    if (spelling.written == small && units != "m/s") return spelling.meant;
  }
  return std::nullopt;
}

std::optional<UnitConversion> unit_conversion(std::string_view from, std::string_view to) {
  const std::lock_guard lock(udunits_mutex());
  const Unit one = parsed(from);
  const Unit other = parsed(to);
  if (!one || !other) return std::nullopt;
  cv_converter* const converter = ut_get_converter(one.get(), other.get());
  if (converter == nullptr) return std::nullopt;
  std::shared_ptr<void> owned(converter,
                              [](void* held) { cv_free(static_cast<cv_converter*>(held)); });
  if (auto straight = as_affine(converter)) return straight;
  return UnitConversion(std::move(owned));
}

}  // namespace gyre::coverage::cf
