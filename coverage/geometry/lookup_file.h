#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "coverage/base/export.h"
#include "coverage/geometry/array_file.h"
#include "coverage/geometry/kd_tree.h"
#include "coverage/model/cell_geometry.h"

namespace gyre::coverage::geometry {

struct LookupShape {
  std::size_t rows = 0, columns = 0, corners = 0;
  bool operator==(const LookupShape&) const = default;
};

/// All that a lookup needs, in memory or mapped.
struct LookupContent {
  std::span<const double> longitudes, latitudes, corner_longitudes, corner_latitudes;
  std::span<const std::uint8_t> places;
  KdTreeArrays tree;
  double reach = 0;
  bool wraps = false;
  GeographicExtent extent;
};

/// The lookup of a curvilinear grid in a file (ArrayFile).
class GYRE_API LookupFile {
 public:
  /// Null when there is none, or none of this shape and version.
  [[nodiscard]] static std::unique_ptr<const LookupFile> open(const std::filesystem::path& path,
                                                              const LookupShape& shape);
  /// False (and a line in the log) when it cannot be written.
  [[nodiscard]] static bool write(const std::filesystem::path& path, const LookupShape& shape,
                                  const LookupContent& content);

  [[nodiscard]] const LookupContent& content() const { return content_; }

 private:
  std::unique_ptr<const ArrayFile> file_;
  LookupContent content_;
};

}  // namespace gyre::coverage::geometry
