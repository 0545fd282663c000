#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>

#include <fmt/format.h>

#include "coverage/source/describe_limits.h"
#include "coverage/source/zarr/zarr_array.h"

namespace gyre::coverage {
namespace {

struct NamedConfig {
  std::string name;
  Json config = Json::object();
};

/// An extension point: {"name": ..., "configuration": {...}} or just the name.
NamedConfig named(const Json& value, const char* what) {
  NamedConfig found;
  if (value.is_string()) {
    found.name = value.get<std::string>();
  } else if (value.is_object() && value.contains("name") && value["name"].is_string()) {
    found.name = value["name"].get<std::string>();
    if (const auto config = value.find("configuration");
        config != value.end() && config->is_object()) {
      found.config = *config;
    }
  }
  if (found.name.empty()) {
    throw ArrayNotServed(fmt::format("its metadata are malformed: a {} without name", what));
  }
  constexpr std::string_view kPrefix = "numcodecs.";
  if (found.name.starts_with(kPrefix)) found.name.erase(0, kPrefix.size());
  return found;
}

std::string text_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const Json& list_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array() || found->empty()) {
    throw ArrayNotServed(fmt::format("its metadata are malformed: '{}' is no list", name));
  }
  return *found;
}

std::vector<std::size_t> permutation(const Json& config, std::size_t rank) {
  std::vector<std::size_t> order(rank);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::string word = text_in(config, "order");
  if (word == "C") return order;
  if (word == "F") return {order.rbegin(), order.rend()};
  std::vector<std::size_t> given = sizes_in(config, "order"), sorted = given;
  std::sort(sorted.begin(), sorted.end());
  if (sorted != order) throw ArrayNotServed("its codec 'transpose' has an order that is none");
  return given;
}

/// The type of numbers that a filter leaves behind when it encodes; unchanged when it says none.
StoredType encoded_type(const NamedConfig& filter, const StoredType& before) {
  const std::string text =
      text_in(filter.config, filter.name == "astype" ? "encode_dtype" : "astype");
  if (text.empty()) return before;
  auto type = stored_type_v2(text);
  if (!type) type = stored_type_v3(text);
  if (!type) throw ArrayNotServed(fmt::format("its filter '{}' is not yet read", filter.name));
  return *type;
}

bool of_numbers(const std::string& name) {
  constexpr std::array kFilters{"astype",           "bitround", "delta",
                                "fixedscaleoffset", "packbits", "quantize"};
  return std::find(kFilters.begin(), kFilters.end(), name) != kFilters.end();
}

const char* name_of_type(const StoredType& type) {
  return type.kind == StoredType::Kind::Half ? "float16" : name_of(type.type).data();
}

ChunkCodecs codecs_of(const Json& list, const StoredType& type, std::vector<std::size_t> shape,
                      int depth);

std::shared_ptr<const ShardCodecs> shard_of(const Json& config, const ChunkCodecs& outer,
                                            int depth) {
  constexpr int kDeepest = 4;
  if (depth >= kDeepest) throw ArrayNotServed("its shards are nested too deeply");
  auto shard = std::make_shared<ShardCodecs>();
  const std::vector<std::size_t> whole = outer.stored_shape();
  const std::vector<std::size_t> inner = sizes_in(config, "chunk_shape");
  if (inner.size() != whole.size()) throw ArrayNotServed("its shards have other dimensions");
  std::size_t chunks = 1;
  for (std::size_t d = 0; d < whole.size(); ++d) {
    if (inner[d] == 0 || whole[d] % inner[d] != 0) {
      throw ArrayNotServed("its chunks do not divide its shards");
    }
    shard->counts.push_back(whole[d] / inner[d]);
    constexpr std::size_t kMostChunks = 4u << 20;  // 64 MB of index
    if (shard->counts[d] > kMostChunks / chunks) {
      throw ArrayNotServed("its shards hold more than 4 million chunks");
    }
    chunks *= shard->counts[d];
  }
  shard->inner = codecs_of(list_in(config, "codecs"), outer.type, inner, depth + 1);

  const std::string location = text_in(config, "index_location");
  if (config.contains("index_location") && location != "end" && location != "start") {
    throw ArrayNotServed("its shards have an index neither at their start nor at their end");
  }
  shard->index_at_end = location != "start";
  bool laid_down = false;
  for (const Json& one : list_in(config, "index_codecs")) {
    const NamedConfig codec = named(one, "codec");
    if (codec.name == "bytes" && !laid_down) {
      laid_down = true;
      shard->index_big_endian = text_in(codec.config, "endian") == "big";
    } else if (codec.name == "crc32c" && laid_down && !shard->index_checked) {
      shard->index_checked = true;
    } else {
      throw ArrayNotServed(
          fmt::format("the index of its shards has codec '{}', which is not read", codec.name));
    }
  }
  if (!laid_down) throw ArrayNotServed("the index of its shards has no codec 'bytes'");
  return shard;
}

