#include "coverage/source/netcdf/netcdf_description.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/describe_limits.h"
#include "coverage/source/netcdf/netcdf_files.h"
#include "coverage/source/netcdf_lock.h"

namespace gyre::coverage {
namespace {

std::optional<ElementType> element_type(nc_type type) {
  switch (type) {
    case NC_BYTE:
      return ElementType::Int8;
    case NC_UBYTE:
      return ElementType::UInt8;
    case NC_SHORT:
      return ElementType::Int16;
    case NC_USHORT:
      return ElementType::UInt16;
    case NC_INT:
      return ElementType::Int32;
    case NC_UINT:
      return ElementType::UInt32;
    case NC_INT64:
      return ElementType::Int64;
    case NC_UINT64:
      return ElementType::UInt64;
    case NC_FLOAT:
      return ElementType::Float32;
    case NC_DOUBLE:
      return ElementType::Float64;
    case NC_CHAR:
    case NC_STRING:
      return ElementType::String;
    default:
      return std::nullopt;
  }
}

std::string without_trailing_nuls(std::string text) {
  text.erase(text.find_last_not_of('\0') + 1);
  return text;
}

[[noreturn]] void too_much(const std::string& what) {
  throw Error(ErrorKind::MalformedHolding, "", "it declares " + what + " than is believable");
}

/// Walks the groups of one open file.
class Describer {
 public:
  explicit Describer(int file) : file_(file) {}

  HoldingSchema run() {
    int format = 0;
    check_netcdf(nc_inq_format(file_, &format));
    schema_.format = format == NC_FORMAT_CLASSIC           ? "NetCDF classic"
                     : format == NC_FORMAT_64BIT_OFFSET    ? "NetCDF 64-bit offset"
                     : format == NC_FORMAT_64BIT_DATA      ? "NetCDF CDF-5"
                     : format == NC_FORMAT_NETCDF4_CLASSIC ? "NetCDF-4 classic model"
                                                           : "NetCDF-4";
    schema_.attributes = attributes_of(file_, NC_GLOBAL, "");
    add_group(file_, "", 0);
    return std::move(schema_);
  }

 private:
  void remark(const std::string& text) { schema_.remarks.push_back(text); }

  void add_group(int group, const std::string& prefix, std::size_t depth) {
    if (depth > DescribeLimits::kGroupDepth) too_much("groups nested deeper");
    add_dimensions(group, prefix);
    int variables = 0;
    check_netcdf(nc_inq_nvars(group, &variables));
    if (schema_.variables.size() + static_cast<std::size_t>(variables) >
        DescribeLimits::kVariables) {
      too_much("more variables");
    }
    for (int variable = 0; variable < variables; ++variable) add_variable(group, variable, prefix);
    int count = 0;
    check_netcdf(nc_inq_grps(group, &count, nullptr));
    std::vector<int> groups(static_cast<std::size_t>(count));
    if (count > 0) check_netcdf(nc_inq_grps(group, nullptr, groups.data()));
    for (const int child : groups) {
      std::array<char, NC_MAX_NAME + 1> name{};
      check_netcdf(nc_inq_grpname(child, name.data()));
      add_group(child, prefix + name.data() + "/", depth + 1);
    }
  }

  void add_dimensions(int group, const std::string& prefix) {
    int count = 0;
    constexpr int kHere = 0;  // not those of the parents
    check_netcdf(nc_inq_dimids(group, &count, nullptr, kHere));
    std::vector<int> ids(static_cast<std::size_t>(count));
    if (count > 0) check_netcdf(nc_inq_dimids(group, nullptr, ids.data(), kHere));
    for (const int id : ids) {
      std::array<char, NC_MAX_NAME + 1> name{};
      std::size_t size = 0;
      check_netcdf(nc_inq_dim(group, id, name.data(), &size));
      dimensions_[id] = {prefix + name.data(), size};
      schema_.dimensions.push_back(dimensions_[id]);
    }
  }

