#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/aggregate_report.h"
#include "coverage/model/dataset.h"

namespace gyre::coverage {

/// Holes and duplicates of one dataset that are told one by one.
inline constexpr std::size_t kMostTold = 1000;

/// What an operator is told of one dataset. Paths are below the data root.
struct DatasetStatus {
  std::string id, path, format;
  std::size_t files = 1;            ///< it is made of
  std::size_t steps = 0;            ///< of time (of forecasts: that any run reaches); 0: none
  std::string first, last;          ///< of them, ISO 8601
  std::size_t runs = 0, leads = 0;  ///< of forecasts; 0: it has none
  std::size_t missing_steps = 0;    ///< that the spacing of the others says there should be
  std::size_t duplicate_steps = 0;  ///< that several files have
  /// Which: the first kMostTold of each.
  std::vector<AggregateReport::Hole> holes;
  std::vector<AggregateReport::Duplicate> duplicates;
  std::size_t holes_in_all = 0, duplicates_in_all = 0;
  std::vector<NotServed>
      quarantined;  ///< files or variables that are not like the others, or damaged
  std::vector<std::string> warnings;  ///< Dataset::warnings, and those of joining
  bool operator==(const DatasetStatus&) const = default;
};

/// How an archive is, for people and monitors: plain values, no path above the data roots, nothing
/// secret. What a server does not have (an index, readers, remote stores) is absent.
struct ArchiveStatus {
  std::uint64_t generation = 0;
  std::int64_t changed_us = 0;  ///< when what is published last changed; 0: not known
  std::vector<DatasetStatus> datasets;
  std::vector<NotServed> not_served;
  std::vector<std::string> warnings;  ///< Catalogue::warnings, of the configuration

  /// A configuration that a reload refused; what was in force before still is.
  struct Refused {
    std::int64_t at_us = 0;
    std::string file;  ///< without its folder
    int line = 0;      ///< 0: none in particular
    std::string reason;
    bool operator==(const Refused&) const = default;
  };
  std::optional<Refused> refused;  ///< by the last reload; absent: it was a good one, or none

  /// What is known of holdings without opening them.
  struct Index {
    std::size_t known = 0;    ///< holdings
    std::size_t done = 0;     ///< of those now being looked into
    std::size_t total = 0;    ///< now being looked into; 0: none
    std::uint64_t bytes = 0;  ///< on disk
    std::string trouble;      ///< why it cannot be written (a full disk); empty: it can
    bool operator==(const Index&) const = default;
  };
  std::optional<Index> index;

  /// Processes that open files, as ReaderFigures counts them.
  struct Readers {
    std::uint64_t running = 0, started = 0, requests = 0, crashed = 0, killed = 0, timed_out = 0,
                  lied = 0, exhausted = 0, replaced = 0;
    std::string trouble;  ///< why they cannot be started, and what to do; empty: they can
    bool operator==(const Readers&) const = default;
  };
  std::optional<Readers> readers;

  struct Cache {
    std::string name;  ///< "decoded chunks"
    std::uint64_t bytes = 0, limit_bytes = 0;
    std::uint64_t hits = 0, misses = 0;
    bool operator==(const Cache&) const = default;
  };
  std::vector<Cache> caches;

  /// What requests hold while they are answered, and how many wait for room.
  struct Working {
    std::uint64_t bytes = 0, limit_bytes = 0, waiting = 0;
    bool operator==(const Working&) const = default;
  };
  std::optional<Working> working;

  /// A remote store by the name that the configuration gives it: no address, no credentials.
  struct Store {
    std::string name;
    std::string state;  ///< "reachable", "slow", or what failed, in our words
    std::uint64_t requests = 0, failures = 0, bytes = 0;
    bool operator==(const Store&) const = default;
  };
  std::vector<Store> stores;

  bool operator==(const ArchiveStatus&) const = default;
};

/// What a catalogue itself tells; the other figures are their owners' to add.
/// @param roots of the data: paths are told below them
[[nodiscard]] GYRE_API ArchiveStatus status_of(const Catalogue& catalogue,
                                               const std::vector<std::string>& roots);

/// One hole or duplicate, in words.
[[nodiscard]] GYRE_API std::string in_words(const AggregateReport::Hole& hole);
[[nodiscard]] GYRE_API std::string in_words(const AggregateReport::Duplicate& duplicate);

/// `path` below the root it is in; of a root itself, or a path in none, its last name alone.
[[nodiscard]] GYRE_API std::string below_roots(const std::string& path,
                                               const std::vector<std::string>& roots);

}  // namespace gyre::coverage
