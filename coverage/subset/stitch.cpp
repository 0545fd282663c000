#include "coverage/subset/stitch.h"

#include <algorithm>
#include <cstring>

#include "coverage/base/error.h"

namespace gyre::coverage {
namespace {

/// A stretch of selected cells that is one stretch of the source's dimension.
struct Piece {
  IndexRange source;
  std::size_t at = 0;  ///< in the box asked for
};

/// Pieces that are read at once, with what lies between them.
struct Window {
  IndexRange source;
  std::vector<Piece> pieces;
};

/// Many small pieces (cells of a mesh) are read together, as long as what lies between is no more
/// than a chunk or so, and the whole is not too much: `bytes_per_cell` of the other dimensions.
std::vector<Window> windows_of(const std::vector<Piece>& pieces, std::size_t bytes_per_cell) {
  constexpr std::size_t kGap = 65536;
  constexpr std::size_t kMostBytes = 32u << 20;
  std::vector<Window> windows;
  for (const Piece& piece : pieces) {
    if (!windows.empty()) {
      Window& last = windows.back();
      const bool near =
          piece.source.begin > last.source.end && piece.source.begin - last.source.end <= kGap;
      if (near && (piece.source.end - last.source.begin) * bytes_per_cell <= kMostBytes) {
        last.source.end = piece.source.end;
        last.pieces.push_back(piece);
        continue;
      }
    }
    windows.push_back({piece.source, {piece}});
  }
  return windows;
}

std::vector<Piece> pieces_of(const AxisSelection& selection, IndexRange wanted) {
  std::vector<Piece> pieces;
  std::size_t begin = 0;  // of the run, in selected cells
  for (const AxisRun& run : selection.runs) {
    const std::size_t end = begin + run.range.size();
    const std::size_t from = std::max(begin, wanted.begin);
    const std::size_t to = std::min(end, wanted.end);
    if (from < to) {
      pieces.push_back({{run.range.begin + (from - begin), run.range.begin + (to - begin)},
                        from - wanted.begin});
    }
    begin = end;
  }
  return pieces;
}

std::vector<std::size_t> strides_of(const std::vector<std::size_t>& shape) {
  std::vector<std::size_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

/// Copies cells of `shape` between two layouts; strides count in elements.
struct Copy {
  const std::byte* from;
  std::byte* to;
  std::vector<std::size_t> shape, from_strides, to_strides;
  std::size_t element;

  void run(std::size_t axis, std::size_t source, std::size_t target) const {
    if (axis == shape.size()) {
      std::memcpy(to + target * element, from + source * element, element);
      return;
    }
    if (axis + 1 == shape.size() && from_strides[axis] == 1 && to_strides[axis] == 1) {
      std::memcpy(to + target * element, from + source * element, shape[axis] * element);
      return;
    }
    for (std::size_t i = 0; i < shape[axis]; ++i)
      run(axis + 1, source + i * from_strides[axis], target + i * to_strides[axis]);
  }
};

/// Steps `turn` through all combinations; false after the last.
bool next_turn(std::vector<std::size_t>& turn, const std::vector<std::size_t>& counts) {
  for (std::size_t d = turn.size(); d-- > 0;) {
    if (++turn[d] < counts[d]) return true;
    turn[d] = 0;
  }
  return false;
}

}  // namespace

RawBlock read_stitched(const Source& source, const std::string& variable, ElementType type,
                       const std::vector<const AxisSelection*>& selections, const IndexBox& box,
                       const AbortToken& abort) {
  RawBlock answer;
  answer.type = type;
  for (const IndexRange& range : box) answer.shape.push_back(range.size());
  const std::size_t element = size_of(type);
  const std::vector<std::size_t> strides = strides_of(answer.shape);

  const std::size_t cells = cells_of(box);
  std::vector<std::vector<Window>> windows;
  std::vector<std::size_t> counts;
  for (std::size_t d = 0; d < box.size(); ++d) {
    const std::vector<Piece> pieces = pieces_of(*selections[d], box[d]);
    if (pieces.empty()) return answer;
    windows.push_back(windows_of(pieces, cells / box[d].size() * element));
    counts.push_back(windows.back().size());
  }
  std::vector<std::size_t> turn(box.size(), 0);
  do {
    abort.check();
    IndexBox part_box;
    std::vector<std::size_t> part;
    std::vector<std::size_t> piece_counts;
    for (std::size_t d = 0; d < box.size(); ++d) {
      const Window& window = windows[d][turn[d]];
      part_box.push_back(window.source);
      part.push_back(window.source.size());
      piece_counts.push_back(window.pieces.size());
    }
    RawBlock block = source.read(variable, part_box);
    if (block.type != type || block.bytes.size() != cells_of(part_box) * element) {
      throw Error(ErrorKind::MalformedHolding, variable,
                  "The values of '" + variable + "' are not as its holding declared them.");
    }
    const auto is_one = [](std::size_t count) { return count == 1; };
    if (part == answer.shape && std::all_of(counts.begin(), counts.end(), is_one) &&
        std::all_of(piece_counts.begin(), piece_counts.end(), is_one)) {  // nothing to stitch
      answer.bytes = std::move(block.bytes);
      return answer;
    }
    if (answer.bytes.empty()) answer.bytes.resize(cells * element);
    const std::vector<std::size_t> part_strides = strides_of(part);
    std::vector<std::size_t> choice(box.size(), 0);
    do {
      std::vector<std::size_t> shape;
      std::size_t from = 0, target = 0;
      for (std::size_t d = 0; d < box.size(); ++d) {
        const Window& window = windows[d][turn[d]];
        const Piece& piece = window.pieces[choice[d]];
        shape.push_back(piece.source.size());
        from += (piece.source.begin - window.source.begin) * part_strides[d];
        target += piece.at * strides[d];
      }
      Copy{block.bytes.data(), answer.bytes.data(), shape, part_strides, strides, element}.run(
          0, from, target);
    } while (next_turn(choice, piece_counts));
  } while (next_turn(turn, counts));
  return answer;
}

RawBlock transposed(const RawBlock& block, const std::vector<std::size_t>& order) {
  RawBlock answer;
  answer.type = block.type;
  answer.bytes.resize(block.bytes.size());
  const std::vector<std::size_t> strides = strides_of(block.shape);
  std::vector<std::size_t> from_strides;
  for (const std::size_t d : order) {
    answer.shape.push_back(block.shape[d]);
    from_strides.push_back(strides[d]);
  }
  Copy{block.bytes.data(), answer.bytes.data(),      answer.shape,
       from_strides,       strides_of(answer.shape), size_of(block.type)}
      .run(0, 0, 0);
  return answer;
}

}  // namespace gyre::coverage
