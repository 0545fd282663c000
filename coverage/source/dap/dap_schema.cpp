#include "coverage/source/dap/dap_schema.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/dap/dap_attributes.h"
#include "coverage/source/dap/dap_text.h"
#include "coverage/source/describe_limits.h"

namespace gyre::coverage::dap {
namespace {

/// Attributes without which values would mean something else.
bool says_what_values_mean(std::string_view name) {
  constexpr std::array kSuch{"_FillValue", "missing_value", "scale_factor", "add_offset",
                             "valid_min",  "valid_max",     "valid_range"};
  return std::find(kSuch.begin(), kSuch.end(), name) != kSuch.end();
}

/// NC_GLOBAL, HDF_GLOBAL, HDF5_GLOBAL ...
bool is_of_all(std::string_view container) {
  constexpr std::string_view kEnd = "_GLOBAL";
  return container.size() >= kEnd.size() &&
         same_word(container.substr(container.size() - kEnd.size()), kEnd);
}

/// What servers say of their own ways.
bool is_of_server(std::string_view container) {
  return same_word(container, "DODS_EXTRA") || same_word(container, "EXTRA_DIMENSION") ||
         same_word(container, "DODS");
}

class Describer {
 public:
  Describer(const Dds& dds, const Das& das) : dds_(dds), das_(das) {}

  DapDescription run() {
    found_.schema.format = "OPeNDAP";
    found_.schema.remarks = das_.remarks;
    for (const DapDeclaration& one : dds_.members) {
      if (one.is_simple()) add_variable(one, {}, one.name);
    }
    for (const DapDeclaration& one : dds_.members) {
      if (one.type == DapType::Grid) add_grid(one, {});
    }
    for (const DapDeclaration& one : dds_.members) {
      if (!one.is_simple() && one.type != DapType::Grid) add_structured(one, {});
    }
    add_global(das_.root, "");
    for (const DasContainer& container : das_.root.containers) add_container(container);
    leave_out_spoilt();
    return std::move(found_);
  }

 private:
  using Path = std::vector<std::string>;

  static std::string joined(const Path& path) {
    std::string text;
    for (const std::string& name : path) text += (text.empty() ? "" : ".") + name;
    return text;
  }
  static Path with(Path path, const std::string& name) {
    path.push_back(name);
    return path;
  }

  void remark(std::string words) {
    constexpr std::size_t kMost = 1000;
    if (found_.schema.remarks.size() < kMost) found_.schema.remarks.push_back(std::move(words));
  }

  // ---- variables
  // ---------------------------------------------------------------------------------

  /// The variable that is named so, as it was added; null when it cannot be read.
  VariableSchema* add_variable(const DapDeclaration& one, const Path& above, std::string name) {
    if (found_.variables.contains(name)) {
      remark(fmt::format("variable '{}': there is another of that name", name));
      return nullptr;
    }
    VariableSchema variable;
    variable.type = element_type_of(one.type);
    for (std::size_t d = 0; d < one.dimensions.size(); ++d) {
      const DapDimension& dimension = one.dimensions[d];
      variable.shape.push_back(dimension.size);
      variable.dimensions.push_back(declare(
          dimension.name.empty() ? fmt::format("{}_{}", name, d) : dimension.name, dimension.size));
    }
    variable.name = name;
    DapVariable place;
    place.type = one.type;
    place.path = with(above, one.name);
    paths_[joined(place.path)] = name;
    found_.variables.emplace(std::move(name), std::move(place));
    found_.schema.variables.push_back(std::move(variable));
    return &found_.schema.variables.back();
  }

  /// The dimension of that name and size.
  std::string declare(const std::string& name, std::size_t size) {
    const auto [known, is_new] = dimensions_.emplace(std::pair(name, size), name);
    if (!is_new) return known->second;
    std::size_t& others = others_[name];
    while (!names_.insert(known->second).second) {
      known->second = fmt::format("{}_{}", name, ++others);
    }
    found_.schema.dimensions.push_back({known->second, size});
    return known->second;
  }

