#pragma once

#include <optional>
#include <string>
#include <vector>

#include "coverage/index/variable_layout.h"
#include "coverage/source/netcdf_lock.h"

namespace gyre::coverage {

/// The filters of a dataset that was created with these properties, in the order of writing; absent
/// when one of them is none that our own chain undoes.
[[nodiscard]] std::optional<std::vector<StorageFilter>> filters_of(hid_t properties);

/// Why HDF5 cannot undo them: a phrase that names a filter it does not have; absent when it can.
[[nodiscard]] std::optional<std::string> filter_not_had(hid_t properties);

}  // namespace gyre::coverage
