#include "coverage/source/netcdf/opendap_source.h"

#include <cstring>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/cf/packing.h"
#include "coverage/source/netcdf/netcdf_description.h"
#include "coverage/source/netcdf/netcdf_files.h"
#include "coverage/source/netcdf/netcdf_values.h"
#include "coverage/source/netcdf_lock.h"
#include "coverage/source/reading.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/remote_settings.h"

// Of netCDF-C 4.9, which has no other way to say it but files in the user's home.
extern "C" int NC_rcfile_insert(const char* key, const char* value, const char* host,
                                const char* path);
extern "C" char* NC_rclookup(const char* key, const char* host, const char* path);

namespace gyre::coverage {
namespace {

/// Asks for time-outs, which netCDF-C lets pass otherwise. @pre the NetcdfLock is held
void bound_waiting(double timeout_s) {
  const std::string whole = std::to_string(std::max(1L, static_cast<long>(timeout_s)));
  for (const char* const key : {"HTTP.TIMEOUT", "HTTP.CONNECTTIMEOUT"}) {
    NC_rcfile_insert(key, whole.c_str(), nullptr, nullptr);
    const char* const found = NC_rclookup(key, nullptr, nullptr);
    if (found == nullptr || whole != found) {
      log(LogLevel::Warning, fmt::format("netCDF-C does not take '{}'", key));
    }
  }
}

}  // namespace

OpendapSource::OpendapSource(std::string address)
    : address_(std::move(address)), identity_(identity_of(address_)) {
  const double timeout_s = remote::store_of(address_)->timeout_s;
  const NetcdfLock lock;
  nc_initialize();
  bound_waiting(timeout_s);
  if (const int failure = nc_open(address_.c_str(), NC_NOWRITE, &file_); failure != NC_NOERR) {
    log(LogLevel::Info,
        fmt::format("{}: netCDF-C: {}", remote::shown(address_), nc_strerror(failure)));
    throw Error(ErrorKind::Unreachable, "", "its server does not offer it by OPeNDAP");
  }
  try {
    schema_ = describe_netcdf(file_);
  } catch (...) {
    nc_close(file_);
    throw;
  }
  schema_.format = "OPeNDAP";
}

OpendapSource::~OpendapSource() {
  const NetcdfLock lock;
  nc_close(file_);
}

RawBlock OpendapSource::read(const std::string& name, const IndexBox& box) const {
  const VariableSchema& variable = variable_named(schema_, name);
  RawBlock block = block_for(variable, box);
  read_unchanged(address_, identity_, name, [&] {
    block.bytes.resize(block.cells() * size_of(block.type));
    if (block.bytes.empty()) return;
    const NetcdfLock lock;
    const NetcdfLocation at = locate(file_, name);
    const int status = read_netcdf_numbers(at, box, block.bytes);
    if (status == NC_NOERR) return;
    log(LogLevel::Info,
        fmt::format("{}: netCDF-C: {}", remote::shown(address_), nc_strerror(status)));
    throw Error(ErrorKind::Unreachable, name,
                "The server that holds the data failed to answer; please ask again later.");
  });
  block.type = storage_type_of(variable);
  return block;
}

std::vector<std::string> OpendapSource::read_strings(const std::string& name) const {
  const VariableSchema& variable = variable_named(schema_, name);
  if (variable.type != ElementType::String) {
    throw Error(ErrorKind::Internal, name, fmt::format("'{}' holds numbers, not texts", name));
  }
  std::vector<std::string> texts;
  read_unchanged(address_, identity_, name, [&] {
    const NetcdfLock lock;
    texts = read_netcdf_strings(file_, name);
  });
  return texts;
}

}  // namespace gyre::coverage
