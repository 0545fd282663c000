#include "coverage/archive/dataset_ids.h"

#include <cstdint>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "coverage/archive/archive.h"
#include "coverage/base/log.h"

namespace gyre::coverage {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string wanted(const Naming& naming) {
  return naming.configured ? identifier(*naming.configured) : dataset_id_of(naming.relative);
}

}  // namespace

std::string identifier(const std::string& text) {
  std::string id;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xc0U) == 0x80U) continue;  // rest of a UTF-8 character
    const bool plain = is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    id += plain ? c : '_';
  }
  if (id.empty() || (!is_letter(id[0]) && id[0] != '_')) id.insert(0, 1, '_');
  return id;
}

std::string dataset_id_of(const std::string& relative_path) {
  std::filesystem::path path(relative_path);
  const bool zipped = path.extension() == ".zip" || path.extension() == ".zst";
  path.replace_extension();
  // "store.zarr.zip", "references.json.zst"
  if (zipped && (path.extension() == ".zarr" || path.extension() == ".json")) {
    path.replace_extension();
  }
  std::string text = path.generic_string();
  for (char& c : text) {
    if (c == '/') c = '.';
  }
  return identifier(text);
}

std::string short_hash(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return fmt::format("{:06x}", (hash >> 24) & 0xffffffU);
}

std::vector<std::string> assign_ids(const std::vector<Naming>& names) {
  std::map<std::string, std::vector<std::size_t>> by_id;
  for (std::size_t i = 0; i < names.size(); ++i) by_id[wanted(names[i])].push_back(i);
  std::vector<std::string> ids(names.size());
  std::set<std::string> taken;
  for (const auto& [id, sharing] : by_id) {
    if (sharing.size() == 1) taken.insert(id);
  }
  for (const auto& [id, sharing] : by_id) {
    std::size_t configured = 0;
    for (const std::size_t i : sharing) configured += names[i].configured ? 1 : 0;
    for (const std::size_t i : sharing) {
      const bool keeps = sharing.size() == 1 || (configured == 1 && names[i].configured);
      ids[i] = id;
      if (keeps) continue;
      ids[i] += "_" + short_hash(names[i].relative);
      if (!taken.insert(ids[i]).second) ids[i] = id + "_" + short_hash(names[i].path);
      taken.insert(ids[i]);
      log(LogLevel::Warning, fmt::format("{}: its id '{}' is wanted by {} holdings; it becomes "
                                         "'{}'. Give it an id of its own in `datasets:`.",
                                         names[i].path, id, sharing.size(), ids[i]));
    }
  }
  return ids;
}

}  // namespace gyre::coverage
