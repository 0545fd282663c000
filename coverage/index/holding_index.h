#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/index/index_catalogue.h"
#include "coverage/index/indexed_holding.h"

namespace gyre::coverage {

class IndexSegment;
class SegmentWriter;
class SharedParts;

/// All holdings that were looked into, at one moment.
class GYRE_API IndexSnapshot {
 public:
  struct Place {
    std::uint32_t segment = 0;
    std::uint32_t record = 0;
  };
  IndexSnapshot(std::vector<std::shared_ptr<const IndexSegment>> segments,
                std::shared_ptr<SharedParts> shared);
  ~IndexSnapshot();

  [[nodiscard]] std::size_t size() const { return places_.size(); }
  /// Of them, those that are data, or should be: without texts, pictures, .ncml files.
  [[nodiscard]] std::size_t holdings() const { return holdings_; }
  /// In the order of paths.
  [[nodiscard]] std::string_view path(std::size_t index) const;
  /// @param relative_from where in the path the name below its root begins
  [[nodiscard]] std::shared_ptr<const IndexedHolding> holding(std::size_t index,
                                                              std::size_t relative_from = 0) const;
  /// Null: not known (or its record is damaged, so that it has to be looked into again).
  [[nodiscard]] std::shared_ptr<const IndexedHolding> find(std::string_view path,
                                                           std::size_t relative_from = 0) const;
  /// Of a holding that is known; absent: not known.
  [[nodiscard]] std::optional<FileIdentity> identity(std::string_view path) const;
  /// Nobody will look at most of it soon: IndexSegment::rest().
  void rest() const;

 private:
  [[nodiscard]] std::optional<std::size_t> index_of(std::string_view path) const;
  std::vector<std::shared_ptr<const IndexSegment>> segments_;
  std::shared_ptr<SharedParts> shared_;
  std::vector<Place> places_;  ///< by path
  std::size_t holdings_ = 0;
};

/// What is to be remembered of a holding; no record: it is gone.
struct IndexChange {
  std::string path;
  std::shared_ptr<const HoldingRecord> record;
};

/// The index on disk: segments that are mapped and never change, and the catalogue of them. Killed
/// at any moment, it is as it was before the change that was being made, or after it.
/// A full or failing disk is told once and costs persistence only: changes are kept in memory then.
class GYRE_API HoldingIndex {
 public:
  /// @param folder made when it is not there; empty: in memory alone
  /// @throws std::runtime_error, to read only, when there is none
  enum class Access : std::uint8_t {
    ReadWrite,  ///< one at a time
    Read        ///< beside another process that may be changing it: as it is now
  };
  explicit HoldingIndex(const std::string& folder, Access access = Access::ReadWrite);
  ~HoldingIndex();
  HoldingIndex(const HoldingIndex&) = delete;
  HoldingIndex& operator=(const HoldingIndex&) = delete;

  [[nodiscard]] std::shared_ptr<const IndexSnapshot> snapshot() const;
  /// Whole or not at all; seen by snapshots taken afterwards. One at a time. With what the disk did
  /// not take before, which is tried again without changes as well.
  void commit(const std::vector<IndexChange>& changes);
  struct Figures {
    std::size_t holdings = 0;
    std::uint64_t bytes = 0;  ///< of segments
    std::string trouble;      ///< why the disk did not take the last change; empty: it did
  };
  [[nodiscard]] Figures figures() const;
  /// Null: there is none (in memory, or its disk fails).
  [[nodiscard]] IndexCatalogue* catalogue() const { return catalogue_.get(); }

 private:
  struct Named {
    std::string name;
    std::shared_ptr<const IndexSegment> segment;
  };
  void open_segments(Access access);
  /// Of an index whose disk takes nothing.
  void use_what_is_known();
  void remove_strangers() const;
  /// Writes a segment in the place of the last `replaced` ones.
  void put(const SegmentWriter& writer, std::size_t replaced);
  enum class Retry : bool { No, Yes };
  void merge(Retry retry);
  void publish();

  std::string folder_;
  std::unique_ptr<IndexCatalogue> catalogue_;
  std::shared_ptr<SharedParts> shared_;
  std::mutex committing_;
  std::vector<Named> segments_;  ///< oldest first
  std::uint64_t next_name_ = 1;
  std::string trouble_;       ///< why the disk did not take the last change
  mutable std::mutex mutex_;  ///< guards the rest
  std::shared_ptr<const IndexSnapshot> snapshot_;
  Figures figures_;
};

}  // namespace gyre::coverage
