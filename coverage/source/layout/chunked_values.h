#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "coverage/base/explanation.h"
#include "coverage/index/variable_layout.h"
#include "coverage/model/file_identity.h"
#include "coverage/model/index_range.h"
#include "coverage/source/chunks/decoded_chunks.h"
#include "coverage/source/layout/described_file.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// Reads `box` of a variable of `shape` that lies in its file in chunks into `into`, row-major, as
/// stored but for what the filters did: only the chunks that the box meets.
/// @throws Error{MalformedHolding} naming the chunk that cannot be decoded
/// Chunks that are not kept already are decoded in parallel, as the current work may.
/// @param file_key the chunks' key, but for their offsets
void read_chunked_values(const DescribedFile& file, const FileIdentity& identity,
                         const ChunkKey& file_key, const VariableLayout& layout,
                         const std::vector<std::size_t>& shape, std::size_t item,
                         const IndexBox& box, DecodedChunks& decoded, std::span<std::byte> into);

/// The same of the cells at all combinations of `picks`, which are at least one a dimension.
void read_chunked_picks(const DescribedFile& file, const FileIdentity& identity,
                        const ChunkKey& file_key, const VariableLayout& layout,
                        const std::vector<std::size_t>& shape, std::size_t item, const Picks& picks,
                        DecodedChunks& decoded, std::span<std::byte> into);

/// Notes the chunks that read_chunked_values() would touch.
void explain_chunked_values(const std::string& path, const ChunkKey& file_key,
                            const VariableLayout& layout, const std::vector<std::size_t>& shape,
                            std::size_t item, const IndexBox& box, const DecodedChunks& decoded,
                            Explanation& explanation);

/// Notes the chunks that read_chunked_picks() would touch.
void explain_chunked_picks(const std::string& path, const ChunkKey& file_key,
                           const VariableLayout& layout, const std::vector<std::size_t>& shape,
                           std::size_t item, const Picks& picks, const DecodedChunks& decoded,
                           Explanation& explanation);

/// The bytes of the chunk whose first cell is `corner`; absent when it was never written.
/// @throws Error{MalformedHolding}
[[nodiscard]] std::optional<StoredChunk> read_stored_chunk(const DescribedFile& file,
                                                           const FileIdentity& identity,
                                                           const VariableLayout& layout,
                                                           const std::vector<std::size_t>& shape,
                                                           std::size_t item,
                                                           const std::vector<std::size_t>& corner);

}  // namespace gyre::coverage