  void add_grid(const DapDeclaration& grid, const Path& above) {
    const Path path = with(above, grid.name);
    DapDeclaration array = grid.members.at(0);
    const std::size_t maps = grid.members.size() - 1, rank = array.dimensions.size();
    containers_.insert(joined(path));
    if (maps != rank || !grid.dimensions.empty()) {
      remark(fmt::format("variable '{}': its Grid has {} maps for {} dimensions", joined(path),
                         maps, rank));
      return;
    }
    for (std::size_t d = 0; d < rank; ++d) {
      DapDimension& dimension = array.dimensions[d];
      const DapDeclaration& map = grid.members[d + 1];
      if (map.dimensions.size() != 1 || map.dimensions[0].size != dimension.size) {
        remark(
            fmt::format("variable '{}': the map '{}' of its Grid is not as long as its dimension",
                        joined(path), map.name));
        return;
      }
      if (dimension.name.empty()) dimension.name = map.name;
    }
    VariableSchema* const added = add_variable(array, path, joined(path));
    if (added == nullptr) return;
    DapVariable& place = found_.variables.at(joined(path));
    place.in_grid = true;
    place.grid_rank = rank;
    const std::vector<std::string> dimensions = added->dimensions;
    for (std::size_t d = 0; d < rank; ++d) {
      add_map(grid.members[d + 1], path, d, rank, dimensions[d], array.dimensions[d].name);
    }
  }

  void add_map(DapDeclaration map, const Path& path, std::size_t d, std::size_t rank,
               const std::string& dimension, const std::string& declared) {
    // "lat" along "lat_1" is "lat_1": what has the values of a dimension has its name.
    const std::string name = map.name == declared ? dimension : map.name;
    const std::vector<std::size_t> shape{map.dimensions[0].size};
    const VariableSchema* const known = found_.schema.find(name);
    const bool same = known != nullptr && known->shape == shape &&
                      known->dimensions == std::vector<std::string>{dimension};
    paths_[joined(with(path, map.name))] = name;
    if (same || map.name == path.back()) return;  // of the name of its array: who would be asked?
    map.dimensions[0].name = declared;
    const std::string unique = known == nullptr ? name : joined(with(path, map.name));
    if (add_variable(map, path, unique) == nullptr) return;
    DapVariable& place = found_.variables.at(unique);
    place.in_grid = true;
    place.map_of = d;
    place.grid_rank = rank;
  }

  void add_structured(const DapDeclaration& one, const Path& above) {
    const Path path = with(above, one.name);
    if (one.type == DapType::Sequence || !one.dimensions.empty()) {
      remark(fmt::format("'{}' is {}, which is not read", joined(path),
                         one.type == DapType::Sequence ? "a sequence" : "an array of structures"));
      skipped_.insert(joined(path));
      return;
    }
    containers_.insert(joined(path));
    for (const DapDeclaration& member : one.members) {
      if (member.is_simple()) {
        add_variable(member, path, joined(with(path, member.name)));
      } else if (member.type == DapType::Grid) {
        add_grid(member, path);
      } else {
        add_structured(member, path);
      }
    }
  }

  // ---- attributes
  // --------------------------------------------------------------------------------

  void add_container(const DasContainer& container) {
    if (is_of_server(container.name)) return;
    if (is_of_all(container.name)) {
      add_global(container, "");
      for (const DasContainer& inner : container.containers) add_global_tree(inner, inner.name);
      return;
    }
    add_to(container, container.name);
  }

  /// A container whose path is that of a structure, a grid or a variable; else it is of nothing
  /// that is known.
  void add_to(const DasContainer& container, const std::string& path) {
    if (skipped_.contains(path)) return;
    VariableSchema* const variable = variable_at(path);
    // Of a grid its container has the attributes of its array.
    if (variable != nullptr) {
      add(container, "", *variable);
    } else if (containers_.contains(path)) {
      add_global(container, path + ".");
    } else {
      add_global(container, path + ".");
      for (const DasContainer& inner : container.containers) {
        if (!is_of_server(inner.name)) add_global_tree(inner, path + "." + inner.name);
      }
      return;
    }
    for (const DasContainer& inner : container.containers) {
      const std::string below = path + "." + inner.name;
      const bool known = containers_.contains(below) || variable_at(below) != nullptr;
      if (known || skipped_.contains(below)) {
        add_to(inner, below);
      } else if (is_of_server(inner.name)) {
        continue;
      } else if (variable != nullptr) {
        add_tree(inner, inner.name, *variable);
      } else {
        add_global_tree(inner, below);
      }
    }
  }

