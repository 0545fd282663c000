#include "coverage/source/gdal/zarr_metadata.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/describe_limits.h"

namespace gyre::coverage {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void malformed(const std::string& what) {
  throw Error(ErrorKind::MalformedHolding, "", what);
}

/// Reads and parses the documents of one store, with one allowance for all of them.
class Documents {
 public:
  explicit Documents(fs::path root) : root_(std::move(root)) {}

  std::map<std::string, Json> collect() {
    if (const auto consolidated = document(root_ / ".zmetadata")) {
      const auto metadata = consolidated->find("metadata");
      if (metadata == consolidated->end() || !metadata->is_object()) {
        malformed("its .zmetadata has no member 'metadata'");
      }
      for (const auto& [key, value] : metadata->items()) {
        if (value.is_object()) documents_.emplace(key, value);
      }
    } else {
      add_group(root_, "", 0);
    }
    return std::move(documents_);
  }

 private:
  std::optional<Json> document(const fs::path& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    const std::uintmax_t size = fs::file_size(path, error);
    if (error || size > DescribeLimits::kMetadataBytes - bytes_) {
      malformed("its metadata are more than the 64 MB that are read");
    }
    bytes_ += size;
    std::string text(size, '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(text.data(), static_cast<std::streamsize>(size));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    // xarray and zarr-python write NaN and Infinity as bare words, which JSON does not have;
    // nlohmann refuses them, so they are quoted first.
    Json parsed = Json::parse(quote_bare_numbers(text), nullptr, /*allow_exceptions=*/false);
    if (!parsed.is_object()) {
      malformed(fmt::format("its {} is no JSON object", path.filename().string()));
    }
    return parsed;
  }

  static std::string quote_bare_numbers(const std::string& text) {
    std::string out;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (in_string) {
        out += c;
        if (c == '\\' && i + 1 < text.size()) {
          out += text[++i];
        } else if (c == '"') {
          in_string = false;
        }
        continue;
      }
      in_string = c == '"';
      std::string_view word;
      for (const std::string_view bare : {"NaN", "Infinity", "-Infinity"}) {
        if (text.compare(i, bare.size(), bare) == 0) word = bare;
      }
      if (word.empty()) {
        out += c;
      } else {
        out += fmt::format("\"{}\"", word);
        i += word.size() - 1;
      }
    }
    return out;
  }

  void add_group(const fs::path& folder, const std::string& prefix, std::size_t depth) {
    if (depth > DescribeLimits::kGroupDepth) malformed("its groups are nested deeper than 16");
    const bool array = add(folder, prefix, ".zarray");
    add(folder, prefix, ".zattrs");
    if (array) return;  // what is below are chunks
    if (!add(folder, prefix, ".zgroup")) return;
    std::error_code error;
    std::vector<fs::path> children;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      if (entry.is_directory(error)) children.push_back(entry.path());
    }
    std::sort(children.begin(), children.end());
    for (const fs::path& child : children) {
      if (documents_.size() > 3 * DescribeLimits::kVariables) malformed("it has too many arrays");
      add_group(child, prefix + child.filename().string() + "/", depth + 1);
    }
  }

  bool add(const fs::path& folder, const std::string& prefix, const char* name) {
    auto found = document(folder / name);
    if (!found) return false;
    documents_.emplace(prefix + name, std::move(*found));
    return true;
  }

  fs::path root_;
  std::size_t bytes_ = 0;
  std::map<std::string, Json> documents_;
};

std::optional<double> special_number(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

bool all_of_kind(const Json& list, bool (*matches)(const Json&)) {
  return std::all_of(list.begin(), list.end(), matches);
}

}  // namespace

std::map<std::string, Json> zarr_documents(const std::string& path) {
  return Documents(path).collect();
}

std::optional<ElementType> zarr_element_type(const Json& dtype) {
  if (!dtype.is_string()) return std::nullopt;
  const auto& text = dtype.get_ref<const std::string&>();
  if (text.size() < 2) return std::nullopt;
  const std::string kind = text.substr(1);
  if (kind == "i1") return ElementType::Int8;
  if (kind == "u1" || kind == "b1") return ElementType::UInt8;
  if (kind == "i2") return ElementType::Int16;
  if (kind == "u2") return ElementType::UInt16;
  if (kind == "i4") return ElementType::Int32;
  if (kind == "u4") return ElementType::UInt32;
  if (kind == "i8") return ElementType::Int64;
  if (kind == "u8") return ElementType::UInt64;
  if (kind == "f2" || kind == "f4") return ElementType::Float32;
  if (kind == "f8") return ElementType::Float64;
  if (kind[0] == 'S' || kind[0] == 'U') return ElementType::String;
  return std::nullopt;
}

