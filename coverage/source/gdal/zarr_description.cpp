#include "coverage/source/gdal/zarr_description.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/describe_limits.h"
#include "coverage/source/gdal/zarr_metadata.h"

namespace gyre::coverage {
namespace {

std::string member_text(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::vector<std::size_t>> sizes_of(const Json& array, const char* member) {
  const auto found = array.find(member);
  if (found == array.end() || !found->is_array()) return std::nullopt;
  std::vector<std::size_t> sizes;
  for (const Json& one : *found) {
    if (!one.is_number_unsigned()) return std::nullopt;
    sizes.push_back(one.get<std::size_t>());
  }
  return sizes;
}

/// Why GDAL cannot decode the chunks of the array; empty when it can.
std::string undecodable(const Json& array) {
  if (const auto compressor = array.find("compressor");
      compressor != array.end() && !compressor->is_null()) {
    const std::string id = member_text(*compressor, "id");
    constexpr std::array kKnown{"zlib", "gzip", "zstd", "lz4", "lzma", "blosc"};
    if (std::find(kKnown.begin(), kKnown.end(), id) == kKnown.end()) {
      return fmt::format("it is compressed with '{}', which is not yet read", id);
    }
  }
  if (const auto filters = array.find("filters"); filters != array.end() && filters->is_array()) {
    for (const Json& filter : *filters) {
      const std::string id = member_text(filter, "id");
      if (id != "delta") return fmt::format("its filter '{}' is not yet read", id);
    }
  }
  return {};
}

class Describer {
 public:
  explicit Describer(const std::string& path) : path_(path), documents_(zarr_documents(path)) {}

  HoldingSchema run() {
    schema_.format = "Zarr v2";
    schema_.attributes = plain_attributes(".zattrs");
    for (const auto& [key, document] : documents_) {
      constexpr std::string_view kSuffix = ".zarray";
      if (key != kSuffix && !key.ends_with("/.zarray")) continue;
      if (schema_.variables.size() >= DescribeLimits::kVariables) {
        throw Error(ErrorKind::MalformedHolding, "", "it has too many arrays");
      }
      add_array(key.substr(0, key.size() - kSuffix.size()), document);
    }
    return std::move(schema_);
  }

 private:
  /// The name of the array whose documents have keys beginning with `prefix` ("", "a/", "g/a/").
  [[nodiscard]] std::string name_of_array(const std::string& prefix) const {
    if (!prefix.empty()) return prefix.substr(0, prefix.size() - 1);
    const auto folder = std::filesystem::path(path_ + "/").parent_path();
    return folder.stem().string();
  }

  Attributes plain_attributes(const std::string& key) {
    const auto found = documents_.find(key);
    Attributes attributes;
    if (found == documents_.end()) return attributes;
    for (const auto& [name, value] : found->second.items()) {
      if (name == "_ARRAY_DIMENSIONS" || name.starts_with("_NCZARR_") ||
          name.starts_with("_nczarr_")) {
        continue;
      }
      if (auto attribute = zarr_attribute(name, value)) attributes.set(std::move(*attribute));
    }
    return attributes;
  }

  void leave_out(const std::string& name, const std::string& why) {
    schema_.remarks.push_back(fmt::format("variable '{}': {}", name, why));
  }

  void add_array(const std::string& prefix, const Json& array) {
    VariableSchema variable;
    variable.name = name_of_array(prefix);
    const auto shape = sizes_of(array, "shape");
    const auto chunks = sizes_of(array, "chunks");
    const auto dtype = array.find("dtype");
    if (!shape || !chunks || chunks->size() != shape->size() || dtype == array.end()) {
      leave_out(variable.name, "its .zarray is malformed");
      return;
    }
    const auto type = zarr_element_type(*dtype);
    if (!type) {
      leave_out(variable.name, "its type is not served");
      return;
    }
    if (const std::string why = undecodable(array); !why.empty()) {
      leave_out(variable.name, why);
      return;
    }
    if (const auto fill = array.find("fill_value");
        fill != array.end() && fill->is_number_unsigned() &&
        fill->get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
      // GDAL 3.6 fills chunks that were never written with 2^63-1 instead.
      leave_out(variable.name, "its fill_value is above 2^63-1, which is not yet read");
      return;
    }
    std::size_t chunk_bytes = std::max<std::size_t>(size_of(*type), 1);
    for (const std::size_t extent : *chunks) {
      if (extent == 0 || extent > DescribeLimits::kReadBytes / chunk_bytes) {
        leave_out(variable.name, "one chunk of it is empty or larger than 1 GB");
        return;
      }
      chunk_bytes *= extent;
    }
    variable.type = *type;
    variable.shape = *shape;
    variable.chunk_shape = *chunks;
    variable.dimensions = dimension_names(prefix, variable);
    variable.attributes = plain_attributes(prefix + ".zattrs");
    for (const char* const name : {"_FillValue", "missing_value", "valid_min", "valid_max",
                                   "valid_range", "flag_values", "flag_masks"}) {
      if (const Attribute* const found = variable.attributes.find(name)) {
        variable.attributes.set(in_type(*type, *found));
      }
    }
    const bool coordinate =
        variable.dimensions.size() == 1 && variable.dimensions[0] == variable.name;
    if (const auto fill = array.find("fill_value"); fill != array.end() && !coordinate) {
      if (auto attribute = zarr_fill_value(*type, *fill)) {
        variable.attributes.set(std::move(*attribute));
      }
    }
    schema_.variables.push_back(std::move(variable));
  }

  /// Full names, from the attributes; without such names "<variable>_dim0" and so on.
  std::vector<std::string> dimension_names(const std::string& prefix,
                                           const VariableSchema& variable) {
    std::vector<std::string> names;
    if (const auto attributes = documents_.find(prefix + ".zattrs");
        attributes != documents_.end()) {
      if (const auto found = attributes->second.find("_ARRAY_DIMENSIONS");
          found != attributes->second.end() && found->is_array()) {
        for (const Json& one : *found) {
          if (one.is_string()) names.push_back(one.get<std::string>());
        }
      }
      if (names.empty()) names = nczarr_names(attributes->second);
    }
    const bool named = names.size() == variable.shape.size();
    const std::string group = variable.name.substr(0, variable.name.find_last_of('/') + 1);
    std::vector<std::string> full;
    for (std::size_t d = 0; d < variable.shape.size(); ++d) {
      full.push_back(
          named ? declare(prefix.empty() ? "" : group, names[d], variable.shape[d])
                : declare("", fmt::format("{}_dim{}", variable.name, d), variable.shape[d]));
    }
    return full;
  }

  static std::vector<std::string> nczarr_names(const Json& attributes) {
    std::vector<std::string> names;
    for (const char* member : {"_NCZARR_ARRAY", "_nczarr_array"}) {
      const auto found = attributes.find(member);
      if (found == attributes.end() || !found->is_object()) continue;
      for (const char* list : {"dimrefs", "dimension_references"}) {
        const auto refs = found->find(list);
        if (refs == found->end() || !refs->is_array()) continue;
        for (const Json& one : *refs) {
          if (!one.is_string()) continue;
          const auto& text = one.get_ref<const std::string&>();
          names.push_back(text.substr(text.find_last_of('/') + 1));
        }
        return names;
      }
    }
    return names;
  }

  /// The full name of the dimension: it belongs to the nearest group that holds an array of its
  /// name, else to the variable's own.
  std::string declare(const std::string& group, const std::string& name, std::size_t size) {
    std::string full = group + name;
    for (std::string scope = group;; scope = parent(scope)) {
      const auto coordinate = documents_.find(scope + name + "/.zarray");
      if (coordinate != documents_.end() &&
          sizes_of(coordinate->second, "shape") == std::vector{size}) {
        full = scope + name;
        break;
      }
      if (scope.empty()) break;
    }
    while (sizes_.contains(full) && sizes_[full] != size) full += "_";
    if (sizes_.emplace(full, size).second) schema_.dimensions.push_back({full, size});
    return full;
  }

  static std::string parent(const std::string& group) {
    const auto slash = group.find_last_of('/', group.size() - 2);
    return slash == std::string::npos || group.size() < 2 ? "" : group.substr(0, slash + 1);
  }

  std::string path_;
  std::map<std::string, Json> documents_;
  std::map<std::string, std::size_t> sizes_;
  HoldingSchema schema_;
};

}  // namespace

HoldingSchema describe_zarr(const std::string& path) { return Describer(path).run(); }

}  // namespace gyre::coverage
