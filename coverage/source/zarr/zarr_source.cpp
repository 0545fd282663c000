#include "coverage/source/zarr/zarr_source.h"

#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/packing.h"
#include "coverage/source/describe_limits.h"
#include "coverage/source/holding_kind.h"
#include "coverage/source/reading.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/zarr/chunk_reader.h"
#include "coverage/source/zarr/explained_chunks.h"
#include "coverage/source/zarr/fixed_text.h"
#include "coverage/source/zarr/zarr_description.h"

namespace gyre::coverage {
namespace {

/// "store" of ".../store.zarr/" and ".../store.zarr.zip".
std::string name_of_store(const std::string& path) {
  std::filesystem::path name = remote::is_address(path)
                                   ? std::filesystem::path(remote::last_part_of(path))
                                   : std::filesystem::path(path).lexically_normal();
  if (!name.has_filename()) name = name.parent_path();
  name = name.filename();
  if (name.extension() == ".zip" || name.extension() == ".zst") name.replace_extension();
  return name.stem().string();
}

/// Cells of the whole variable, when its texts are few enough to be read.
std::size_t cells_of_texts(const VariableSchema& variable, std::size_t item) {
  const std::size_t most = DescribeLimits::kStringBytes / std::max<std::size_t>(item, 64);
  std::size_t cells = 1;
  for (const std::size_t extent : variable.shape) {
    if (extent != 0 && cells > most / extent) {
      throw Error(ErrorKind::TooLarge, variable.name,
                  fmt::format("There are more texts in '{}' than are read.", variable.name));
    }
    cells *= extent;
  }
  return cells;
}

}  // namespace

ZarrSource::ZarrSource(std::string path, std::shared_ptr<DecodedChunks> decoded)
    : path_(std::move(path)),
      identity_(identity_of(path_)),
      store_(open_zarr_store(path_)),
      decoded_(std::move(decoded)) {
  ZarrDescription found = describe_zarr(*store_, name_of_store(path_));
  schema_ = std::move(found.schema);
  if (kind_of_holding(path_).kind == HoldingKind::References) {
    schema_.format += " by references";
  }
  arrays_ = std::move(found.arrays);
}

RawBlock ZarrSource::read(const std::string& name, const IndexBox& box) const {
  const VariableSchema& variable = variable_named(schema_, name);
  RawBlock block = block_for(variable, box);
  read_unchanged(path_, identity_, name, [&] {
    block.bytes.resize(block.cells() * size_of(block.type));
    if (block.bytes.empty()) return;
    Texts none;
    const ZarrArray& array = arrays_.at(name);
    read_box(*store_, array, box, block.bytes, none,
             {decoded_.get(), generation_key(path_ + "/" + array.path, identity_)});
  });
  block.type = storage_type_of(variable);
  return block;
}

void ZarrSource::explain(const std::string& name, const IndexBox& box,
                         Explanation& explanation) const {
  const VariableSchema& variable = variable_named(schema_, name);
  static_cast<void>(block_for(variable, box));
  const ZarrArray& array = arrays_.at(name);
  explain_box(*store_, array, box, path_,
              {decoded_.get(), generation_key(path_ + "/" + array.path, identity_)}, explanation);
}

std::optional<Fingerprint> ZarrSource::state_of(const std::string& name,
                                                const IndexBox& box) const {
  static_cast<void>(block_for(variable_named(schema_, name), box));  // checks the box
  return state_of_chunks(*store_, arrays_.at(name), box);
}

std::vector<std::string> ZarrSource::read_strings(const std::string& name) const {
  const VariableSchema& variable = variable_named(schema_, name);
  if (variable.type != ElementType::String) {
    throw Error(ErrorKind::Internal, name, fmt::format("'{}' holds numbers, not texts", name));
  }
  const ZarrArray& array = arrays_.at(name);
  const std::size_t item = array.chunks.type.item_size();
  const std::size_t cells = cells_of_texts(variable, item);
  IndexBox all;
  for (const std::size_t extent : variable.shape) all.push_back({0, extent});
  Bytes items(cells * item);
  Texts any_length;
  if (cells > 0) {
    read_unchanged(path_, identity_, name,
                   [&] { read_box(*store_, array, all, items, any_length, {}); });
  }
  std::vector<std::string> texts;
  texts.reserve(cells);
  for (std::size_t i = 0; i < cells; ++i) {
    const std::span<const std::byte> one(items.data() + i * item, item);
    if (array.chunks.type.kind == StoredType::Kind::AnyLength) {
      std::uint32_t index = 0;
      std::memcpy(&index, one.data(), sizeof(index));
      texts.push_back(any_length.list.at(index));
    } else {
      texts.push_back(fixed_text(array.chunks.type, one));
    }
  }
  return texts;
}

}  // namespace gyre::coverage
