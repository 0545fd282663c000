#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/dataset.h"

namespace gyre::coverage {

/// A file, or a Zarr store, below a data root; or an address.
struct HoldingFound {
  std::string path;                 ///< to open it by
  std::uint32_t relative_from = 0;  ///< where in it the name below the root begins
  [[nodiscard]] std::string_view relative() const {
    return std::string_view(path).substr(relative_from);
  }
  bool operator==(const HoldingFound&) const = default;
};

struct HoldingsFound {
  std::vector<HoldingFound> holdings;  ///< by path, each once
  std::vector<NotServed> unreachable;  ///< roots and folders that could not be looked into
  std::set<std::string> folders;       ///< in which a change may change the above
};

/// A data root as the index knows what lies below it, however it is spelt: without links, relative
/// parts and "..". The name of a single file or store stays, as it becomes an id. An address, or
/// what cannot be reached, stays as it is.
[[nodiscard]] GYRE_API std::string canonical_root(const std::string& root);
[[nodiscard]] GYRE_API std::vector<std::string> canonical_roots(std::vector<std::string> roots);

/// Every file and Zarr store below the roots, hidden names left out, without opening any.
/// Links are followed; each folder is visited once, by its real path where it has one below the
/// roots. Links to files are holdings of their own. A root that is an address is one holding,
/// except s3://bucket/folder/ and s3://bucket/*.zarr, which are listed.
[[nodiscard]] GYRE_API HoldingsFound find_holdings(const std::vector<std::string>& roots,
                                                   const std::vector<std::string>& left_out);

/// What lies at `path` or below it now, as find_holdings has it; of a path within a Zarr store the
/// store. Nothing where there is nothing (any more), or no root above.
/// @returns also which path it is about: what was known at it or below it is out of date
struct HoldingsAt {
  std::string path;
  HoldingsFound found;
};
[[nodiscard]] HoldingsAt find_holdings_at(const std::string& path,
                                          const std::vector<std::string>& roots,
                                          const std::vector<std::string>& left_out);

/// Where in the path of a holding its name below `root` begins; absent: it is not below it.
[[nodiscard]] std::optional<std::uint32_t> relative_from(std::string_view path,
                                                         std::string_view root);

}  // namespace gyre::coverage
