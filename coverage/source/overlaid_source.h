#pragma once

#include <memory>

#include "coverage/base/export.h"
#include "coverage/model/schema_overlay.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// `source` as the overlay tells it: describe() has the changes, read() takes the new names.
/// Containers that the overlay makes have one value, 0. `warnings` gets what could not be done.
/// The overlay is applied once, to what `source` says now.
[[nodiscard]] GYRE_API std::shared_ptr<const Source> with_overlay(
    std::shared_ptr<const Source> source, const SchemaOverlay& overlay,
    std::vector<std::string>& warnings);

}  // namespace gyre::coverage
