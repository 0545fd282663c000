#include "services/wcs/names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/base/error.h"

namespace gyre::wcs {
namespace {

/// Letters beyond ASCII are taken as they are (UTF-8 sequences of letters are NameChars).
bool starts_name(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0;
}
bool continues_name(char c) {
  return starts_name(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 70> kUnits{{
    {"degC", "Cel"},
    {"deg_C", "Cel"},
    {"degree_C", "Cel"},
    {"degrees_C", "Cel"},
    {"degree_Celsius", "Cel"},
    {"degrees_Celsius", "Cel"},
    {"degree_celsius", "Cel"},
    {"degrees_celsius", "Cel"},
    {"Celsius", "Cel"},
    {"celsius", "Cel"},
    {"deg_c", "Cel"},
    {"kelvin", "K"},
    {"Kelvin", "K"},
    {"degK", "K"},
    {"deg_K", "K"},
    {"degrees_K", "K"},
    {"degree", "deg"},
    {"degrees", "deg"},
    {"degrees_true", "deg"},
    {"degree_true", "deg"},
    {"degrees_east", "deg"},
    {"degree_east", "deg"},
    {"degrees_E", "deg"},
    {"degree_E", "deg"},
    {"degreesE", "deg"},
    {"degreeE", "deg"},
    {"degrees_north", "deg"},
    {"degree_north", "deg"},
    {"degrees_N", "deg"},
    {"degree_N", "deg"},
    {"degreesN", "deg"},
    {"degreeN", "deg"},
    {"radian", "rad"},
    {"radians", "rad"},
    {"meter", "m"},
    {"meters", "m"},
    {"metre", "m"},
    {"metres", "m"},
    {"kilometer", "km"},
    {"kilometers", "km"},
    {"kilometre", "km"},
    {"kilometres", "km"},
    {"millibar", "mbar"},
    {"millibars", "mbar"},
    {"mb", "mbar"},
    {"decibar", "dbar"},
    {"decibars", "dbar"},
    {"pascal", "Pa"},
    {"Pascal", "Pa"},
    {"pascals", "Pa"},
    {"watt", "W"},
    {"watts", "W"},
    {"joule", "J"},
    {"second", "s"},
    {"seconds", "s"},
    {"sec", "s"},
    {"minute", "min"},
    {"minutes", "min"},
    {"hour", "h"},
    {"hours", "h"},
    {"hr", "h"},
    {"day", "d"},
    {"days", "d"},
    {"month", "mo"},
    {"months", "mo"},
    {"year", "a"},
    {"years", "a"},
    {"percent", "%"},
    {"psu", "{psu}"},
    {"PSU", "{psu}"},
}};

std::string ucum_unit(std::string_view token) {
  const std::size_t stars = token.find("**");
  std::string plain(token.substr(0, stars));
  if (stars != std::string_view::npos) plain += token.substr(stars + 2);
  std::erase(plain, '^');
  const std::size_t exponent = plain.find_last_not_of("+-0123456789") + 1;
  const std::string_view base = std::string_view(plain).substr(0, exponent);
  for (const auto& [cf, ucum] : kUnits) {
    if (cf == base) return std::string(ucum) + plain.substr(exponent);
  }
  // Powers of ten are 10* in UCUM: 1e-3 -> 10*-3.
  if (plain.starts_with("1e") || plain.starts_with("1E")) {
    const bool number =
        plain.size() > 2 && plain.find_first_not_of("+-0123456789", 2) == std::string::npos;
    if (number) return "10*" + plain.substr(plain[2] == '+' ? 3 : 2);
  }
  return plain;
}

}  // namespace

bool is_ncname(std::string_view text) {
  return !text.empty() && starts_name(text.front()) &&
         std::all_of(text.begin(), text.end(), continues_name);
}

std::string ncname_of(std::string_view text) {
  std::string name;
  if (text.empty() || (!starts_name(text.front()) && continues_name(text.front()))) name = "_";
  for (const char c : text) name += continues_name(c) ? c : '_';
  return name;
}

std::vector<std::string> published_names(const std::vector<std::string>& names) {
  // Names that are fine as they are keep themselves; the others make room for them.
  std::set<std::string> taken;
  for (const std::string& name : names) {
    if (is_ncname(name)) taken.insert(name);
  }
  std::vector<std::string> published;
  for (const std::string& name : names) {
    if (is_ncname(name)) {
      published.push_back(name);
      continue;
    }
    const std::string wanted = ncname_of(name);
    std::string unique = wanted;
    for (int n = 2; !taken.insert(unique).second; ++n) unique = fmt::format("{}_{}", wanted, n);
    published.push_back(unique);
  }
  return published;
}

std::vector<std::string> axis_labels(const coverage::DomainSet& domain_set) {
  std::vector<std::string> labels;
  for (const coverage::Axis& axis : domain_set.axes()) labels.push_back(axis.label());
  return published_names(labels);
}

PlaneLabels plane_labels(const coverage::DomainSet& domain_set) {
  const coverage::CellGeometry& geometry = *domain_set.geometry();
  const auto free = [&](const char* label) {
    return domain_set.coordinate_named(label).has_value();
  };
  return {free("Long") ? "Long" : ncname_of(geometry.longitude_variable()),
          free("Lat") ? "Lat" : ncname_of(geometry.latitude_variable())};
}

std::vector<std::string> field_names(const coverage::Coverage& coverage) {
  std::vector<std::string> names;
  for (const coverage::Field& field : coverage.fields) names.push_back(field.name);
  return published_names(names);
}

std::string axis_label_from(const coverage::DomainSet& domain_set, const std::string& text) {
  const std::vector<std::string> published = axis_labels(domain_set);
  const auto found = std::find(published.begin(), published.end(), text);
  if (found == published.end()) return text;
  return domain_set.axes()[static_cast<std::size_t>(found - published.begin())].label();
}

std::size_t field_from(const coverage::Coverage& coverage, const std::string& text) {
  const std::vector<std::string> published = field_names(coverage);
  const auto found = std::find(published.begin(), published.end(), text);
  if (found != published.end()) return static_cast<std::size_t>(found - published.begin());
  try {
    return coverage.field_named(text);
  } catch (const coverage::Error&) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size() && number >= 1 &&
        number <= coverage.fields.size()) {
      return number - 1;
    }
    const auto called_so = [&](const coverage::Field& field) {
      return field.standard_name == text;
    };
    if (std::any_of(coverage.fields.begin(), coverage.fields.end(), called_so)) throw;  // several
    throw coverage::Error(coverage::ErrorKind::NoSuchField, text,
                          fmt::format("There is no field '{}'; the fields are {}.",
                                      text.substr(0, 200), fmt::join(published, ", ")));
  }
}

std::string ucum_from(std::string_view cf_units) {
  std::string code;
  std::string token;
  const auto finish_token = [&] {
    if (token.empty()) return;
    if (!code.empty() && code.back() != '/') code += '.';
    code += ucum_unit(token);
    token.clear();
  };
  const auto is_digit = [&](std::size_t i) {
    return i < cf_units.size() && std::isdigit(static_cast<unsigned char>(cf_units[i])) != 0;
  };
  for (std::size_t i = 0; i < cf_units.size(); ++i) {
    const char c = cf_units[i];
    const bool decimal_point = c == '.' && i > 0 && is_digit(i - 1) && is_digit(i + 1);
    if (c == ' ' || c == '\t' || (c == '.' && !decimal_point) || c == '\n' || c == '\r') {
      finish_token();
    } else if (c == '/') {
      finish_token();
      code += '/';
    } else {
      token += c == ':' ? '_' : c;
    }
  }
  finish_token();
  return code.empty() ? "1" : code;
}

}  // namespace gyre::wcs