  void add_variable(int group, int id, const std::string& prefix) {
    std::array<char, NC_MAX_NAME + 1> name{};
    nc_type type = NC_NAT;
    int rank = 0, attributes = 0;
    check_netcdf(nc_inq_var(group, id, name.data(), &type, &rank, nullptr, &attributes));
    std::vector<int> dimensions(static_cast<std::size_t>(rank));
    if (rank > 0) check_netcdf(nc_inq_vardimid(group, id, dimensions.data()));

    VariableSchema variable;
    variable.name = prefix + name.data();
    std::optional<ElementType> element = element_type(type);
    if (!element && type > NC_MAX_ATOMIC_TYPE) {
      element = enumeration_base(group, type);
    }
    if (!element) {
      remark(fmt::format("variable '{}': its type is compound, opaque or of variable length",
                         variable.name));
      return;
    }
    variable.type = *element;
    for (const int dimension : dimensions) {
      const auto known = dimensions_.find(dimension);
      if (known == dimensions_.end()) too_much("dimensions stranger");
      variable.dimensions.push_back(known->second.name);
      variable.shape.push_back(known->second.size);
    }
    if (type == NC_CHAR && rank > 0) {
      variable.dimensions.pop_back();
      variable.shape.pop_back();
    }
    int storage = NC_CONTIGUOUS;
    std::vector<std::size_t> chunks(static_cast<std::size_t>(std::max(rank, 1)));
    if (rank > 0 && nc_inq_var_chunking(group, id, &storage, chunks.data()) == NC_NOERR &&
        storage == NC_CHUNKED) {
      chunks.resize(variable.shape.size());
      variable.chunk_shape = chunks;
    }
    variable.attributes = attributes_of(group, id, variable.name);
    if (type > NC_MAX_ATOMIC_TYPE) add_meanings(group, type, variable.attributes);
    schema_.variables.push_back(std::move(variable));
  }

  std::optional<ElementType> enumeration_base(int group, nc_type type) {
    int kind = 0;
    nc_type base = NC_NAT;
    if (nc_inq_user_type(group, type, nullptr, nullptr, &base, nullptr, &kind) != NC_NOERR ||
        kind != NC_ENUM) {
      return std::nullopt;
    }
    return element_type(base);
  }

  /// The members of an enumeration as CF has them (CF 1.11, 3.5): flag_values and flag_meanings.
  static void add_meanings(int group, nc_type type, Attributes& attributes) {
    std::size_t members = 0;
    nc_type base = NC_NAT;
    std::size_t base_size = 0;
    if (attributes.has("flag_meanings") || attributes.has("flag_values") ||
        nc_inq_enum(group, type, nullptr, &base, &base_size, &members) != NC_NOERR) {
      return;
    }
    std::vector<std::int64_t> values;
    std::string meanings;
    for (std::size_t i = 0; i < std::min(members, DescribeLimits::kAttributes); ++i) {
      std::array<char, NC_MAX_NAME + 1> name{};
      std::array<std::byte, sizeof(std::int64_t)> raw{};
      check_netcdf(nc_inq_enum_member(group, type, static_cast<int>(i), name.data(), raw.data()));
      values.push_back(integer_of(base, raw.data()));
      std::string meaning = name.data();
      std::replace(meaning.begin(), meaning.end(), ' ', '_');
      meanings += (i == 0 ? "" : " ") + meaning;
    }
    if (values.empty()) return;
    attributes.set({"flag_values", *element_type(base), std::move(values)});
    attributes.set({"flag_meanings", ElementType::String, std::move(meanings)});
  }

  static std::int64_t integer_of(nc_type type, const std::byte* raw) {
    const auto as = [raw](auto zero) {
      std::memcpy(&zero, raw, sizeof(zero));
      return static_cast<std::int64_t>(zero);
    };
    switch (type) {
      case NC_BYTE:
        return as(std::int8_t{});
      case NC_UBYTE:
        return as(std::uint8_t{});
      case NC_SHORT:
        return as(std::int16_t{});
      case NC_USHORT:
        return as(std::uint16_t{});
      case NC_INT:
        return as(std::int32_t{});
      case NC_UINT:
        return as(std::uint32_t{});
      default:
        return as(std::int64_t{});
    }
  }

