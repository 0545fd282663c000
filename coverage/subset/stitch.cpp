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

/// Steps `turn` through all combinations of `pieces`; false after the last.
bool next_turn(std::vector<std::size_t>& turn, const std::vector<std::vector<Piece>>& pieces) {
  for (std::size_t d = turn.size(); d-- > 0;) {
    if (++turn[d] < pieces[d].size()) return true;
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

  std::vector<std::vector<Piece>> pieces;
  for (std::size_t d = 0; d < box.size(); ++d) {
    pieces.push_back(pieces_of(*selections[d], box[d]));
    if (pieces.back().empty()) return answer;
  }
  std::vector<std::size_t> turn(box.size(), 0);
  do {
    abort.check();
    IndexBox part_box;
    std::vector<std::size_t> part;
    std::size_t target = 0;
    for (std::size_t d = 0; d < box.size(); ++d) {
      const Piece& piece = pieces[d][turn[d]];
      part_box.push_back(piece.source);
      part.push_back(piece.source.size());
      target += piece.at * strides[d];
    }
    RawBlock block = source.read(variable, part_box);
    if (block.type != type || block.bytes.size() != cells_of(part_box) * element) {
      throw Error(ErrorKind::MalformedHolding, variable,
                  "The values of '" + variable + "' are not as its holding declared them.");
    }
    if (block.bytes.size() == answer.cells() * element) {  // one piece: nothing to stitch
      answer.bytes = std::move(block.bytes);
      return answer;
    }
    if (answer.bytes.empty()) answer.bytes.resize(answer.cells() * element);
    Copy{block.bytes.data(), answer.bytes.data(), part, strides_of(part), strides, element}.run(
        0, 0, target);
  } while (next_turn(turn, pieces));
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
