#pragma once

#include <string>

#include "coverage/base/export.h"

namespace gyre::coverage {

enum class HoldingKind : std::uint8_t {
  NetcdfClassic,  ///< CDF-1, CDF-2 (64-bit offset), CDF-5
  Hdf5,           ///< NetCDF-4, or plain HDF5
  Grib,           ///< of edition 1 or 2
  Geotiff,        ///< a TIFF; whether it says where it lies is not looked at
  Zarr,           ///< a directory or zip archive with .zgroup, .zarray, .zmetadata or zarr.json
  References,     ///< a table of references (kerchunk) in JSON
  Opendap,        ///< an address that a server answers by DAP2
  Refused,        ///< data, or what should be data, that is not served: `reason`
  Other,          ///< no holding at all: text, documents, pictures; a directory that is no store
};

struct KindOfHolding {
  HoldingKind kind = HoldingKind::Other;
  std::string reason;  ///< of Refused and Other: a sentence without capital and full stop
};

/// Tells what lies at `path` from its first bytes; the name decides only what the bytes leave
/// open. Opens nothing but regular files; of an address it tells what was found when it was looked
/// at. @throws Error{MalformedHolding} when unreachable, Error{Unreachable}
[[nodiscard]] GYRE_API KindOfHolding kind_of_holding(const std::string& path);

/// Does the directory claim to be a Zarr store, of any version?
[[nodiscard]] GYRE_API bool is_zarr_directory(const std::string& path);

}  // namespace gyre::coverage
