#pragma once

#include "coverage/base/abort_token.h"
#include "coverage/encode/geotiff_layout.h"
#include "coverage/model/index_range.h"
#include "coverage/model/raw_block.h"
#include "coverage/subset/view.h"

namespace gyre::coverage {

/// Values of the raster, in its type, north up and with its nodata where they are missing.
/// Thread-safe. @param box bands, rows and columns of the raster
/// @throws as View::read
[[nodiscard]] RawBlock read_raster(const View& view, const GeotiffLayout& layout,
                                   const IndexBox& box, const AbortToken& abort);

}  // namespace gyre::coverage
