#include "coverage/source/netcdf/netcdf_files.h"

#include <iterator>

#include <fmt/format.h>
#include <sys/stat.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/source/netcdf_lock.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kOpenFiles = 64;
/// Decoded chunks that HDF5 keeps a variable, and variables over all open files that may have some:
/// 512 MB together.
constexpr std::size_t kChunkCacheBytes = 16u << 20;
constexpr std::size_t kChunkCacheSlots = 4133;
constexpr std::size_t kCachedVariables = 32;

}  // namespace

NetcdfFiles::Entries::iterator NetcdfFiles::find(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return entries_.end();
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->device == status.st_dev && entry->inode == status.st_ino) return entry;
  }
  return entries_.end();
}

int NetcdfFiles::open(const std::string& path, const FileIdentity& expected) {
  const auto present = find(path);
  if (present != entries_.end()) {
    if (present->identity == expected) {
      entries_.splice(entries_.begin(), entries_, present);
      return present->id;
    }
    close(present);  // rewritten in place since
  }
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !(identity_of(path) == expected)) {
    throw Error(ErrorKind::HoldingChanged, "", "it changed since it was described");
  }
  while (entries_.size() >= kOpenFiles) close(std::prev(entries_.end()));
  int id = -1;
  nc_set_chunk_cache(kChunkCacheBytes, kChunkCacheSlots, 0.75F);
  if (const int failure = nc_open(path.c_str(), NC_NOWRITE, &id); failure != NC_NOERR) {
    log(LogLevel::Debug, fmt::format("{}: netCDF-C: {}", path, nc_strerror(failure)));
    throw Error(ErrorKind::MalformedHolding, "",
                "it is not readable as NetCDF: truncated, damaged, or HDF5 of another kind");
  }
  entries_.push_front({status.st_dev, status.st_ino, expected, id, {}});
  return id;
}

void NetcdfFiles::reserve(const std::string& path, const std::string& variable) {
  std::size_t cached = 0;
  for (const Entry& entry : entries_) cached += entry.variables_read.size();
  const auto present = find(path);
  if (present == entries_.end() || present->variables_read.contains(variable)) return;
  while (cached >= kCachedVariables && !entries_.empty()) {
    auto oldest = std::prev(entries_.end());
    if (oldest == present && entries_.size() > 1) --oldest;
    const bool own = oldest == present;
    cached -= oldest->variables_read.size();
    close(oldest);
    if (own) return;  // opened again, with empty caches
  }
  present->variables_read.insert(variable);
}

void NetcdfFiles::close(const std::string& path) {
  const auto present = find(path);
  if (present != entries_.end()) close(present);
}

void NetcdfFiles::close(const FileIdentity& identity) {
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (!(entry->identity == identity)) continue;
    close(entry);
    return;
  }
}

void NetcdfFiles::close(Entries::iterator entry) {
  nc_close(entry->id);
  entries_.erase(entry);
}

NetcdfFiles& netcdf_files() {
  // Never destroyed: the libraries may be gone by the time static destructors run.
  static auto* const files = new NetcdfFiles;
  return *files;
}

void check_netcdf(int status) {
  if (status == NC_NOERR) return;
  throw Error(ErrorKind::MalformedHolding, "",
              fmt::format("a part of it cannot be decoded ({})", nc_strerror(status)));
}

}  // namespace gyre::coverage
