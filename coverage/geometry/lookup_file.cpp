#include "coverage/geometry/lookup_file.h"

#include <algorithm>

namespace gyre::coverage::geometry {
namespace {

constexpr ArrayFileKind kKind{'G', 'Y', 'R', 'E', 'G', 'R', '0', '3'};
constexpr std::size_t kArrays = 12;

struct Header {
  std::uint64_t rows = 0, columns = 0, corners = 0;
  double reach = 0;
  double west = 0, south = 0, east = 0, north = 0;
  std::uint64_t wraps = 0;
};

/// `use(i, array)` for every array of the file but the header, in order.
template <typename Content, typename Use>
void each_array(Content& content, Use&& use) {
  use(1, content.longitudes);
  use(2, content.latitudes);
  use(3, content.corner_longitudes);
  use(4, content.corner_latitudes);
  use(5, content.places);
  use(6, content.tree.x);
  use(7, content.tree.y);
  use(8, content.tree.z);
  use(9, content.tree.splits);
  use(10, content.tree.ids);
  use(11, content.tree.dimensions);
}

}  // namespace

std::unique_ptr<const LookupFile> LookupFile::open(const std::filesystem::path& path,
                                                   const LookupShape& shape) {
  auto opened = std::make_unique<LookupFile>();
  opened->file_ = ArrayFile::open(path, kKind, kArrays);
  if (!opened->file_ || opened->file_->array<Header>(0).size() != 1) return nullptr;
  const Header& header = opened->file_->array<Header>(0).front();
  if (LookupShape{header.rows, header.columns, header.corners} != shape) return nullptr;
  LookupContent& content = opened->content_;
  each_array(content, [&](std::size_t i, auto& span) {
    using T = std::remove_const_t<typename std::decay_t<decltype(span)>::element_type>;
    span = opened->file_->template array<T>(i);
  });
  const std::size_t cells = shape.rows * shape.columns;
  if (content.longitudes.size() != cells || content.latitudes.size() != cells ||
      content.corner_longitudes.size() != cells * shape.corners ||
      content.corner_latitudes.size() != cells * shape.corners || content.places.size() != cells ||
      !is_whole(content.tree, cells)) {
    return nullptr;
  }
  content.reach = header.reach;
  content.wraps = header.wraps != 0;
  content.extent = {header.west, header.south, header.east, header.north};
  return opened;
}

bool LookupFile::write(const std::filesystem::path& path, const LookupShape& shape,
                       const LookupContent& content) {
  const GeographicExtent& e = content.extent;
  const Header header{shape.rows, shape.columns, shape.corners, content.reach,          e.west,
                      e.south,    e.east,        e.north,       content.wraps ? 1U : 0U};
  std::vector<std::span<const std::byte>> arrays(kArrays);
  arrays[0] = as_written(std::span(&header, 1));
  each_array(content, [&](std::size_t i, const auto& span) { arrays[i] = as_written(span); });
  return ArrayFile::write(path, kKind, arrays);
}

}  // namespace gyre::coverage::geometry
