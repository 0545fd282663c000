#include "services/wcs/crs_uri.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "coverage/base/error.h"

namespace gyre::wcs {
namespace {

using coverage::Axis;
using coverage::AxisRole;
using coverage::Crs;
using coverage::DomainSet;

constexpr std::string_view kOgc = "http://www.opengis.net/def/crs/OGC/0/";

std::string unit_word(const Axis& axis) {
  const std::string& uom = axis.uom();
  return uom.substr(0, uom.find(' '));
}

/// What follows the host name of an address of a definition: "def/crs/EPSG/0/4326".
std::optional<std::string> definition_path(std::string_view text) {
  const std::size_t at = text.find("/def/crs");
  if (at == std::string_view::npos) return std::nullopt;
  return std::string(text.substr(at + 1));
}

/// The parts of crs-compound?1=..&2=.., or the text itself. Parts with '&' are percent-coded by
/// nobody in practice: a part ends where "&<number>=" follows.
std::vector<std::string> components_of(std::string_view text) {
  constexpr std::string_view kMark = "crs-compound?";
  const std::size_t at = text.find(kMark);
  if (at == std::string_view::npos) return {std::string(text)};
  std::vector<std::string> parts;
  std::string_view rest = text.substr(at + kMark.size());
  while (!rest.empty()) {
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) break;
    rest.remove_prefix(equals + 1);
    const std::size_t end = rest.find('&');
    parts.emplace_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return parts;
}

bool names_horizontal(const Crs& crs, std::string_view text) {
  if (definition_path(text) == definition_path(horizontal_crs_uri(crs, ""))) return true;
  try {
    return Crs::from_user_input(text) == crs;
  } catch (const coverage::Error&) {
    return false;
  }
}

bool names_axis(const Axis& axis, std::string_view text) {
  const auto path = definition_path(text);
  if (!path) return false;
  if (path == definition_path(axis_crs_uri(axis, ""))) return true;
  const bool date_crs = path->ends_with("/AnsiDate") || path->ends_with("/GregorianDateTime");
  return date_crs && axis.is_time();
}

}  // namespace

bool is_unix_time(const Axis& axis) {
  return axis.is_time() && coverage::is_gregorian_kind(axis.data().instants.front().calendar());
}

std::string horizontal_crs_uri(const Crs& crs, const std::string& base_url) {
  const std::string code = crs.authority_code().value_or("");
  if (code.starts_with("EPSG:")) {
    return "http://www.opengis.net/def/crs/EPSG/0/" + code.substr(5);
  }
  if (code == "OGC:CRS84") return "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
  return base_url + "/def/crs/" + crs.hash();
}

std::string vertical_hash(const Axis& axis) {
  // FNV-1a, 64 bits: stable over versions and machines, which std::hash is not.
  std::uint64_t hash = 14695981039346656037ULL;
  const std::string text = fmt::format(
      "{}|{}|{}", axis.data().standard_name.empty() ? axis.label() : axis.data().standard_name,
      axis.uom(), axis.data().positive_down ? "down" : "up");
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return fmt::format("{:016x}", hash);
}

std::string axis_crs_uri(const Axis& axis, const std::string& base_url) {
  if (is_unix_time(axis)) return std::string(kOgc) + "UnixTime";
  if (axis.is_time() && axis.data().time_units) {
    return fmt::format("{}/def/crs/time/{}/{}/{}", base_url,
                       coverage::name_of(axis.data().instants.front().calendar()), unit_word(axis),
                       axis.data().time_units->reference.iso8601());
  }
  if (axis.role() == AxisRole::Vertical) {
    return base_url + "/def/crs/vertical/" + vertical_hash(axis);
  }
  return std::string(kOgc) + "Index1D";
}

std::string compound_crs_uri(const std::vector<std::string>& components) {
  if (components.size() == 1) return components.front();
  std::string uri = "http://www.opengis.net/def/crs-compound";
  for (std::size_t i = 0; i < components.size(); ++i) {
    uri += fmt::format("{}{}={}", i == 0 ? '?' : '&', i + 1, components[i]);
  }
  return uri;
}

std::string horizontal_part(std::string_view text) {
  const std::vector<std::string> parts = components_of(text);
  return parts.empty() ? std::string(text) : parts.front();
}

bool names_axis_crs(const DomainSet& domain_set, std::size_t axis, std::string_view text) {
  const std::vector<std::string> parts = components_of(text);
  if (parts.size() > 1) return names_native_crs(domain_set, text);
  const bool horizontal = axis == domain_set.x() || axis == domain_set.y();
  return parts.size() == 1 && (horizontal ? names_horizontal(domain_set.crs(), parts.front())
                                          : names_axis(domain_set.axes()[axis], parts.front()));
}

bool names_native_crs(const DomainSet& domain_set, std::string_view text) {
  const std::vector<std::string> parts = components_of(text);
  return !parts.empty() && std::all_of(parts.begin(), parts.end(), [&](const std::string& part) {
    if (names_horizontal(domain_set.crs(), part)) return true;
    return std::any_of(domain_set.axes().begin(), domain_set.axes().end(),
                       [&](const Axis& axis) { return names_axis(axis, part); });
  });
}

}  // namespace gyre::wcs
