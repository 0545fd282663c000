#include <numeric>

#include <fmt/format.h>

#include "coverage/source/zarr/zarr_array.h"

namespace gyre::coverage {
namespace {

std::string text_in(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The stages of one compressor or filter.
Decode codec_of(const Json& config, bool filter) {
  const std::string id = text_in(config, "id");
  if (config.is_object()) {
    if (auto found = compressor_named(id, config)) return *found;
    if (auto found = checksum_named(id, config)) return *found;
    if (auto found = filter_named(id, config)) return *found;
  }
  throw ArrayNotServed(filter
                           ? fmt::format("its filter '{}' is not yet read", id)
                           : fmt::format("it is compressed with '{}', which is not yet read", id));
}

}  // namespace

ZarrArray array_v2(const std::string& path, const Json& document) {
  ZarrArray array;
  array.path = path;
  if (!document.is_object()) throw ArrayNotServed("its .zarray is malformed");
  if (const auto format = document.find("zarr_format"); format != document.end() && *format != 2) {
    throw ArrayNotServed("its .zarray is not of Zarr version 2");
  }
  array.shape = sizes_in(document, "shape");
  array.chunks.shape = sizes_in(document, "chunks");
  if (array.chunks.shape.size() != array.shape.size() || !document.contains("dtype")) {
    throw ArrayNotServed("its .zarray is malformed");
  }
  auto type = stored_type_v2(document["dtype"]);
  if (!type) throw ArrayNotServed("its type is not served");
  array.chunks.type = *type;
  check_chunk_size(array.chunks);

  array.chunks.order.resize(array.shape.size());
  std::iota(array.chunks.order.begin(), array.chunks.order.end(), std::size_t{0});
  const std::string order = document.contains("order") ? text_in(document, "order") : "C";
  if (order == "F") {
    std::reverse(array.chunks.order.begin(), array.chunks.order.end());
  } else if (order != "C") {
    throw ArrayNotServed("its .zarray has an 'order' that is neither C nor F");
  }
  try {
    if (const auto compressor = document.find("compressor");
        compressor != document.end() && !compressor->is_null()) {
      array.chunks.of_bytes.push_back(codec_of(*compressor, false));
    }
    const auto filters = document.find("filters");
    const bool any = filters != document.end() && filters->is_array();
    // Texts of any length have dtype "|O", from zarr-python 3.0 also one of fixed length.
    const bool of_texts = type->type == ElementType::String && any && !filters->empty() &&
                          text_in((*filters)[0], "id") == "vlen-utf8";
    if (of_texts) {
      type = StoredType{StoredType::Kind::AnyLength, ElementType::String, 0, false};
      array.chunks.type = *type;
    } else if (type->kind == StoredType::Kind::AnyLength) {
      throw ArrayNotServed("its type is not served: objects other than texts by vlen-utf8");
    }
    const std::size_t first = of_texts ? 1 : 0;  // vlen-utf8, which the reader undoes
    for (std::size_t i = any ? filters->size() : 0; i > first; --i) {
      array.chunks.of_bytes.push_back(codec_of((*filters)[i - 1], true));
    }
  } catch (const CodecNotRead& error) {
    throw ArrayNotServed(error.what());
  }
  if (type->big_endian && type->swap_unit() > 1) {
    array.chunks.of_numbers.emplace_back(
        [unit = type->swap_unit()](Bytes bytes, const DecodedSize&) {
          swap_bytes(bytes, unit);
          return bytes;
        });
  }
  const auto fill = document.find("fill_value");
  auto item = fill_item(*type, fill == document.end() ? Json() : *fill);
  if (!item) throw ArrayNotServed("its fill_value is no value of its type");
  array.fill = std::move(*item);
  const std::string separator = text_in(document, "dimension_separator");
  if (!separator.empty() && separator != "." && separator != "/") {
    throw ArrayNotServed("its 'dimension_separator' is neither '.' nor '/'");
  }
  array.key_separator = separator.empty() ? '.' : separator[0];
  return array;
}

}  // namespace gyre::coverage
