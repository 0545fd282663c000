#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/metadata/description.h"
#include "coverage/model/dataset.h"

namespace gyre::coverage {

/// What the configuration says of one dataset (key: its path below the root, or its id).
struct DatasetOverlay {
  std::string path;               ///< below a data root; with or without extension
  std::optional<std::string> id;  ///< configured name
  std::optional<std::string> native_format;
  std::optional<long> order;  ///< lower first; without: after those with
  bool hidden = false;
  DescriptionOverlay description;
};

struct ArchiveSettings {
  std::vector<std::string> roots;  ///< folders or single files
  std::vector<DatasetOverlay> datasets;
};

/// Looks through the roots (recursively; hidden files left out; a Zarr directory is one holding),
/// opens each holding once, and makes the catalogue. A bad file takes only itself out of service:
/// it is listed in not_served() with its reason and logged once.
[[nodiscard]] GYRE_API std::shared_ptr<const Catalogue> build_catalogue(
    const ArchiveSettings& settings, std::uint64_t generation);

/// Dataset id of a path below its root: extension dropped, '/' -> '.', other characters -> '_',
/// '_' before a first character that is neither letter nor '_' (DESIGN 2). Collisions are the
/// caller's.
[[nodiscard]] GYRE_API std::string dataset_id_of(const std::string& relative_path);

/// Files that look like one series: same structure, names alike but for digits.
struct Series {
  std::string pattern;             ///< "nemo_{6 digits}.nc"
  std::vector<std::string> paths;  ///< sorted
};
[[nodiscard]] GYRE_API std::vector<Series> find_series(const Catalogue& catalogue);

}  // namespace gyre::coverage
