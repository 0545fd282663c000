#pragma once

#include <string>

#include "coverage/base/explanation.h"
#include "coverage/source/zarr/chunk_reader.h"

namespace gyre::coverage {

/// Notes the chunks that read_box() would touch, of shards the index and the inner chunks. The
/// index is read where that is as cheap as opening the shard, and tells where these lie and whether
/// they are decoded already; else each counts as much as the shard's chunks have on average. Of a
/// store that is far, whose objects are not asked for, they count as many bytes as they have
/// decoded.
/// @param path of the store
void explain_box(const ZarrStore& store, const ZarrArray& array, const IndexBox& box,
                 const std::string& path, const KeptChunks& kept, Explanation& explanation);

}  // namespace gyre::coverage
