#include "coverage/source/layout/plain_values.h"

#include <cstring>

#include "coverage/base/bytes.h"
#include "coverage/source/zarr/strided_copy.h"

namespace gyre::coverage {
namespace {

constexpr std::uint64_t kRoom = std::uint64_t{1} << 20;

class PlainReader {
 public:
  PlainReader(const DescribedFile& file, const VariableLayout& layout,
              const std::vector<std::size_t>& shape, std::size_t item, const IndexBox& box)
      : file_(file), box_(box), item_(item), strides_(row_major_strides(shape, item)) {
    if (layout.kind == VariableLayout::Kind::Records) strides_.front() = layout.record_stride;
    offset_ = layout.offset;
    std::vector<std::size_t> extents;
    for (const IndexRange& range : box) extents.push_back(range.size());
    own_ = row_major_strides(extents, item);
  }

  void read(std::span<std::byte> into) { from(0, offset_, into.data()); }

 private:
  [[nodiscard]] std::uint64_t bytes_from(std::size_t dimension) const {
    std::uint64_t bytes = item_;
    for (std::size_t d = dimension; d < box_.size(); ++d) bytes *= box_[d].size();
    return bytes;
  }
  /// From the first value of the box to its last, from `dimension` on.
  [[nodiscard]] std::uint64_t span_from(std::size_t dimension) const {
    std::uint64_t bytes = item_;
    for (std::size_t d = dimension; d < box_.size(); ++d) {
      bytes += (box_[d].size() - 1) * strides_[d];
    }
    return bytes;
  }

  void from(std::size_t dimension, std::uint64_t offset, std::byte* into) {
    const std::uint64_t bytes = bytes_from(dimension), span = span_from(dimension);
    for (std::size_t d = dimension; d < box_.size(); ++d) offset += box_[d].begin * strides_[d];
    if (bytes == span) return file_.read(offset, {into, static_cast<std::size_t>(bytes)});
    constexpr std::uint64_t kWorth = 16;  // to be read for one that is wanted
    if (span <= kRoom && span / kWorth <= bytes) {
      room_.resize(static_cast<std::size_t>(span));
      file_.read(offset, room_);
      std::vector<std::size_t> extents;
      for (std::size_t d = dimension; d < box_.size(); ++d) extents.push_back(box_[d].size());
      const auto skip = static_cast<std::ptrdiff_t>(dimension);
      return copy_strided({room_.data(), {strides_.begin() + skip, strides_.end()}},
                          {into, {own_.begin() + skip, own_.end()}}, extents, item_);
    }
    for (std::size_t d = dimension + 1; d < box_.size(); ++d) {
      offset -= box_[d].begin * strides_[d];
    }
    for (std::size_t i = 0; i < box_[dimension].size(); ++i) {
      from(dimension + 1, offset + i * strides_[dimension], into + i * own_[dimension]);
    }
  }

  const DescribedFile& file_;
  const IndexBox& box_;
  std::size_t item_;
  std::uint64_t offset_ = 0;
  std::vector<std::size_t> strides_, own_;
  Bytes room_;
};

}  // namespace

void read_plain_values(const DescribedFile& file, const VariableLayout& layout,
                       const std::vector<std::size_t>& shape, std::size_t item, const IndexBox& box,
                       std::span<std::byte> into) {
  if (!into.empty()) PlainReader(file, layout, shape, item, box).read(into);
}

}  // namespace gyre::coverage
