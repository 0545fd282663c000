#include "coverage/base/error.h"
#include "coverage/source/classic_header.h"
#include "coverage/source/dap/dap_source.h"
#include "coverage/source/gdal_module.h"
#include "coverage/source/holding_kind.h"
#include "coverage/source/netcdf/netcdf_source.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/local_copy.h"
#include "coverage/source/source.h"
#include "coverage/source/zarr/zarr_source.h"

namespace gyre::coverage {

std::shared_ptr<const Source> open_source(const std::string& path,
                                          std::shared_ptr<DecodedChunks> decoded) {
  const KindOfHolding kind = kind_of_holding(path);
  const bool copied = remote::is_address(path) &&
                      (kind.kind == HoldingKind::NetcdfClassic || kind.kind == HoldingKind::Hdf5);
  if (copied) {
    return std::make_shared<const remote::CopiedSource>(
        remote::remote_holding(path),
        [decoded](const std::string& copy) { return open_source(copy, decoded); });
  }
  switch (kind.kind) {
    case HoldingKind::Opendap:
      return std::make_shared<const dap::DapSource>(path);
    case HoldingKind::References:
      return std::make_shared<const ZarrSource>(path, std::move(decoded));
    case HoldingKind::NetcdfClassic:
      check_classic_file(path);
      return std::make_shared<const NetcdfSource>(path);
    case HoldingKind::Hdf5:
      return std::make_shared<const NetcdfSource>(path);
    case HoldingKind::Grib:
      return gdal_module().open_grib(path);
    case HoldingKind::Geotiff:
      return gdal_module().open_geotiff(path);
    case HoldingKind::Zarr:
      return std::make_shared<const ZarrSource>(path, std::move(decoded));
    case HoldingKind::Refused:
    case HoldingKind::Other:
      break;
  }
  throw Error(ErrorKind::UnsupportedHolding, "", kind.reason);
}

}  // namespace gyre::coverage
