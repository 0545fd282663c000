#include "coverage/source/netcdf/hdf5_layout.h"

#include <array>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "coverage/source/netcdf/hdf5_chunk_tree.h"
#include "coverage/source/netcdf/hdf5_filters.h"
#include "coverage/source/netcdf/hdf5_foreign.h"
#include "coverage/source/netcdf/hdf5_handle.h"
#include "coverage/source/netcdf/netcdf_files.h"
#include "coverage/source/netcdf_lock.h"

namespace gyre::coverage {
namespace {

/// The type in memory as HDF5 calls it.
hid_t native_type(ElementType type) {
  switch (type) {
    case ElementType::Int8:
      return H5T_NATIVE_INT8;
    case ElementType::UInt8:
      return H5T_NATIVE_UINT8;
    case ElementType::Int16:
      return H5T_NATIVE_INT16;
    case ElementType::UInt16:
      return H5T_NATIVE_UINT16;
    case ElementType::Int32:
      return H5T_NATIVE_INT32;
    case ElementType::UInt32:
      return H5T_NATIVE_UINT32;
    case ElementType::Int64:
      return H5T_NATIVE_INT64;
    case ElementType::UInt64:
      return H5T_NATIVE_UINT64;
    case ElementType::Float32:
      return H5T_NATIVE_FLOAT;
    case ElementType::Float64:
      return H5T_NATIVE_DOUBLE;
    case ElementType::String:
      break;
  }
  return -1;
}

/// Are the stored values those of `type`, in one byte order or the other? Says which.
std::optional<bool> is_big_endian(hid_t stored, ElementType type) {
  const Hdf5Handle plain(H5Tget_class(stored) == H5T_ENUM ? H5Tget_super(stored) : H5Tcopy(stored),
                         H5Tclose);
  const Hdf5Handle native(H5Tcopy(native_type(type)), H5Tclose);
  if (!plain || !native) return std::nullopt;
  for (const H5T_order_t order : {H5T_ORDER_LE, H5T_ORDER_BE}) {
    if (H5Tset_order(*native, order) >= 0 && H5Tequal(*plain, *native) > 0) {
      return order == H5T_ORDER_BE && size_of(type) > 1;
    }
  }
  return std::nullopt;
}

/// The dataset's own extents; shorter than the variable's where a dimension without limit grew with
/// another variable: what lies beyond is missing. Absent for what is no part of the variable.
std::optional<std::vector<std::size_t>> extents_of(hid_t dataset,
                                                   const std::vector<std::size_t>& shape) {
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
  std::array<hsize_t, H5S_MAX_RANK> extents{};
  if (!space || shape.size() > extents.size()) return std::nullopt;
  const int rank = H5Sget_simple_extent_dims(*space, extents.data(), nullptr);
  if (rank < 0 || static_cast<std::size_t>(rank) != shape.size()) return std::nullopt;
  std::vector<std::size_t> own(extents.begin(), extents.begin() + rank);
  for (std::size_t d = 0; d < own.size(); ++d) {
    if (own[d] > shape[d]) return std::nullopt;
  }
  return own;
}

/// Addresses of all chunks; absent when there are too many, or HDF5 does not say.
std::optional<std::vector<ChunkAddress>> chunks_of(hid_t file, hid_t dataset,
                                                   const std::vector<std::size_t>& extents,
                                                   const std::vector<std::size_t>& shape,
                                                   const std::vector<std::size_t>& chunk) {
  constexpr std::size_t kMost = std::size_t{4} << 20;
  std::size_t count = 1;
  std::vector<std::size_t> grid;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    if (chunk[d] == 0) return std::nullopt;
    grid.push_back((shape[d] + chunk[d] - 1) / chunk[d]);
    if (grid.back() != 0 && count > kMost / grid.back()) return std::nullopt;
    count *= grid.back();
  }
  if (auto found = chunks_in_tree(file, dataset, grid, chunk)) return found;
  std::vector<ChunkAddress> addresses(count);
  std::vector<hsize_t> corner(shape.size(), 0);
  for (ChunkAddress& one : addresses) {
    const bool written = std::equal(corner.begin(), corner.end(), extents.begin(),
                                    [](hsize_t at, std::size_t extent) { return at < extent; });
    unsigned mask = 0;
    haddr_t offset = HADDR_UNDEF;
    hsize_t size = 0;
    if (written && H5Dget_chunk_info_by_coord(dataset, corner.data(), &mask, &offset, &size) < 0) {
      return std::nullopt;
    }
    if (offset != HADDR_UNDEF) one = {offset, size, mask};
    for (std::size_t d = shape.size(); d-- > 0;) {
      corner[d] += chunk[d];
      if (corner[d] < shape[d]) break;
      corner[d] = 0;
    }
  }
  return addresses;
}

std::optional<VariableLayout> layout_of(hid_t file, hid_t dataset, hid_t properties,
                                        const VariableSchema& variable) {
  const auto extents = extents_of(dataset, variable.shape);
  if (!extents) return std::nullopt;
  const Hdf5Handle stored(H5Dget_type(dataset), H5Tclose);
  if (!stored) return std::nullopt;
  const auto big_endian = is_big_endian(*stored, variable.type);
  if (!big_endian) return std::nullopt;

  VariableLayout layout;
  layout.big_endian = *big_endian;
  if (H5Pget_layout(properties) == H5D_CONTIGUOUS) {
    if (*extents != variable.shape) return std::nullopt;
    const haddr_t offset = H5Dget_offset(dataset);
    if (offset == HADDR_UNDEF || H5Pget_external_count(properties) != 0) return std::nullopt;
    layout.offset = offset;
    return layout;
  }
  if (H5Pget_layout(properties) != H5D_CHUNKED) return std::nullopt;
  layout.kind = VariableLayout::Kind::Chunked;
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  const int rank = H5Pget_chunk(properties, static_cast<int>(chunk.size()), chunk.data());
  if (rank < 0 || static_cast<std::size_t>(rank) != variable.shape.size()) return std::nullopt;
  layout.chunk_shape.assign(chunk.begin(), chunk.begin() + rank);
  auto filters = filters_of(properties);
  if (!filters) return std::nullopt;
  layout.filters = std::move(*filters);
  H5D_fill_value_t fill = H5D_FILL_VALUE_UNDEFINED;
  layout.fill.resize(size_of(variable.type));
  if (H5Pfill_value_defined(properties, &fill) < 0 || fill == H5D_FILL_VALUE_UNDEFINED ||
      H5Pget_fill_value(properties, native_type(variable.type), layout.fill.data()) < 0) {
    return std::nullopt;
  }
  if (layout.big_endian) std::reverse(layout.fill.begin(), layout.fill.end());
  auto chunks = chunks_of(file, dataset, *extents, variable.shape, layout.chunk_shape);
  if (!chunks) return std::nullopt;
  layout.chunks = std::move(*chunks);
  return layout;
}

std::string dataset_name(hid_t file, const std::string& variable) {
  const auto slash = variable.rfind('/');
  const std::string group = slash == std::string::npos ? "" : variable.substr(0, slash + 1);
  const std::string own = slash == std::string::npos ? variable : variable.substr(slash + 1);
  const std::string hidden = fmt::format("/{}{}{}", group, kNoCoordinatePrefix, own);
  return H5Lexists(file, hidden.c_str(), H5P_DEFAULT) > 0 ? hidden : "/" + variable;
}

}  // namespace

