#include "coverage/source/remote/address.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace gyre::coverage::remote {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// Where the path of an address ends: at its query or fragment. Keys of S3 may hold '?' and '#'.
std::size_t end_of_path(std::string_view address) {
  if (address.starts_with("s3://")) return address.size();
  return std::min(address.find_first_of("?#"), address.size());
}

}  // namespace

bool is_address(std::string_view text) {
  constexpr std::string_view kSchemes[]{"http://", "https://", "s3://"};
  return std::any_of(std::begin(kSchemes), std::end(kSchemes),
                     [&](std::string_view scheme) { return text.starts_with(scheme); });
}

std::string last_part_of(const std::string& address) {
  std::string_view path = std::string_view(address).substr(0, end_of_path(address));
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path.substr(path.find_last_of('/') + 1));
}

std::string shown(const std::string& address) {
  std::string text = address.substr(0, end_of_path(address));
  const std::size_t host = text.find("://");
  if (host == std::string::npos) return text;
  const std::size_t path = text.find('/', host + 3), at = text.find('@', host + 3);
  if (at != std::string::npos && at < path) text.erase(host + 3, at - host - 2);
  return text;
}

std::string origin_of(const std::string& address) {
  const std::string text = shown(address);
  const std::size_t host = text.find("://");
  if (host == std::string::npos) return {};
  return lower(text.substr(0, text.find('/', host + 3)));
}

std::string escaped(std::string_view text, bool keep_slashes) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((std::isalnum(byte) != 0 && byte < 128) || c == '-' || c == '_' || c == '.' || c == '~' ||
        (keep_slashes && c == '/')) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

std::string below(const std::string& address, const std::string& key) {
  if (key.empty()) return address;
  const std::size_t end = end_of_path(address);
  std::string path = address.substr(0, end);
  while (path.ends_with('/')) path.pop_back();
  const bool as_is = address.starts_with("s3://");
  return path + "/" + (as_is ? key : escaped(key, true)) + address.substr(end);
}

bool is_within(const std::string& address, const std::string& prefix) {
  std::string_view path = std::string_view(address).substr(0, end_of_path(address));
  std::string_view folder = std::string_view(prefix).substr(0, end_of_path(prefix));
  // "%2e" as servers and curl read it.
  const std::string plain = lower(path);
  if (plain.find("/..") != std::string::npos || plain.find("%2e") != std::string::npos) {
    return false;
  }
  if (path.find('@') < path.find('/', path.find("://") + 3)) return false;
  while (folder.ends_with('/')) folder.remove_suffix(1);
  if (!path.starts_with(folder)) return false;
  return path.size() == folder.size() || path[folder.size()] == '/';
}

}  // namespace gyre::coverage::remote