  VariableSchema* variable_at(const std::string& path) {
    auto at = paths_.find(path);
    // "temp" of the Grid temp, and "lat" of what only Grids have.
    const std::string& name = at == paths_.end() ? path : at->second;
    if (indices_.empty()) {
      for (std::size_t i = 0; i < found_.schema.variables.size(); ++i) {
        indices_[found_.schema.variables[i].name] = i;
      }
    }
    const auto found = indices_.find(name);
    return found == indices_.end() ? nullptr : &found_.schema.variables[found->second];
  }

  void add_tree(const DasContainer& container, const std::string& prefix,
                VariableSchema& variable) {
    add(container, prefix + ".", variable);
    for (const DasContainer& inner : container.containers) {
      if (!is_of_server(inner.name)) add_tree(inner, prefix + "." + inner.name, variable);
    }
  }
  void add_global_tree(const DasContainer& container, const std::string& prefix) {
    add_global(container, prefix + ".");
    for (const DasContainer& inner : container.containers) {
      if (!is_of_server(inner.name)) add_global_tree(inner, prefix + "." + inner.name);
    }
  }

  void add(const DasContainer& container, const std::string& prefix, VariableSchema& variable) {
    for (const DasAttribute& one : container.attributes) {
      auto attribute = attribute_of(one);
      if (!attribute) {
        unreadable(variable.name, one, prefix);
        if (prefix.empty() && says_what_values_mean(one.name)) spoilt_.insert(variable.name);
        continue;
      }
      if (prefix.empty() && one.name == "_FillValue") {
        attribute = in_type_of_variable(std::move(*attribute), variable.type);
      }
      attribute->name = prefix + attribute->name;
      put(variable.attributes, std::move(*attribute));
    }
  }

  void add_global(const DasContainer& container, const std::string& prefix) {
    for (const DasAttribute& one : container.attributes) {
      auto attribute = attribute_of(one);
      if (!attribute) {
        unreadable("", one, prefix);
        continue;
      }
      attribute->name = prefix + attribute->name;
      put(found_.schema.attributes, std::move(*attribute));
    }
  }

  /// What was said first stays.
  static void put(Attributes& attributes, Attribute attribute) {
    if (attributes.has(attribute.name)) return;
    if (attributes.list().size() >= DescribeLimits::kAttributes) {
      throw Error(ErrorKind::MalformedHolding, "",
                  "it declares more attributes than is believable");
    }
    attributes.set(std::move(attribute));
  }

  void unreadable(const std::string& owner, const DasAttribute& one, const std::string& prefix) {
    if (one.values.empty()) return;  // it says nothing
    remark(fmt::format("attribute '{}{}{}{}' has a value that its type cannot hold", owner,
                       owner.empty() ? "" : ":", prefix, one.name));
  }

  void leave_out_spoilt() {
    for (const std::string& name : spoilt_) {
      remark(fmt::format("variable '{}': what its values mean cannot be read", name));
      found_.variables.erase(name);
    }
    std::erase_if(found_.schema.variables,
                  [&](const VariableSchema& one) { return spoilt_.contains(one.name); });
  }

  const Dds& dds_;
  const Das& das_;
  DapDescription found_;
  std::map<std::pair<std::string, std::size_t>, std::string> dimensions_;  ///< as they are named
  std::map<std::string, std::size_t> others_;   ///< how many have the name, but another size
  std::set<std::string> names_;                 ///< of dimensions
  std::map<std::string, std::string> paths_;    ///< in the DDS -> name in the schema
  std::map<std::string, std::size_t> indices_;  ///< name in the schema -> index
  std::set<std::string> containers_, skipped_;  ///< structures and grids, by path
  std::set<std::string> spoilt_;
};

}  // namespace

DapDescription describe_dap(const Dds& dds, const Das& das) { return Describer(dds, das).run(); }

}  // namespace gyre::coverage::dap
