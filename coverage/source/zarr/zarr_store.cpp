#include "coverage/source/zarr/zarr_store.h"

#include <algorithm>

namespace gyre::coverage {

std::vector<FetchedBytes> ZarrStore::fetch(const std::vector<WantedBytes>& wanted) const {
  std::vector<FetchedBytes> found(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto source = open(wanted[i].key);
    if (!source) continue;
    found[i].present = true;
    found[i].total = source->size();
    switch (wanted[i].part) {
      case WantedBytes::Part::Whole:
        found[i].bytes = source->all(wanted[i].size);
        break;
      case WantedBytes::Part::End:
        found[i].bytes = source->tail(static_cast<std::size_t>(wanted[i].size));
        break;
      case WantedBytes::Part::Range:
        if (wanted[i].offset > source->size() ||
            wanted[i].size > source->size() - wanted[i].offset) {
          throw DamagedChunk("it would lie behind the end of its object");
        }
        found[i].bytes.resize(static_cast<std::size_t>(wanted[i].size));
        source->read(wanted[i].offset, found[i].bytes);
        break;
    }
  }
  return found;
}

}  // namespace gyre::coverage
