#include "coverage/model/field.h"

#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace gyre::coverage {
namespace {

/// The rule of one field in its storage type, ready for the inner loop.
template <typename T>
class Mask {
 public:
  explicit Mask(const MissingRule& rule) {
    for (const Scalar& fill : rule.fills) fills_.push_back(exactly(fill));
    if (rule.valid_min) low_ = exactly(*rule.valid_min);
    if (rule.valid_max) high_ = exactly(*rule.valid_max);
  }

  [[nodiscard]] bool operator()(T raw) const {
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isnan(raw)) return true;
    }
    if (raw < low_ || raw > high_) return true;
    for (const T fill : fills_) {
      if (raw == fill) return true;
    }
    return false;
  }

 private:
  static T exactly(const Scalar& scalar) {
    return std::visit([](auto value) { return static_cast<T>(value); }, scalar);
  }

  std::vector<T> fills_;
  // Infinities are values unless a valid range says otherwise.
  static constexpr bool kFloat = std::is_floating_point_v<T>;
  T low_ = kFloat ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::lowest();
  T high_ = kFloat ? std::numeric_limits<T>::infinity() : std::numeric_limits<T>::max();
};

}  // namespace

void unpack(const Field& field, const RawBlock& block, std::span<double> values,
            std::size_t begin) {
  const double scale = field.packing.scale;
  const double offset = field.packing.offset;
  const bool packed = field.packing.packed;
  const bool to_float = packed && field.packing.unpacked == ElementType::Float32;
  with_type(block.type, [&](auto zero) {
    using T = decltype(zero);
    const Mask<T> missing(field.missing);
    const auto raw = block.as<T>().subspan(begin);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (missing(raw[i])) {
        values[i] = std::numeric_limits<double>::quiet_NaN();
        continue;
      }
      double value = static_cast<double>(raw[i]);
      if (packed) value = value * scale + offset;
      values[i] = to_float ? static_cast<double>(static_cast<float>(value)) : value;
    }
  });
}

void find_missing(const Field& field, const RawBlock& block, std::span<std::uint8_t> missing) {
  with_type(block.type, [&](auto zero) {
    using T = decltype(zero);
    const Mask<T> is_missing(field.missing);
    const auto raw = block.as<T>();
    for (std::size_t i = 0; i < missing.size(); ++i) missing[i] = is_missing(raw[i]) ? 1 : 0;
  });
}

std::string format_value(const Field& field, double value) {
  if (std::isnan(value)) return "NaN";
  const ElementType type = field.packing.packed ? field.packing.unpacked : field.storage;
  if (type == ElementType::Float32) return fmt::format("{}", static_cast<float>(value));
  return fmt::format("{}", value);
}

std::string format_sample(const Field& field, const RawBlock& block, std::size_t index) {
  return with_type(block.type, [&](auto zero) -> std::string {
    using T = decltype(zero);
    const T raw = block.as<T>()[index];
    if (Mask<T>(field.missing)(raw)) return "NaN";
    if (!field.packing.packed) return fmt::format("{}", +raw);
    double value = 0;
    RawBlock one{block.type, {1}, {}};
    const auto* at = block.bytes.data() + index * sizeof(T);
    one.bytes.assign(at, at + sizeof(T));
    unpack(field, one, {&value, 1});
    return format_value(field, value);
  });
}

bool is_direction(const Field& field) {
  const std::string& name = field.standard_name.empty() ? field.name : field.standard_name;
  return field.units.starts_with("degree") &&
         (name.find("_direction") != std::string::npos || name.starts_with("direction_of_"));
}

std::optional<std::pair<double, double>> valid_range(const Field& field) {
  if (!field.missing.valid_min || !field.missing.valid_max) return std::nullopt;
  const auto physical = [&](const Scalar& scalar) {
    const double raw = std::visit([](auto value) { return static_cast<double>(value); }, scalar);
    return field.packing.packed ? raw * field.packing.scale + field.packing.offset : raw;
  };
  const double a = physical(*field.missing.valid_min);
  const double b = physical(*field.missing.valid_max);
  return std::pair{std::min(a, b), std::max(a, b)};
}

}  // namespace gyre::coverage
