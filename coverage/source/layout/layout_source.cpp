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

RawBlock LayoutSource::read(const std::string& name, const IndexBox& box) const {
  const VariableSchema& variable = variable_named(*structure_, name);
  RawBlock block = block_for(variable, box);
  if (const auto kept = holding_->values(name)) return part_of(*kept, box);
  const auto at = layout(name);
  if (!at) return library().read(name, box);
  const std::string path = holding_->path();
  const FileIdentity identity = holding_->identity();
  const DescribedFile file(path);
  const auto check = [&] {
    if (!(file.identity() == identity)) throw holding_changed(path, name);
  };
  read_between(check, path, name, [&] {
    const std::size_t item = size_of(block.type);
    block.bytes.resize(block.cells() * item);
    if (block.bytes.empty()) return;
    if (at->kind == VariableLayout::Kind::Chunked) {
      read_chunked_values(file, identity, file_key_, *at, variable.shape, item, box, *decoded_,
                          block.bytes);
    } else {
      read_plain_values(file, *at, variable.shape, item, box, block.bytes);
    }
    if (at->big_endian) swap_bytes(block.bytes, item);
  });
  block.type = storage_type_of(variable);
  return block;
}

std::vector<std::string> LayoutSource::read_strings(const std::string& name) const {
  if (const auto kept = holding_->texts(name)) return *kept;
  return library().read_strings(name);
}

}  // namespace gyre::coverage
