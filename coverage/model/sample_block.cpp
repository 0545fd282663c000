#include "coverage/model/sample_block.h"

#include <algorithm>

namespace gyre::coverage {
namespace {

constexpr std::size_t kBlockSide = 256;

IndexBox sample_block(const DomainSet& domain_set, std::size_t k) {
  constexpr std::size_t kPlaces = 4;
  // Reversed bits: 0, 8, 4, 12 ... so that space and time do not walk in step.
  const std::size_t shuffled = (k & 1U) << 3U | (k & 2U) << 1U | (k & 4U) >> 1U | (k & 8U) >> 3U;
  IndexBox box;
  const auto& axes = domain_set.axes();
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (axes[a].is_scalar()) continue;
    const std::size_t size = axes[a].size();
    if (a == domain_set.x() || a == domain_set.y()) {
      if (size <= kBlockSide) {
        box.push_back({0, size});
        continue;
      }
      const std::size_t place = a == domain_set.x() ? shuffled % kPlaces : shuffled / kPlaces;
      const std::size_t begin = (size - kBlockSide) * place / (kPlaces - 1);
      box.push_back({begin, begin + kBlockSide});
    } else {
      const std::size_t at = axes[a].is_time() ? k * (size - 1) / (kSampleBlocks - 1)
                                               : shuffled * (size - 1) / (kSampleBlocks - 1);
      box.push_back({at, at + 1});
    }
  }
  return box;
}

}  // namespace

std::vector<IndexBox> sample_blocks(const DomainSet& domain_set, std::size_t count) {
  std::vector<IndexBox> boxes;
  for (std::size_t k = 0; k < count; ++k) {
    IndexBox box = sample_block(domain_set, k);
    if (std::find(boxes.begin(), boxes.end(), box) == boxes.end()) boxes.push_back(std::move(box));
  }
  return boxes;
}

}  // namespace gyre::coverage
