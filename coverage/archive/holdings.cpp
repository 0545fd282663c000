#include "coverage/archive/holdings.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <tuple>
#include <utility>

#include <sys/stat.h>

#include "coverage/base/error.h"
#include "coverage/source/holding_kind.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/remote_holding.h"

namespace gyre::coverage {
namespace {

namespace fs = std::filesystem;
using FileId = std::pair<dev_t, ino_t>;

/// A trailing slash must not hide the name of a single file or store.
fs::path normal(const std::string& root) {
  fs::path path = fs::path(root).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path;
}

class Walk {
 public:
  explicit Walk(const std::vector<std::string>& left_out) {
    struct stat status = {};
    for (const std::string& folder : left_out) {
      if (::stat(folder.c_str(), &status) == 0) visited_.emplace(status.st_dev, status.st_ino);
    }
  }

  void add_root(const std::string& root) {
    if (remote::is_address(root)) return add_address(root);
    struct stat status = {};
    const fs::path path = normal(root);
    const auto name_from =
        static_cast<std::uint32_t>(path.string().size() - path.filename().string().size());
    if (::stat(path.c_str(), &status) != 0) {
      found_.unreachable.push_back({root, "", "this data root cannot be reached"});
      found_.folders.insert(path.parent_path().string());
      return;
    }
    if (!S_ISDIR(status.st_mode) || is_zarr_directory(path)) {
      found_.folders.insert(path.parent_path().string());
      add_holding(path, name_from, S_ISDIR(status.st_mode));
      return;
    }
    visit_all(path, static_cast<std::uint32_t>(path.string().size() + 1));
  }

  /// @param relative_from of what lies below the root
  void visit_all(const fs::path& folder, std::uint32_t relative_from) {
    linked_.clear();
    visit(folder, relative_from, 0);
    while (!linked_.empty()) {  // links after real folders, so that these keep their own names
      const auto links = std::exchange(linked_, {});
      for (const auto& [linked, from, depth] : links) visit(linked, from, depth);
    }
  }

  void add(const fs::path& path, std::uint32_t relative_from, int depth) {
    struct stat link = {}, status = {};
    if (::lstat(path.c_str(), &link) != 0) return;  // vanished meanwhile
    const bool reachable = ::stat(path.c_str(), &status) == 0;
    const bool folder = reachable && S_ISDIR(status.st_mode);
    if (!folder || is_zarr_directory(path)) {
      add_holding(path, relative_from, folder);
    } else if (S_ISLNK(link.st_mode)) {
      linked_.emplace_back(path, relative_from, depth + 1);
    } else {
      visit(path, relative_from, depth + 1);
    }
  }

  HoldingsFound result() {
    auto& all = found_.holdings;
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.path < b.path; });
    all.erase(std::unique(all.begin(), all.end(),
                          [](const auto& a, const auto& b) { return a.path == b.path; }),
              all.end());
    return std::move(found_);
  }

 private:
  /// An address is one holding; of S3, where folders can be listed, perhaps several.
  void add_address(const std::string& root) {
    const auto add = [&](const std::string& address) {
      const std::size_t from = address.size() - remote::last_part_of(address).size();
      found_.holdings.push_back({address, static_cast<std::uint32_t>(from)});
    };
    // A name with a query, or with a slash at its end, would become an id.
    std::string address = root;
    while (!remote::names_many(address) && address.ends_with('/')) address.pop_back();
    const bool queried = address.find_first_of("?#") != std::string::npos;
    if (queried && !address.starts_with("s3://")) {
      found_.unreachable.push_back(
          {remote::shown(address), "", "addresses with a query are not served"});
      return;
    }
    if (!remote::names_many(address)) return add(address);
    try {
      for (const std::string& one : remote::members_of(address)) add(one);
    } catch (const Error& error) {
      found_.unreachable.push_back({remote::shown(address), "", error.what()});
    }
  }

