#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "coverage/archive/holdings.h"
#include "coverage/base/abort_token.h"
#include "coverage/index/holding_index.h"
#include "coverage/reader/opener.h"

namespace gyre::coverage {

struct IndexProgress {
  std::size_t done = 0, total = 0;
};

/// Brings the index up to date with what lies on the disk: looks into holdings that are new or
/// changed (by size, modification time or inode), in parallel, and forgets those that are gone.
/// What was looked into is committed every few seconds: a run that is killed goes on from there.
class Indexer {
 public:
  /// Called some times a second by the thread that called update(); `committed`: after a commit.
  using OnProgress = std::function<void(const IndexProgress&, bool committed)>;

  Indexer(Opener& opener, HoldingIndex& index) : opener_(opener), index_(index) {}

  /// @param found by path; @param gone paths whose records are to go
  /// @returns whether anything that can be published, or a reason, changed
  /// @throws Error{Aborted} once the token fires; what was done by then is kept
  bool update(const std::vector<HoldingFound>& found, const std::vector<std::string>& gone,
              const AbortToken& abort, const OnProgress& on_progress);

 private:
  Opener& opener_;
  HoldingIndex& index_;
};

}  // namespace gyre::coverage
