#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "coverage/source/stored_chunk.h"
#include "coverage/subset/view.h"

namespace gyre::coverage {

/// A field of a view whose chunks can be handed on as its holding stores them: its grid of chunks
/// is the holding's, whole chunks alone, so that no cell goes out that was not asked for.
class StoredView {
 public:
  /// Absent where the grids do not meet, or the holding has no such chunks. Axes that are sliced
  /// away have chunks of one step.
  /// @pre `view` outlives the result
  [[nodiscard]] static std::optional<StoredView> of(const View& view, std::size_t k);

  /// Of the dimensions kept, in the view's order.
  [[nodiscard]] const std::vector<std::size_t>& chunk_shape() const { return chunk_shape_; }
  [[nodiscard]] bool shuffled() const { return form_.shuffled; }
  /// The chunk whose first cell, of the dimensions kept, is `corner`; absent where it must be read.
  /// Thread-safe. @throws as Source::read_stored
  [[nodiscard]] std::optional<StoredChunk> read(const std::vector<std::size_t>& corner) const;

 private:
  StoredView(const View& view, std::size_t k, StoredForm form)
      : view_(&view), field_(k), form_(std::move(form)) {}

  const View* view_;
  std::size_t field_;
  StoredForm form_;
  std::vector<std::size_t> chunk_shape_;
  std::vector<std::optional<std::size_t>> kept_;  ///< of each dimension: which of those kept it is
  std::vector<std::vector<std::size_t>> begins_;  ///< of each dimension: where its chunks begin
};

}  // namespace gyre::coverage
