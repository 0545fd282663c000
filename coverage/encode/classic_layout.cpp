#include "coverage/encode/classic_layout.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <numeric>
#include <variant>

#include "coverage/encode/netcdf_values.h"

namespace gyre::coverage {
namespace {

enum ListTag : std::uint32_t { kDimension = 10, kVariable = 11, kAttribute = 12 };
constexpr std::uint32_t kChar = 2;

std::uint32_t type_code(ElementType type) {
  switch (type) {
    case ElementType::Int8:
      return 1;
    case ElementType::String:
      return kChar;
    case ElementType::Int16:
      return 3;
    case ElementType::Int32:
      return 4;
    case ElementType::Float32:
      return 5;
    case ElementType::Float64:
      return 6;
    case ElementType::UInt8:
      return 7;
    case ElementType::UInt16:
      return 8;
    case ElementType::UInt32:
      return 9;
    case ElementType::Int64:
      return 10;
    case ElementType::UInt64:
      return 11;
  }
  return 0;
}

std::uint64_t padded(std::uint64_t bytes) { return (bytes + 3) / 4 * 4; }

/// What a variable is in the file.
struct Described {
  const PlannedVariable* planned = nullptr;  ///< null: it is left out
  std::vector<std::size_t> dimensions;
  std::uint64_t bytes = 0;
};

class HeaderText {
 public:
  explicit HeaderText(ClassicLayout::Format format)
      : is_wide_(format == ClassicLayout::Format::Cdf5), text_("CDF") {
    text_ += static_cast<char>(format);
  }
  template <typename T>
  void number(T value) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    if constexpr (std::endian::native == std::endian::little)
      std::reverse(bytes, bytes + sizeof(T));
    text_.append(bytes, sizeof(T));
  }
  /// NON_NEG of the specification.
  void count(std::uint64_t value) {
    if (is_wide_) {
      number(value);
    } else {
      number(static_cast<std::uint32_t>(value));
    }
  }
  /// A list's tag and length; none is two zeros.
  void list(ListTag tag, std::size_t length) {
    number(length == 0 ? std::uint32_t{0} : static_cast<std::uint32_t>(tag));
    count(length);
  }
  void name(const std::string& name) {
    count(name.size());
    text_ += name;
    pad();
  }
  void attributes(const Attributes& attributes) {
    list(kAttribute, static_cast<std::size_t>(std::distance(attributes.begin(), attributes.end())));
    for (const Attribute& attribute : attributes) {
      name(attribute.name);
      std::visit([&](const auto& value) { this->value(attribute.type, value); }, attribute.value);
      pad();
    }
  }
  /// What does not fit the 32 bits of the older format is told by its dimensions.
  void variable_size(std::uint64_t bytes) {
    constexpr std::uint64_t kUnknown = 0xffffffff;
    count(is_wide_ ? bytes : std::min(bytes, kUnknown));
  }
  [[nodiscard]] std::string text() && { return std::move(text_); }
  [[nodiscard]] std::size_t size() const { return text_.size(); }

 private:
  void pad() { text_.append(padded(text_.size()) - text_.size(), '\0'); }
  void value(ElementType /*type*/, const std::string& text) {
    number(kChar);
    count(text.size());
    text_ += text;
  }
  /// These formats know one text only.
  void value(ElementType type, const std::vector<std::string>& list) {
    std::string all;
    for (const std::string& text : list) all += (all.empty() ? "" : ", ") + text;
    value(type, all);
  }
  template <typename T>
  void value(ElementType type, const std::vector<T>& list) {
    number(type_code(type));
    count(list.size());
    with_type(type, [&](auto zero) {
      for (const T one : list) this->number(static_cast<decltype(zero)>(one));
    });
  }

  bool is_wide_;
  std::string text_;
};

}  // namespace

ClassicLayout::ClassicLayout(const NetcdfPlan& plan, Format format) {
  std::vector<DimensionSchema> dimensions;
  std::map<std::string, std::size_t> numbers;
  const auto add_dimension = [&](const std::string& name, std::size_t size) {
    numbers[name] = dimensions.size();
    dimensions.push_back({name, size});
  };
  for (const DimensionSchema& dimension : plan.dimensions) {
    if (dimension.size > 0) add_dimension(dimension.name, dimension.size);
  }
  std::vector<Described> variables;
  for (const PlannedVariable& planned : plan.variables) {
    Described one;
    if (planned.cells() > 0) {
      one.planned = &planned;
      for (const std::string& name : planned.dimensions) one.dimensions.push_back(numbers.at(name));
      std::size_t item = planned.type == ElementType::String ? 1 : size_of(planned.type);
      if (planned.type == ElementType::String && !is_character(planned)) {
        item = text_width(planned);
        add_dimension(planned.name + "_strlen", item);
        one.dimensions.push_back(dimensions.size() - 1);
      }
      one.bytes = padded(planned.cells() * item);
    }
    bytes_.push_back(one.bytes);
    variables.push_back(std::move(one));
  }
  const auto written = static_cast<std::size_t>(std::count_if(
      variables.begin(), variables.end(), [](const Described& one) { return one.planned; }));

  // Where values begin depends on the length of the header, which does not depend on it.
  std::uint64_t begin = 0;
  for (const bool is_final : {false, true}) {
    HeaderText text(format);
    text.count(0);  // records
    text.list(kDimension, dimensions.size());
    for (const DimensionSchema& dimension : dimensions) {
      text.name(dimension.name);
      text.count(dimension.size);
    }
    text.attributes(plan.attributes);
    text.list(kVariable, written);
    for (const Described& one : variables) {
      if (one.planned == nullptr) continue;
      text.name(one.planned->name);
      text.count(one.dimensions.size());
      for (const std::size_t dimension : one.dimensions) text.count(dimension);
      text.attributes(one.planned->attributes);
      text.number(type_code(one.planned->type));
      text.variable_size(one.bytes);
      text.number(begin);
      begin += one.bytes;
    }
    begin = text.size();
    if (is_final) header_ = std::move(text).text();
  }
}

std::uint64_t ClassicLayout::size() const {
  return std::accumulate(bytes_.begin(), bytes_.end(), std::uint64_t{header_.size()});
}

}  // namespace gyre::coverage