  void visit(const fs::path& folder, std::uint32_t relative_from, int depth) {
    constexpr int kDeepest = 64;
    struct stat status = {};
    if (depth > kDeepest || ::stat(folder.c_str(), &status) != 0) return;
    if (!visited_.emplace(status.st_dev, status.st_ino).second) return;
    found_.folders.insert(folder.string());
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      names.push_back(entry->path().filename().string());
    }
    if (error) {
      const std::string name = folder.string();
      found_.unreachable.push_back({name.size() < relative_from ? name : name.substr(relative_from),
                                    "", "permission to look into this folder is missing"});
    }
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      if (!name.starts_with('.')) add(folder / name, relative_from, depth);
    }
  }

  void add_holding(const fs::path& path, std::uint32_t relative_from, bool store) {
    found_.holdings.push_back({path.string(), relative_from});
    if (store) add_folders_of_store(path, 0);
  }

  /// Those of groups and arrays: writers make new chunks known by their documents.
  void add_folders_of_store(const fs::path& folder, int depth) {
    constexpr int kDeepest = 16;
    constexpr std::size_t kMost = 10'000;
    if (depth > kDeepest || found_.folders.size() > kMost) return;
    found_.folders.insert(folder.string());
    std::error_code error;
    if (fs::exists(folder / ".zarray", error)) return;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      std::error_code ignored;
      if (entry->is_directory(ignored) && is_zarr_directory(entry->path())) {
        add_folders_of_store(entry->path(), depth + 1);
      }
    }
  }

  HoldingsFound found_;
  std::set<FileId> visited_;
  std::vector<std::tuple<fs::path, std::uint32_t, int>> linked_;
};

/// The store that `path` lies in, or `path`; empty when a part of it is hidden.
fs::path store_or_path(const fs::path& root, const fs::path& path) {
  fs::path at = root;
  for (const fs::path& part : path.lexically_relative(root)) {
    if (part == ".") continue;
    if (is_zarr_directory(at)) return at;
    if (part.string().starts_with('.')) return {};
    at /= part;
  }
  return at;
}

}  // namespace

std::string canonical_root(const std::string& root) {
  if (remote::is_address(root)) return root;
  std::error_code error;
  const fs::path whole = fs::canonical(root, error);
  if (error) return root;
  if (fs::is_directory(whole, error) && !is_zarr_directory(whole)) return whole.string();
  fs::path path = fs::absolute(root, error);
  if (!path.has_filename()) path = path.parent_path();  // a trailing slash
  if (path.filename() == "." || path.filename() == "..") return whole.string();
  const fs::path folder = fs::canonical(path.parent_path(), error);
  return error ? root : (folder / path.filename()).string();
}

std::vector<std::string> canonical_roots(std::vector<std::string> roots) {
  for (std::string& one : roots) one = canonical_root(one);
  return roots;
}

HoldingsFound find_holdings(const std::vector<std::string>& roots,
                            const std::vector<std::string>& left_out) {
  Walk walk(left_out);
  for (const std::string& root : roots) walk.add_root(root);
  return walk.result();
}

HoldingsAt find_holdings_at(const std::string& path, const std::vector<std::string>& roots,
                            const std::vector<std::string>& left_out) {
  HoldingsAt at{path, {}};
  Walk walk(left_out);
  for (const std::string& root : roots) {
    const fs::path top = normal(root);
    if (relative_from(top.string(), path)) {  // the root lies there: a single file, or all of it
      walk.add_root(root);
      continue;
    }
    const auto from = relative_from(path, top.string());
    if (!from) continue;
    const fs::path what = store_or_path(top, path);
    if (what.empty()) break;  // hidden
    at.path = what.string();
    if (what == top) {
      walk.add_root(root);
    } else {
      walk.add(what, *from, 0);
    }
    break;
  }
  at.found = walk.result();
  return at;
}

std::optional<std::uint32_t> relative_from(std::string_view path, std::string_view root) {
  while (root.ends_with('/') && root.size() > 1) root.remove_suffix(1);
  if (!path.starts_with(root)) return std::nullopt;
  if (path.size() == root.size()) {
    const auto slash = path.rfind('/');
    return static_cast<std::uint32_t>(slash == std::string_view::npos ? 0 : slash + 1);
  }
  const std::size_t from = root.ends_with('/') ? root.size() : root.size() + 1;
  if (path[from - 1] != '/') return std::nullopt;
  return static_cast<std::uint32_t>(from);
}

}  // namespace gyre::coverage
