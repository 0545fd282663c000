#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "coverage/base/abort_token.h"
#include "coverage/model/dataset.h"
#include "services/wcs/request.h"

namespace gyre::wcs {

/// What the request asks of a coverage; it may be one at a height or pressure between its levels.
struct Asked {
  std::shared_ptr<const coverage::Dataset> dataset;
  const coverage::Coverage* coverage = nullptr;  ///< owned by dataset
  std::size_t samples_per_cell = 1;              ///< to be read at most
};

/// What heights or pressures computed of the levels are called in SUBSET; absent where there are
/// none, or where an axis is called so.
[[nodiscard]] std::optional<std::string> surface_label(const coverage::Coverage& coverage);

/// SUBSET=altitude(1500), where the levels' heights are computed (CF 1.11, 4.3.3), is the section
/// at that height: a coverage that has it as the one position of its vertical axis. What an axis is
/// called is that axis.
/// @throws Error{InvalidPosition} for what is not one number
[[nodiscard]] Asked at_surface_asked(const GetCoverage& request, Asked asked,
                                     const coverage::AbortToken& abort);

}  // namespace gyre::wcs