  Attributes attributes_of(int group, int variable, const std::string& owner) {
    int count = 0;
    check_netcdf(variable == NC_GLOBAL ? nc_inq_natts(group, &count)
                                       : nc_inq_varnatts(group, variable, &count));
    if (static_cast<std::size_t>(count) > DescribeLimits::kAttributes) too_much("more attributes");
    std::vector<Attribute> list;
    for (int i = 0; i < count; ++i) {
      std::array<char, NC_MAX_NAME + 1> name{};
      nc_type type = NC_NAT;
      std::size_t length = 0;
      check_netcdf(nc_inq_attname(group, variable, i, name.data()));
      check_netcdf(nc_inq_att(group, variable, name.data(), &type, &length));
      auto element = element_type(type);
      std::optional<nc_type> enumeration;
      if (!element && type > NC_MAX_ATOMIC_TYPE && enumeration_base(group, type)) {
        element = enumeration_base(group, type);
        enumeration = type;
      }
      const std::string where =
          owner.empty() ? std::string(name.data()) : fmt::format("{}:{}", owner, name.data());
      if (!element) {
        remark(fmt::format("attribute '{}' has a type of the file's own", where));
        continue;
      }
      const std::size_t bytes = length * std::max<std::size_t>(size_of(*element), 1);
      attribute_bytes_ += bytes;
      if (length > DescribeLimits::kAttributeBytes || bytes > DescribeLimits::kAttributeBytes) {
        remark(fmt::format("attribute '{}' is longer than 4 MB", where));
        continue;
      }
      if (attribute_bytes_ > DescribeLimits::kAllAttributeBytes) too_much("longer attributes");
      list.push_back({name.data(), *element,
                      enumeration ? members(group, variable, name.data(), *enumeration, length)
                                  : value_of(group, variable, name.data(), type, length)});
    }
    return Attributes(std::move(list));
  }

  /// An attribute whose type is an enumeration (a _FillValue, say), as numbers.
  static Attribute::Value members(int group, int variable, const char* name, nc_type type,
                                  std::size_t length) {
    std::size_t size = 0;
    nc_type base = NC_NAT;
    check_netcdf(nc_inq_enum(group, type, nullptr, &base, &size, nullptr));
    std::vector<std::byte> raw(std::max<std::size_t>(length, 1) * size);
    if (length > 0) check_netcdf(nc_get_att(group, variable, name, raw.data()));
    std::vector<std::int64_t> values;
    for (std::size_t i = 0; i < length; ++i) values.push_back(integer_of(base, &raw[i * size]));
    return values;
  }

  template <typename Wide, typename Narrow, typename Get>
  Attribute::Value numbers(Get get, int group, int variable, const char* name, std::size_t length) {
    std::vector<Narrow> raw(std::max<std::size_t>(length, 1));
    if (length > 0) check_netcdf(get(group, variable, name, raw.data()));
    return std::vector<Wide>(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(length));
  }

  Attribute::Value value_of(int group, int variable, const char* name, nc_type type,
                            std::size_t length) {
    switch (type) {
      case NC_CHAR: {
        std::string text(length, '\0');
        if (length > 0) check_netcdf(nc_get_att_text(group, variable, name, text.data()));
        return without_trailing_nuls(std::move(text));
      }
      case NC_STRING:
        return texts(group, variable, name, length);
      case NC_FLOAT:
        return numbers<double, float>(nc_get_att_float, group, variable, name, length);
      case NC_DOUBLE:
        return numbers<double, double>(nc_get_att_double, group, variable, name, length);
      case NC_UBYTE:
      case NC_USHORT:
      case NC_UINT:
      case NC_UINT64:
        return numbers<std::uint64_t, unsigned long long>(nc_get_att_ulonglong, group, variable,
                                                          name, length);
      default:
        return numbers<std::int64_t, long long>(nc_get_att_longlong, group, variable, name, length);
    }
  }

  Attribute::Value texts(int group, int variable, const char* name, std::size_t length) {
    std::vector<char*> raw(std::max<std::size_t>(length, 1), nullptr);
    if (length > 0) check_netcdf(nc_get_att_string(group, variable, name, raw.data()));
    std::vector<std::string> list;
    for (std::size_t i = 0; i < length; ++i) {
      list.emplace_back(raw[i] == nullptr ? "" : raw[i]);
      attribute_bytes_ += list.back().size();
    }
    if (length > 0) nc_free_string(length, raw.data());
    return list;
  }

  int file_;
  HoldingSchema schema_;
  std::map<int, DimensionSchema> dimensions_;
  std::size_t attribute_bytes_ = 0;
};

}  // namespace

HoldingSchema describe_netcdf(int file) { return Describer(file).run(); }

}  // namespace gyre::coverage
