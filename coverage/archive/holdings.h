#pragma once

#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/dataset.h"
#include "coverage/source/file_identity.h"

namespace gyre::coverage {

/// A file, or a Zarr directory, below a data root.
struct HoldingFound {
  std::string path;      ///< to open it by
  std::string relative;  ///< below its root, '/' between names
  bool operator==(const HoldingFound&) const = default;
};

struct HoldingsFound {
  std::vector<HoldingFound> holdings;  ///< by root, then by relative path
  std::vector<NotServed> unreachable;  ///< roots and folders that could not be looked into
};

/// Every file and Zarr directory below the roots, hidden names left out, without opening any.
/// Links are followed; each folder is visited once, by its real path where it has one below the
/// roots. Links to files are holdings of their own.
[[nodiscard]] GYRE_API HoldingsFound find_holdings(const std::vector<std::string>& roots,
                                          const std::vector<std::string>& left_out);

}  // namespace gyre::coverage