std::optional<Attribute> zarr_attribute(const std::string& name, const Json& value) {
  if (value.is_null()) return std::nullopt;
  if (const auto special = special_number(value)) {
    return Attribute{name, ElementType::Float64, std::vector{*special}};
  }
  if (value.is_string()) return Attribute{name, ElementType::String, value.get<std::string>()};
  if (value.is_boolean()) {
    return Attribute{name, ElementType::String, std::string(value.get<bool>() ? "true" : "false")};
  }
  const Json list = value.is_array() ? value : Json::array({value});
  const auto integer = [](const Json& one) { return one.is_number_integer(); };
  const auto unsigned_large = [](const Json& one) {
    return one.is_number_unsigned() &&
           one.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  };
  const auto number = [](const Json& one) {
    return one.is_number() || special_number(one).has_value();
  };
  const auto text = [](const Json& one) { return one.is_string(); };
  if (value.is_array() && !list.empty() && all_of_kind(list, text)) {
    return Attribute{name, ElementType::String, list.get<std::vector<std::string>>()};
  }
  if (all_of_kind(list, integer)) {
    if (std::any_of(list.begin(), list.end(), unsigned_large)) {
      return Attribute{name, ElementType::UInt64, list.get<std::vector<std::uint64_t>>()};
    }
    return Attribute{name, ElementType::Int64, list.get<std::vector<std::int64_t>>()};
  }
  if (all_of_kind(list, number)) {
    std::vector<double> numbers;
    for (const Json& one : list) {
      const auto special = special_number(one);
      numbers.push_back(special ? *special : one.get<double>());
    }
    return Attribute{name, ElementType::Float64, std::move(numbers)};
  }
  return Attribute{name, ElementType::String,
                   value.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

Attribute in_type(ElementType type, Attribute attribute) {
  if (type == ElementType::String || attribute.type == ElementType::String) return attribute;
  if (is_float(type)) {
    std::vector<double> numbers = Attributes({attribute}).numbers(attribute.name);
    if (type == ElementType::Float32) {
      for (double& number : numbers) number = double{static_cast<float>(number)};
    }
    return {attribute.name, type, std::move(numbers)};
  }
  return with_type(type, [&](auto zero) -> Attribute {
    using T = decltype(zero);
    using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    std::vector<Wide> wide;
    const bool fits = std::visit(
        [&](const auto& values) {
          using Values = std::decay_t<decltype(values)>;
          if constexpr (std::is_same_v<Values, std::vector<std::int64_t>> ||
                        std::is_same_v<Values, std::vector<std::uint64_t>>) {
            for (const auto value : values) wide.push_back(static_cast<Wide>(value));
            return std::all_of(values.begin(), values.end(), [](const auto value) {
              if constexpr (std::is_integral_v<T>) return std::in_range<T>(value);
              return false;
            });
          } else {
            return false;
          }
        },
        attribute.value);
    if (!fits) return attribute;
    return {attribute.name, type, std::move(wide)};
  });
}

std::optional<Attribute> zarr_fill_value(ElementType type, const Json& value) {
  if (type == ElementType::String || value.is_null()) return std::nullopt;
  if (is_float(type)) {
    std::optional<double> number = special_number(value);
    if (!number && value.is_number()) number = value.get<double>();
    if (!number) return std::nullopt;
    if (type == ElementType::Float32) number = double{static_cast<float>(*number)};
    return Attribute{"_FillValue", type, std::vector{*number}};
  }
  if (value.is_boolean()) {
    return Attribute{"_FillValue", type, std::vector<std::uint64_t>{value.get<bool>() ? 1U : 0U}};
  }
  if (!value.is_number()) return std::nullopt;
  const bool is_unsigned = type == ElementType::UInt8 || type == ElementType::UInt16 ||
                           type == ElementType::UInt32 || type == ElementType::UInt64;
  if (value.is_number_float()) {  // "fill_value": 0.0 of an integer array
    const double number = value.get<double>();
    if (number != std::floor(number) || std::abs(number) > 9e15) return std::nullopt;
    if (is_unsigned && number < 0) return std::nullopt;
    const auto whole = static_cast<std::int64_t>(number);
    if (!is_unsigned) return Attribute{"_FillValue", type, std::vector{whole}};
    return Attribute{"_FillValue", type, std::vector{static_cast<std::uint64_t>(whole)}};
  }
  if (is_unsigned) return Attribute{"_FillValue", type, std::vector{value.get<std::uint64_t>()}};
  return Attribute{"_FillValue", type, std::vector{value.get<std::int64_t>()}};
}

}  // namespace gyre::coverage
