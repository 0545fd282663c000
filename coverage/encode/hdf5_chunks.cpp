#include "coverage/encode/hdf5_chunks.h"

#include <array>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/encode/hdf5_image.h"

namespace gyre::coverage {
namespace {

/// The innermost of HDF5's words on what just failed.
std::string words() {
  std::string text;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_DOWNWARD,
      [](unsigned /*depth*/, const H5E_error2_t* error, void* into) -> herr_t {
        if (error->desc != nullptr) *static_cast<std::string*>(into) = error->desc;
        return 0;
      },
      &text);
  return text;
}

[[noreturn]] void failed(const char* what) {
  throw Error(ErrorKind::Internal, "", fmt::format("HDF5 could not {}: {}", what, words()));
}

}  // namespace

Hdf5Chunks::Hdf5Chunks(const std::string& path) {
  const NetcdfLock lock;
  file_ = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  if (file_ < 0) failed("open the file for its values");
}

Hdf5Chunks Hdf5Chunks::in_memory(const std::string& image) {
  const NetcdfLock lock;
  constexpr std::size_t kGrowth = 256u << 10;
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  std::string copy = image;  // HDF5 copies it, but asks for what may be written to
  const bool is_set = access >= 0 && H5Pset_fapl_core(access, kGrowth, 0) >= 0 &&
                      H5Pset_file_image(access, copy.data(), copy.size()) >= 0;
  const hid_t file =
      is_set ? H5Fopen(name_in_memory().c_str(), H5F_ACC_RDWR, access) : H5I_INVALID_HID;
  if (access >= 0) H5Pclose(access);
  if (file < 0) failed("open the file for its values");
  return Hdf5Chunks(file);
}

Hdf5Chunks::~Hdf5Chunks() {
  const NetcdfLock lock;
  close_variable();
  if (file_ >= 0) H5Fclose(file_);
}

void Hdf5Chunks::close_variable() {
  if (variable_ >= 0) H5Dclose(variable_);
  variable_ = H5I_INVALID_HID;
}

void Hdf5Chunks::choose(const std::string& variable) {
  const NetcdfLock lock;
  close_variable();
  // What netCDF-C calls a variable that has the name of a dimension but is no coordinate of it.
  const std::string renamed = "_nc4_non_coord_" + variable;
  const bool is_renamed = H5Lexists(file_, renamed.c_str(), H5P_DEFAULT) > 0;
  variable_ = H5Dopen2(file_, (is_renamed ? renamed : variable).c_str(), H5P_DEFAULT);
  if (variable_ < 0) failed("open a variable");
}

void Hdf5Chunks::put(const std::vector<std::size_t>& corner, const StoredChunk& chunk) const {
  const NetcdfLock lock;
  std::array<hsize_t, H5S_MAX_RANK> offset{};
  for (std::size_t d = 0; d < corner.size(); ++d) offset.at(d) = corner[d];
  if (H5Dwrite_chunk(variable_, H5P_DEFAULT, chunk.left_out, offset.data(), chunk.bytes.size(),
                     chunk.bytes.data()) < 0) {
    failed("write values");
  }
}

void Hdf5Chunks::replace_numbers(const std::string& attribute,
                                 const std::vector<double>& numbers) const {
  const NetcdfLock lock;
  const hid_t id = H5Aopen(variable_, attribute.c_str(), H5P_DEFAULT);
  if (id < 0) failed("open an attribute");
  const herr_t status = H5Awrite(id, H5T_NATIVE_DOUBLE, numbers.data());
  H5Aclose(id);
  if (status < 0) failed("write an attribute");
}

std::string Hdf5Chunks::close() {
  const NetcdfLock lock;
  close_variable();
  std::string image;
  if (in_memory_) {
    image = hdf5_image(file_);
    if (image.empty()) failed("finish the file");
  }
  const hid_t file = file_;
  file_ = H5I_INVALID_HID;
  if (H5Fclose(file) < 0) failed("finish the file");
  return image;
}

}  // namespace gyre::coverage
