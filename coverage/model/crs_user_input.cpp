#include "coverage/model/crs_user_input.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace gyre::coverage {
namespace {

constexpr std::size_t kLongest = 256;  ///< no registry's CRS URI is longer

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_';
  });
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// Codes that several authorities gave the web's Mercator before EPSG did.
bool is_web_mercator(std::string_view authority, std::string_view code) {
  static constexpr std::array<std::string_view, 4> kEpsg{"900913", "3785", "102100", "102113"};
  if (authority == "OSGEO") return code == "41001";
  return authority == "EPSG" && std::find(kEpsg.begin(), kEpsg.end(), code) != kEpsg.end();
}

std::optional<std::string> normal(std::string_view authority_text, std::string_view code_text) {
  if (!is_word(authority_text) || !is_word(code_text)) return std::nullopt;
  std::string authority = upper(authority_text);
  std::string code = upper(code_text);
  if (is_web_mercator(authority, code)) return "EPSG:3857";
  if (authority == "CRS") {  // WMS 1.3.0, annex B: CRS:84, CRS:83, CRS:27
    if (!is_number(code)) return std::nullopt;
    return "OGC:CRS" + code;
  }
  if (authority == "OGC") {
    if (is_number(code)) code = "CRS" + code;
    return "OGC:" + code;
  }
  if (authority == "EPSG" && !is_number(code)) return std::nullopt;
  return authority + ":" + code;
}

}  // namespace

std::optional<std::string> authority_code_of(std::string_view text) {
  if (text.size() > kLongest) return std::nullopt;
  const std::string low = lower(text);
  const std::string_view view(low);
  if (view.starts_with("urn:ogc:def:crs:") || view.starts_with("urn:x-ogc:def:crs:")) {
    const auto parts = split(text, ':');  // urn ogc def crs AUTHORITY VERSION CODE
    if (parts.size() == 7) return normal(parts[4], parts[6]);
    if (parts.size() == 6) return normal(parts[4], parts[5]);
    return std::nullopt;
  }
  if (const auto at = view.find("/def/crs/");
      at != std::string_view::npos &&
      (view.starts_with("http://") || view.starts_with("https://"))) {
    const auto parts = split(text.substr(at + 9), '/');  // AUTHORITY VERSION CODE
    if (parts.size() == 3) return normal(parts[0], parts[2]);
    return std::nullopt;
  }
  if (const auto at = view.find("/gml/srs/epsg.xml#"); at != std::string_view::npos) {
    return normal("EPSG", text.substr(at + 18));
  }
  const auto parts = split(text, ':');
  if (parts.size() == 2) return normal(parts[0], parts[1]);
  if (parts.size() == 3 && parts[1].empty()) return normal(parts[0], parts[2]);  // EPSG::4326
  if (low == "crs84") return "OGC:CRS84";
  return std::nullopt;
}

}  // namespace gyre::coverage
