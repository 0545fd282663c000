#include "coverage/source/dap/constraint.h"

#include <algorithm>

#include <fmt/format.h>

#include "coverage/source/remote/address.h"

namespace gyre::coverage::dap {
namespace {

/// Brackets are no characters of a query, and some servers refuse them as they are.
std::string slab(const IndexRange& range) {
  return fmt::format("%5B{}:1:{}%5D", range.begin, range.end - 1);
}

}  // namespace

std::string constraint_for(const DapVariable& variable, const IndexBox& box,
                           Projection projection) {
  const bool grid = projection == Projection::OfGrid && variable.in_grid;
  std::string text;
  for (std::size_t i = 0; i + (grid ? 1 : 0) < variable.path.size(); ++i) {
    text += (i == 0 ? "" : ".") + remote::escaped(variable.path[i], true);
  }
  if (grid && variable.map_of) {  // of the array one cell for each along its dimension
    for (std::size_t d = 0; d < variable.grid_rank; ++d) {
      text += slab(d == *variable.map_of ? box.at(0) : IndexRange{0, 1});
    }
    return text;
  }
  for (const IndexRange& range : box) text += slab(range);
  return text;
}

std::string dap_address(const std::string& holding, const std::string& suffix,
                        const std::string& constraint) {
  return holding + suffix + (constraint.empty() ? "" : "?" + constraint);
}

std::vector<IndexBox> pieces_of(const IndexBox& box, std::size_t most_cells) {
  // Dimensions behind `cut` are asked whole, those before it one by one.
  std::size_t cut = box.size(), inner = 1;
  while (cut > 0 && inner * box[cut - 1].size() <= most_cells) inner *= box[--cut].size();
  if (cut == 0) return {box};
  --cut;
  const std::size_t rows = std::max<std::size_t>(most_cells / inner, 1);
  std::vector<IndexBox> pieces;
  IndexBox piece = box;
  for (std::size_t d = 0; d < cut; ++d) piece[d] = {box[d].begin, box[d].begin + 1};
  for (;;) {
    for (std::size_t at = box[cut].begin; at < box[cut].end; at += rows) {
      piece[cut] = {at, std::min(at + rows, box[cut].end)};
      pieces.push_back(piece);
    }
    std::size_t d = cut;
    while (d > 0) {
      --d;
      if (piece[d].end < box[d].end) {
        ++piece[d].begin;
        ++piece[d].end;
        break;
      }
      if (d == 0) return pieces;
      piece[d] = {box[d].begin, box[d].begin + 1};
    }
    if (cut == 0) return pieces;
  }
}

}  // namespace gyre::coverage::dap
