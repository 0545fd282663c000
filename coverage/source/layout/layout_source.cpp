#include "coverage/source/layout/layout_source.h"

#include "coverage/base/error.h"
#include "coverage/cf/packing.h"
#include "coverage/source/layout/chunked_values.h"
#include "coverage/source/layout/described_file.h"
#include "coverage/source/layout/plain_values.h"
#include "coverage/source/reading.h"
#include "coverage/source/zarr/codec.h"

namespace gyre::coverage {

LayoutSource::LayoutSource(std::shared_ptr<const IndexedHolding> holding,
                           std::shared_ptr<DecodedChunks> decoded, Library library)
    : holding_(std::move(holding)),
      file_key_(generation_key(holding_->path(), holding_->identity())),
      structure_(holding_->structure()),
      decoded_(std::move(decoded)),
      make_library_(std::move(library)) {}

const Source& LayoutSource::library() const {
  const std::lock_guard lock(mutex_);
  if (!library_) library_ = make_library_();
  return *library_;
}

std::shared_ptr<const VariableLayout> LayoutSource::layout(const std::string& variable) const {
  const std::lock_guard lock(mutex_);
  const auto [known, is_new] = layouts_.emplace(variable, nullptr);
  if (is_new) known->second = holding_->layout(variable);
  return known->second;
}

template <typename Read>
void LayoutSource::with_file(const VariableSchema& variable, const Read& read) const {
  const std::string path = holding_->path();
  const FileIdentity identity = holding_->identity();
  const DescribedFile file(path);
  const auto check = [&] {
    if (!(file.identity() == identity)) throw holding_changed(path, variable.name);
  };
  read_between(check, path, variable.name, [&] { read(file, identity); });
}

template <typename Read>
void LayoutSource::read_by_layout(const VariableSchema& variable, const VariableLayout& layout,
                                  RawBlock& block, const Read& read) const {
  with_file(variable, [&](const DescribedFile& file, const FileIdentity& identity) {
    const std::size_t item = size_of(block.type);
    block.bytes.resize(block.cells() * item);
    if (block.bytes.empty()) return;
    read(file, identity, item);
    if (layout.big_endian) swap_bytes(block.bytes, item);
  });
  block.type = storage_type_of(variable);
}

RawBlock LayoutSource::read(const std::string& name, const IndexBox& box) const {
  const VariableSchema& variable = variable_named(*structure_, name);
  RawBlock block = block_for(variable, box);
  if (const auto kept = holding_->values(name)) return part_of(*kept, box);
  const auto at = layout(name);
  if (!at) return library().read(name, box);
  read_by_layout(variable, *at, block, [&](const auto& file, const auto& identity, auto item) {
    if (at->kind == VariableLayout::Kind::Chunked) {
      read_chunked_values(file, identity, file_key_, *at, variable.shape, item, box, *decoded_,
                          block.bytes);
    } else {
      read_plain_values(file, *at, variable.shape, item, box, block.bytes);
    }
  });
  return block;
}

RawBlock LayoutSource::read_picked(const std::string& name, const Picks& picks) const {
  const VariableSchema& variable = variable_named(*structure_, name);
  const auto at = holding_->values(name) ? nullptr : layout(name);
  if (!at || at->kind != VariableLayout::Kind::Chunked) return Source::read_picked(name, picks);
  IndexBox box;
  for (const auto& indices : picks) box.push_back({indices.front(), indices.back() + 1});
  RawBlock block = block_for(variable, box);  // checks the picks' bounds
  for (std::size_t d = 0; d < picks.size(); ++d) block.shape[d] = picks[d].size();
  read_by_layout(variable, *at, block, [&](const auto& file, const auto& identity, auto item) {
    read_chunked_picks(file, identity, file_key_, *at, variable.shape, item, picks, *decoded_,
                       block.bytes);
  });
  return block;
}

void LayoutSource::explain(const std::string& name, const IndexBox& box,
                           Explanation& explanation) const {
  const VariableSchema& variable = variable_named(*structure_, name);
  const RawBlock block = block_for(variable, box);
  if (holding_->values(name)) return;
  const auto at = layout(name);
  const std::size_t item = size_of(block.type);
  if (!at) return Source::explain(name, box, explanation);
  if (at->kind == VariableLayout::Kind::Chunked) {
    explain_chunked_values(holding_->path(), file_key_, *at, variable.shape, item, box, *decoded_,
                           explanation);
  } else {
    const std::size_t bytes = block.cells() * item;
    std::uint64_t place = at->offset;
    for (const IndexRange& range : box) place = place * 31 + range.begin;
    explanation.add_chunk(holding_->path(), place, bytes, 0, false);
  }
}

void LayoutSource::explain_picked(const std::string& name, const Picks& picks,
                                  Explanation& explanation) const {
  const VariableSchema& variable = variable_named(*structure_, name);
  const auto at = holding_->values(name) ? nullptr : layout(name);
  if (!at || at->kind != VariableLayout::Kind::Chunked) {
    return Source::explain_picked(name, picks, explanation);
  }
  IndexBox box;
  for (const auto& indices : picks) box.push_back({indices.front(), indices.back() + 1});
  const RawBlock block = block_for(variable, box);  // checks the picks' bounds
  explain_chunked_picks(holding_->path(), file_key_, *at, variable.shape, size_of(block.type),
                        picks, *decoded_, explanation);
}

std::optional<StoredForm> LayoutSource::stored_form(const std::string& name) const {
  const VariableSchema& variable = variable_named(*structure_, name);
  if (variable.type == ElementType::String || holding_->values(name)) return std::nullopt;
  const auto at = layout(name);
  if (!at || at->kind != VariableLayout::Kind::Chunked) return std::nullopt;
  const std::size_t item = size_of(variable.type);
  if (at->big_endian && item > 1) return std::nullopt;
  using Kind = StorageFilter::Kind;
  const auto& filters = at->filters;
  const bool shuffled =
      filters.size() == 2 && filters[0].kind == Kind::Shuffle && filters[0].item_size == item;
  if (filters.size() != (shuffled ? 2 : 1) || filters.back().kind != Kind::Deflate) {
    return std::nullopt;
  }
  return StoredForm{at->chunk_shape, shuffled};
}

std::optional<StoredChunk> LayoutSource::read_stored(const std::string& name,
                                                     const StoredForm& form,
                                                     const std::vector<std::size_t>& corner) const {
  const VariableSchema& variable = variable_named(*structure_, name);
  const auto at = layout(name);
  if (!at || at->chunk_shape != form.chunk_shape) return std::nullopt;
  std::optional<StoredChunk> chunk;
  with_file(variable, [&](const DescribedFile& file, const FileIdentity& identity) {
    chunk = read_stored_chunk(file, identity, *at, variable.shape, size_of(variable.type), corner);
  });
  return chunk;
}

std::vector<std::string> LayoutSource::read_strings(const std::string& name) const {
  if (const auto kept = holding_->texts(name)) return *kept;
  return library().read_strings(name);
}

}  // namespace gyre::coverage
