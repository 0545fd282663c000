#include "coverage/archive/holdings.h"

#include <algorithm>
#include <filesystem>
#include <set>
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

class Walk {
 public:
  explicit Walk(const std::vector<std::string>& left_out) {
    struct stat status = {};
    for (const std::string& folder : left_out) {
      if (::stat(folder.c_str(), &status) == 0) visited_.emplace(status.st_dev, status.st_ino);
    }
  }

  HoldingsFound run(const std::vector<std::string>& roots) {
    for (const std::string& root : roots) {
      const std::size_t first = found_.holdings.size();
      add_root(root);
      std::sort(found_.holdings.begin() + static_cast<std::ptrdiff_t>(first), found_.holdings.end(),
                [](const auto& a, const auto& b) { return a.relative < b.relative; });
    }
    return std::move(found_);
  }

 private:
  /// An address is one holding; of S3, where folders can be listed, perhaps several.
  void add_address(const std::string& root) {
    if (!remote::names_many(root)) {
      found_.holdings.push_back({root, remote::last_part_of(root)});
      return;
    }
    try {
      for (const std::string& address : remote::members_of(root)) {
        found_.holdings.push_back({address, remote::last_part_of(address)});
      }
    } catch (const Error& error) {
      found_.unreachable.push_back({remote::shown(root), "", error.what()});
    }
  }

  void add_root(const std::string& root) {
    if (remote::is_address(root)) return add_address(root);
    struct stat status = {};
    if (::stat(root.c_str(), &status) != 0) {
      found_.unreachable.push_back({root, "", "this data root cannot be reached"});
      return;
    }
    // A trailing slash must not hide the name of a single file or store.
    fs::path path = fs::path(root).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    if (!S_ISDIR(status.st_mode) || is_zarr_directory(path)) {
      found_.holdings.push_back({path.string(), path.filename().string()});
      return;
    }
    linked_.clear();
    visit(path, "", 0);
    while (!linked_.empty()) {  // links after real folders, so that these keep their own names
      const auto links = std::exchange(linked_, {});
      for (const auto& [folder, relative, depth] : links) visit(folder, relative, depth);
    }
  }

  void visit(const fs::path& folder, const std::string& prefix, int depth) {
    constexpr int kDeepest = 64;
    struct stat status = {};
    if (depth > kDeepest || ::stat(folder.c_str(), &status) != 0) return;
    if (!visited_.emplace(status.st_dev, status.st_ino).second) return;
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      names.push_back(entry->path().filename().string());
    }
    if (error) {
      found_.unreachable.push_back({prefix.empty() ? folder.string() : prefix, "",
                                    "permission to look into this folder is missing"});
    }
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      if (!name.starts_with('.')) add(folder / name, prefix + name, depth);
    }
  }

  void add(const fs::path& path, const std::string& relative, int depth) {
    struct stat link = {}, status = {};
    if (::lstat(path.c_str(), &link) != 0) return;  // vanished meanwhile
    const bool reachable = ::stat(path.c_str(), &status) == 0;
    if (!reachable || !S_ISDIR(status.st_mode) || is_zarr_directory(path)) {
      found_.holdings.push_back({path.string(), relative});
    } else if (S_ISLNK(link.st_mode)) {
      linked_.emplace_back(path, relative + "/", depth + 1);
    } else {
      visit(path, relative + "/", depth + 1);
    }
  }

  HoldingsFound found_;
  std::set<FileId> visited_;
  std::vector<std::tuple<fs::path, std::string, int>> linked_;
};

}  // namespace

HoldingsFound find_holdings(const std::vector<std::string>& roots,
                            const std::vector<std::string>& left_out) {
  return Walk(left_out).run(roots);
}

}  // namespace gyre::coverage
