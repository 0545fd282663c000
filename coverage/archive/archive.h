#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "coverage/aggregate/aggregation_rule.h"
#include "coverage/archive/indexer.h"
#include "coverage/base/abort_token.h"
#include "coverage/base/export.h"
#include "coverage/index/holding_index.h"
#include "coverage/metadata/description.h"
#include "coverage/model/dataset.h"
#include "coverage/model/schema_overlay.h"
#include "coverage/reader/opener.h"

namespace gyre::coverage {

/// What the configuration says of one dataset (key: its path below the root, or its id).
struct DatasetOverlay {
  std::string path;               ///< below a data root; with or without extension
  std::optional<std::string> id;  ///< configured name
  std::optional<std::string> native_format;
  std::optional<long> order;              ///< lower first; without: after those with
  std::optional<long> closed_after_days;  ///< Dataset::closed_after_days
  bool hidden = false;
  /// Several holdings become this one dataset, whose id is `path` unless `id` says otherwise.
  std::optional<AggregationRule> aggregation;
  DescriptionOverlay description;
  SchemaOverlay schema;  ///< what its attributes should have said
  /// Where the configuration says so, for messages: "gyre.yaml:12"; of fields by published name.
  std::string where = {};
  std::map<std::string, std::string> fields_where = {};
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

/// What an archive works with, beyond its settings.
struct ArchiveParts {
  std::shared_ptr<Opener> opener;                 ///< how holdings are looked into
  std::shared_ptr<HoldingIndex> index;            ///< where what was found in them is kept
  std::shared_ptr<ReaderPool> readers = nullptr;  ///< of the opener; null: it has none
};
/// In this process, and in memory: for tests and tools.
[[nodiscard]] GYRE_API ArchiveParts parts_in_process();

/// The data roots and what was found in them. Not for two threads at once.
class GYRE_API Archive {
 public:
  using Published = std::shared_ptr<const Catalogue>;
  /// Told some times a second how far looking into holdings is, with a catalogue of what is known
  /// so far; null: there is none yet.
  using Meanwhile = std::function<void(const Published&, const IndexProgress&)>;

  /// @param first_generation of the first catalogue; later ones count up
  explicit Archive(ArchiveSettings settings, std::uint64_t first_generation = 1,
                   ArchiveParts parts = parts_in_process());
  ~Archive();
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  /// What the index knows, without a look at the disk; null when it knows nothing of these roots.
  [[nodiscard]] Published known();

  /// Looks through the roots (recursively; hidden files left out; a Zarr store is one holding) and
  /// into the holdings that are new or changed by size, modification time or inode; the others keep
  /// their Dataset. A bad file takes only itself out of service: it is listed in not_served() with
  /// its reason and logged once.
  /// @returns the catalogue, the same object as before when nothing changed
  /// Cost without changes: a stat a file.
  [[nodiscard]] Published scan(const AbortToken& abort = {}, const Meanwhile& meanwhile = {});

  /// As scan(), at these paths (files or folders) alone.
  [[nodiscard]] Published look_at(const std::set<std::string>& paths, const AbortToken& abort = {},
                                  const Meanwhile& meanwhile = {});

  /// The folders in which changes are to be looked for.
  [[nodiscard]] const std::set<std::string>& folders() const;
  /// Whether all roots on local disks exist: of one that does not nobody tells when it comes.
  [[nodiscard]] bool all_there() const;
  /// Roots at addresses.
  [[nodiscard]] std::set<std::string> remote_roots() const;

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