Hdf5Storage hdf5_storage(const std::string& path, const HoldingSchema& schema) {
  Hdf5Storage storage;
  const NetcdfLock lock;
  netcdf_files().close(path);  // one handle a file: see NetcdfFiles
  const Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file) return storage;
  const Hdf5Handle created(H5Fget_create_plist(*file), H5Pclose);
  hsize_t user_block = 1;
  // HDF5 1.10 tells some addresses from the start of the file and others from behind its block.
  const bool placed = created && H5Pget_userblock(*created, &user_block) >= 0 && user_block == 0;
  for (const VariableSchema& variable : schema.variables) {
    const std::string name = dataset_name(*file, variable.name);
    const Hdf5Handle dataset(H5Dopen2(*file, name.c_str(), H5P_DEFAULT), H5Dclose);
    if (!dataset) continue;
    const Hdf5Handle properties(H5Dget_create_plist(*dataset), H5Pclose);
    if (!properties) continue;
    if (placed && variable.type != ElementType::String) {
      if (auto layout = layout_of(*file, *dataset, *properties, variable)) {
        storage.layouts.emplace(variable.name, std::move(*layout));
        continue;
      }
    }
    if (auto why = filter_not_had(*properties)) {
      storage.left_out.push_back({variable.name, std::move(*why)});
    }
  }
  note_foreign(*file, schema, storage.left_out);
  return storage;
}

}  // namespace gyre::coverage