ChunkCodecs codecs_of(const Json& list, const StoredType& type, std::vector<std::size_t> shape,
                      int depth) {
  ChunkCodecs codecs;
  codecs.type = type;
  codecs.shape = std::move(shape);
  codecs.order.resize(codecs.shape.size());
  std::iota(codecs.order.begin(), codecs.order.end(), std::size_t{0});
  StoredType now = type;
  bool laid_down = false;  // array -> bytes comes once, between the others
  for (const Json& one : list) {
    const NamedConfig codec = named(one, "codec");
    const auto filter = [&] {  // undone in the opposite order
      auto config = codec.config;
      if (of_numbers(codec.name) && codec.name != "astype" && !config.contains("dtype")) {
        config["dtype"] = name_of_type(now);
      }
      return filter_named(codec.name, config);
    };
    if (!laid_down && codec.name == "transpose") {
      if (!codecs.of_numbers.empty()) {
        throw ArrayNotServed("its codec 'transpose' comes after a filter, which is not read");
      }
      std::vector<std::size_t> order;
      for (const std::size_t d : permutation(codec.config, codecs.shape.size())) {
        order.push_back(codecs.order[d]);
      }
      codecs.order = std::move(order);
    } else if (!laid_down && of_numbers(codec.name)) {
      codecs.of_numbers.insert(codecs.of_numbers.begin(), *filter());
      now = encoded_type(codec, now);
    } else if (!laid_down && codec.name == "bytes") {
      laid_down = true;
      if (type.kind == StoredType::Kind::AnyLength) {
        throw ArrayNotServed("its texts are not encoded by vlen-utf8");
      }
      if (text_in(codec.config, "endian") == "big") {
        codecs.of_numbers.insert(codecs.of_numbers.begin(),
                                 [unit = now.swap_unit()](Bytes bytes, const DecodedSize&) {
                                   swap_bytes(bytes, unit);
                                   return bytes;
                                 });
      }
    } else if (!laid_down && codec.name == "vlen-utf8" &&
               type.kind == StoredType::Kind::AnyLength) {
      laid_down = true;
    } else if (!laid_down && codec.name == "sharding_indexed") {
      laid_down = true;
      if (!codecs.of_numbers.empty()) {
        throw ArrayNotServed("its shards are filtered as a whole, which is not read");
      }
      codecs.shard = shard_of(codec.config, codecs, depth);
    } else if (laid_down) {
      auto found = compressor_named(codec.name, codec.config);
      if (!found) found = checksum_named(codec.name, codec.config);
      if (!found && codec.name == "shuffle") found = filter();
      if (!found) {
        throw ArrayNotServed(
            fmt::format("it is compressed with '{}', which is not yet read", codec.name));
      }
      codecs.of_bytes.insert(codecs.of_bytes.begin(), std::move(*found));
    } else {
      throw ArrayNotServed(fmt::format("its codec '{}' is not yet read", codec.name));
    }
  }
  if (!laid_down) throw ArrayNotServed("its codecs do not say how its values become bytes");
  // Shards are never decoded whole, unless something was done to them as a whole.
  if (!codecs.shard || !codecs.of_bytes.empty()) check_chunk_size(codecs);
  return codecs;
}

void check_members(const Json& document) {
  constexpr std::array kKnown{
      "zarr_format",         "node_type",  "shape",  "data_type",  "chunk_grid",
      "chunk_key_encoding",  "fill_value", "codecs", "attributes", "dimension_names",
      "storage_transformers"};
  for (const auto& [name, value] : document.items()) {
    if (std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end()) continue;
    const bool optional =
        value.is_object() && value.contains("must_understand") && value["must_understand"] == false;
    if (!optional) {
      throw ArrayNotServed(
          fmt::format("its metadata have an extension '{}' that is not known", name));
    }
  }
  if (const auto found = document.find("storage_transformers");
      found != document.end() && found->is_array() && !found->empty()) {
    throw ArrayNotServed("it has storage transformers, which are not read");
  }
}

}  // namespace

ZarrArray array_v3(const std::string& path, const Json& document) {
  ZarrArray array;
  array.path = path;
  check_members(document);
  array.shape = sizes_in(document, "shape");
  for (const char* const needed : {"data_type", "chunk_grid", "chunk_key_encoding"}) {
    if (!document.contains(needed)) {
      throw ArrayNotServed(fmt::format("its metadata are malformed: there is no '{}'", needed));
    }
  }
  const auto type = stored_type_v3(document["data_type"]);
  if (!type) throw ArrayNotServed("its type is not served");
  const NamedConfig grid = named(document["chunk_grid"], "chunk grid");
  if (grid.name != "regular") {
    throw ArrayNotServed(fmt::format("its chunk grid '{}' is not read", grid.name));
  }
  std::vector<std::size_t> chunk_shape = sizes_in(grid.config, "chunk_shape");
  if (chunk_shape.size() != array.shape.size() ||
      std::count(chunk_shape.begin(), chunk_shape.end(), std::size_t{0}) > 0) {
    throw ArrayNotServed("its chunks are empty or have other dimensions than it");
  }
  try {
    array.chunks = codecs_of(list_in(document, "codecs"), *type, std::move(chunk_shape), 0);
  } catch (const CodecNotRead& error) {
    throw ArrayNotServed(error.what());
  }
  const auto fill = document.find("fill_value");
  auto item = fill_item(*type, fill == document.end() ? Json() : *fill);
  if (!item) throw ArrayNotServed("its fill_value is no value of its type");
  array.fill = std::move(*item);

  const NamedConfig keys = named(document["chunk_key_encoding"], "chunk key encoding");
  if (keys.name != "default" && keys.name != "v2") {
    throw ArrayNotServed(fmt::format("its chunk key encoding '{}' is not read", keys.name));
  }
  const std::string separator = text_in(keys.config, "separator");
  if (!separator.empty() && separator != "." && separator != "/") {
    throw ArrayNotServed("the separator of its chunk keys is neither '.' nor '/'");
  }
  array.key_prefix = keys.name == "default" ? "c" : "";
  array.key_separator = !separator.empty() ? separator[0] : keys.name == "default" ? '/' : '.';
  return array;
}

}  // namespace gyre::coverage
