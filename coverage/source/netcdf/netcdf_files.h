#pragma once

#include <cstddef>
#include <list>
#include <set>
#include <string>

#include <sys/types.h>

#include "coverage/source/file_identity.h"

namespace gyre::coverage {

/// The NetCDF files that are open, most recently used first. Every file is open at most once in
/// the process: with HDF5 1.10 a second handle on the same file, once closed, leaves the first with
/// dangling types of its strings, and the next look at them crashes. That is also why these files
/// are not read through GDAL, which keeps handles of its own.
///
/// Everything here is called, and ids are used, under the NetcdfLock; an id is good until the lock
/// is released or the next open().
class NetcdfFiles {
 public:
  /// The netCDF-C id of the file, opened when it is not yet.
  /// @throws Error{MalformedHolding}; Error{HoldingChanged} when the file is not `expected`
  int open(const std::string& path, const FileIdentity& expected);
  /// Accounts for HDF5's cache of decoded chunks of one variable: closes other files, and at last
  /// this one, where there would be too many. Ids got before are then stale.
  void reserve(const std::string& path, const std::string& variable);
  /// Closes the file, if it is open, whatever it was when it was opened.
  void close(const std::string& path);
  /// Closes the file, if it is open.
  void close(const FileIdentity& identity);

 private:
  struct Entry {
    dev_t device;
    ino_t inode;
    FileIdentity identity;
    int id;
    std::set<std::string> variables_read;
  };
  using Entries = std::list<Entry>;
  Entries::iterator find(const std::string& path);
  void close(Entries::iterator entry);

  Entries entries_;
};

/// One list a process. @pre the NetcdfLock is held
[[nodiscard]] NetcdfFiles& netcdf_files();

/// @throws Error{MalformedHolding} unless `status` is NC_NOERR; the library's words go into what(),
/// which is for the log.
void check_netcdf(int status);

}  // namespace gyre::coverage
