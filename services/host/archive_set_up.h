#pragma once

#include "coverage/archive/archive.h"
#include "services/host/configuration.h"

namespace gyre::host {

/// What the configuration says of the data.
[[nodiscard]] coverage::ArchiveSettings archive_settings(const Configuration& configuration);

/// Readers and the index in the state directory: what stays the same whatever the configuration
/// says of the data.
[[nodiscard]] coverage::ArchiveParts archive_parts(
    const Configuration& configuration,
    coverage::HoldingIndex::Access access = coverage::HoldingIndex::Access::ReadWrite);

/// The same without any state: for a look at some files.
[[nodiscard]] coverage::ArchiveParts archive_parts_without_state();

}  // namespace gyre::host
