#include "coverage/source/zarr/zarr_description.h"

#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/describe_limits.h"
#include "coverage/source/zarr/zarr_documents.h"

namespace gyre::coverage {
namespace {

class Describer {
 public:
  Describer(const ZarrStore& store, std::string name)
      : name_(std::move(name)), documents_(zarr_documents(store)) {}

  ZarrDescription run() {
    found_.schema.format = fmt::format("Zarr v{}", documents_.version);
    if (const auto root = documents_.nodes.find(""); root != documents_.nodes.end()) {
      found_.schema.attributes = plain_attributes(root->second);
    }
    for (const auto& [path, node] : documents_.nodes) {
      if (!node.is_array) continue;
      if (found_.schema.variables.size() >= DescribeLimits::kVariables) {
        throw Error(ErrorKind::MalformedHolding, "", "it has too many arrays");
      }
      const std::string name = path.empty() ? name_ : path;
      try {
        add_array(path, name, node);
      } catch (const ArrayNotServed& why) {
        found_.schema.remarks.push_back(fmt::format("variable '{}': {}", name, why.what()));
      }
    }
    return std::move(found_);
  }

 private:
  Attributes plain_attributes(const ZarrNode& node) {
    Attributes attributes;
    for (const auto& [name, value] : node.attributes.items()) {
      if (name == "_ARRAY_DIMENSIONS" || name.starts_with("_NCZARR_") ||
          name.starts_with("_nczarr_")) {
        continue;
      }
      if (auto attribute = zarr_attribute(name, value)) attributes.set(std::move(*attribute));
      if (attributes.list().size() > DescribeLimits::kAttributes) {
        throw Error(ErrorKind::MalformedHolding, "", "it declares more attributes than believable");
      }
    }
    return attributes;
  }

  void add_array(const std::string& path, const std::string& name, const ZarrNode& node) {
    ZarrArray array =
        documents_.version == 2 ? array_v2(path, node.metadata) : array_v3(path, node.metadata);
    array.name = name;
    const StoredType& type = array.chunks.type;
    VariableSchema variable;
    variable.name = name;
    variable.type = type.type;
    variable.shape = array.shape;
    variable.chunk_shape = array.decoded_shape();
    variable.dimensions = dimension_names(path, variable, node);
    variable.attributes = plain_attributes(node);
    put_types(array, variable);
    found_.schema.variables.push_back(std::move(variable));
    found_.arrays.emplace(name, std::move(array));
  }

  /// Gives the attributes that CF wants in the variable's type that type: JSON knows none.
  void put_types(const ZarrArray& array, VariableSchema& variable) const {
    Attributes& attributes = variable.attributes;
    const bool is_v3 = documents_.version == 3;
    if (const auto text = attributes.text("_FillValue"); is_v3 && text && is_float(variable.type)) {
      if (const auto number = base64_number(*text)) {
        attributes.set({"_FillValue", ElementType::Float64, std::vector{*number}});
      }
    }
    for (const char* const name : {"_FillValue", "missing_value", "valid_min", "valid_max",
                                   "valid_range", "flag_values", "flag_masks"}) {
      if (const Attribute* const found = attributes.find(name)) {
        attributes.set(in_type(variable.type, *found));
      }
    }
    const bool coordinate =
        variable.dimensions.size() == 1 && variable.dimensions[0] == variable.name;
    if (is_v3 || coordinate || attributes.has("_FillValue")) return;
    const auto declared = documents_.nodes.at(array.path).metadata.find("fill_value");
    const bool none =
        declared == documents_.nodes.at(array.path).metadata.end() || declared->is_null();
    if (none) return;
    if (auto fill = fill_attribute(array.chunks.type, array.fill)) attributes.set(std::move(*fill));
  }

  /// Full names; an array that names none has "<variable>_dim0" and so on.
  std::vector<std::string> dimension_names(const std::string& path, const VariableSchema& variable,
                                           const ZarrNode& node) {
    std::vector<std::string> names;
    const bool is_v3 = documents_.version == 3;
    const Json& from = is_v3 ? node.metadata : node.attributes;
    if (const auto list = from.find(is_v3 ? "dimension_names" : "_ARRAY_DIMENSIONS");
        list != from.end() && list->is_array()) {
      for (const Json& one : *list) {
        names.push_back(one.is_string() ? one.get<std::string>() : std::string());
      }
    }
    if (names.empty()) names = nczarr_names(node.attributes);
    names.resize(names.size() == variable.shape.size() ? names.size() : 0);
    const std::string group = path.substr(0, path.find_last_of('/') + 1);
    std::vector<std::string> full;
    for (std::size_t d = 0; d < variable.shape.size(); ++d) {
      const bool named = !names.empty() && !names[d].empty();
      full.push_back(
          named ? declare(group, names[d], variable.shape[d])
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
      if (is_coordinate(scope + name, size)) {
        full = scope + name;
        break;
      }
      if (scope.empty()) break;
    }
    while (sizes_.contains(full) && sizes_[full] != size) full += "_";
    if (sizes_.emplace(full, size).second) found_.schema.dimensions.push_back({full, size});
    return full;
  }

  [[nodiscard]] bool is_coordinate(const std::string& path, std::size_t size) const {
    const auto node = documents_.nodes.find(path);
    if (node == documents_.nodes.end() || !node->second.is_array) return false;
    const auto shape = node->second.metadata.find("shape");
    return shape != node->second.metadata.end() && *shape == Json::array({size});
  }

  static std::string parent(const std::string& group) {
    const auto slash = group.find_last_of('/', group.size() - 2);
    return slash == std::string::npos || group.size() < 2 ? "" : group.substr(0, slash + 1);
  }

  std::string name_;
  ZarrDocuments documents_;
  std::map<std::string, std::size_t> sizes_;
  ZarrDescription found_;
};

}  // namespace

ZarrDescription describe_zarr(const ZarrStore& store, const std::string& name) {
  return Describer(store, name).run();
}

}  // namespace gyre::coverage
