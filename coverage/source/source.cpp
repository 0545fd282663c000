#include "coverage/source/source.h"

#include <atomic>
#include <functional>

#include <fmt/format.h>

#include "coverage/base/explanation.h"
#include "coverage/source/picked_copy.h"
#include "coverage/source/zarr/strided_copy.h"

namespace gyre::coverage {
namespace {

std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

}  // namespace

Source::Source() : serial_(next_serial()) {}

void Source::explain(const std::string& variable, const IndexBox& box,
                     Explanation& explanation) const {
  const std::size_t bytes = cells_of(box) * sizeof(double);
  explanation.add_chunk(fmt::format("source {}", serial()), std::hash<std::string>()(variable),
                        bytes, bytes, false);
}

void Source::explain_picked(const std::string& variable, const Picks& picks,
                            Explanation& explanation) const {
  IndexBox box;
  for (const auto& indices : picks) box.push_back({indices.front(), indices.back() + 1});
  explain(variable, box, explanation);
}

RawBlock Source::read_picked(const std::string& variable, const Picks& picks) const {
  IndexBox box;
  Picks within = picks;
  for (std::vector<std::size_t>& indices : within) {
    const std::size_t begin = indices.front();
    box.push_back({begin, indices.back() + 1});
    for (std::size_t& index : indices) index -= begin;
  }
  RawBlock whole = read(variable, box);
  if (whole.cells() == cells_of(within)) return whole;  // all of it
  RawBlock picked{whole.type, {}, {}};
  for (const auto& indices : within) picked.shape.push_back(indices.size());
  const std::size_t item = size_of(whole.type);
  picked.bytes.resize(picked.cells() * item);
  copy_picked({whole.bytes.data(), row_major_strides(whole.shape, item)},
              {picked.bytes.data(), row_major_strides(picked.shape, item)}, spans_of(within), item);
  return picked;
}

}  // namespace gyre::coverage
