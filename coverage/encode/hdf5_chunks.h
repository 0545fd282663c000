#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "coverage/source/netcdf_lock.h"
#include "coverage/source/stored_chunk.h"

namespace gyre::coverage {

/// A NetCDF-4 file that netCDF-C has laid out and closed, open again for chunks made by others:
/// HDF5 takes them as they are, past its own filters. Each member holds the netCDF lock for as long
/// as it runs. Not for several threads at once.
class Hdf5Chunks {
 public:
  /// @throws Error{Internal}, as all members: what HDF5 says is for the log
  explicit Hdf5Chunks(const std::string& path);
  /// Of a file in memory, its bytes.
  static Hdf5Chunks in_memory(const std::string& image);
  ~Hdf5Chunks();
  Hdf5Chunks(const Hdf5Chunks&) = delete;
  Hdf5Chunks& operator=(const Hdf5Chunks&) = delete;

  /// The variable that put() and replace_numbers() are about from here on.
  void choose(const std::string& variable);
  /// @pre the chunk is in the variable's own form
  void put(const std::vector<std::size_t>& corner, const StoredChunk& chunk) const;
  /// New numbers for an attribute that there is, as many as it has.
  void replace_numbers(const std::string& attribute, const std::vector<double>& numbers) const;
  /// Of a file in memory: its bytes; else none.
  std::string close();

 private:
  explicit Hdf5Chunks(hid_t file) : file_(file), in_memory_(true) {}
  void close_variable();

  hid_t file_ = H5I_INVALID_HID, variable_ = H5I_INVALID_HID;
  bool in_memory_ = false;
};

}  // namespace gyre::coverage
