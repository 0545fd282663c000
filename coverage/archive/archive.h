#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/metadata/description.h"
#include "coverage/model/dataset.h"
#include "coverage/model/schema_overlay.h"

namespace gyre::coverage {

/// What the configuration says of one dataset (key: its path below the root, or its id).
struct DatasetOverlay {
  std::string path;               ///< below a data root; with or without extension
  std::optional<std::string> id;  ///< configured name
  std::optional<std::string> native_format;
  std::optional<long> order;  ///< lower first; without: after those with
  bool hidden = false;
  DescriptionOverlay description;
  SchemaOverlay schema;  ///< what its attributes should have said
  bool operator==(const DatasetOverlay&) const = default;
};

/// Does the configuration mean this holding: by its path below the root, that without extension, or
/// its id?
[[nodiscard]] GYRE_API bool is_meant(const DatasetOverlay& overlay, const std::string& relative);

struct ArchiveSettings {
  std::vector<std::string> roots;  ///< folders or single files
  std::vector<DatasetOverlay> datasets;
  /// Folders never entered, such as our own state directory.
  std::vector<std::string> left_out = {};
  /// Folder for lookups of grids on two-dimensional coordinates; empty: they are kept in memory.
  std::string grids = {};
  bool operator==(const ArchiveSettings&) const = default;
};

/// The data roots and what was found in them.
class GYRE_API Archive {
 public:
  /// @param first_generation of the catalogue the first scan makes; later ones count up
  explicit Archive(ArchiveSettings settings, std::uint64_t first_generation = 1);
  ~Archive();
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  /// Looks through the roots (recursively; hidden files left out; a Zarr directory is one holding)
  /// and opens the holdings that are new or changed by size, modification time or inode; the
  /// others keep their Dataset. A bad file takes only itself out of service: it is listed in
  /// not_served() with its reason and logged once. Not for two threads at once.
  /// @returns the catalogue, the same object as before when nothing changed
  /// Cost without changes: a stat a file.
  [[nodiscard]] std::shared_ptr<const Catalogue> scan();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One scan of an Archive.
[[nodiscard]] GYRE_API std::shared_ptr<const Catalogue> build_catalogue(
    const ArchiveSettings& settings, std::uint64_t generation);

/// Dataset id of a path below its root: extension dropped, '/' -> '.', other characters -> '_',
/// '_' before a first character that is neither letter nor '_' (DESIGN 2). Collisions are the
/// caller's.
[[nodiscard]] GYRE_API std::string dataset_id_of(const std::string& relative_path);

/// Files that look like one series: same structure, names alike but for digits. Of holdings that
/// are not served: left out for the same reasons.
struct Series {
  std::string pattern;             ///< "nemo_{6 digits}.nc"
  std::vector<std::string> paths;  ///< sorted; as in Dataset, or in NotServed
};
[[nodiscard]] GYRE_API std::vector<Series> find_series(const Catalogue& catalogue);

}  // namespace gyre::coverage
