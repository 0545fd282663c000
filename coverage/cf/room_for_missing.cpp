#include "coverage/cf/room_for_missing.h"

#include <limits>

#include "coverage/cf/stored_value.h"

namespace gyre::coverage::cf {
namespace {

constexpr std::int64_t kNoSample = -32768;

std::int64_t signed_bits(const Scalar& value, ElementType declared) {
  return with_type(declared, [&](auto zero) -> std::int64_t {
    using T = decltype(zero);
    if constexpr (std::is_floating_point_v<T>) {
      return 0;
    } else {
      return static_cast<std::int64_t>(
          std::visit([](auto number) { return static_cast<T>(number); }, value));
    }
  });
}

std::uint64_t unsigned_bits(const Scalar& value, ElementType declared) {
  return with_type(declared, [&](auto zero) -> std::uint64_t {
    using T = decltype(zero);
    if constexpr (std::is_floating_point_v<T>) {
      return 0;
    } else {
      return static_cast<std::uint64_t>(
          std::visit([](auto number) { return static_cast<T>(number); }, value));
    }
  });
}

/// All values of one byte, in two.
void widen(RoomForMissing& room) {
  Field& field = room.field;
  const bool was_unsigned = field.storage == ElementType::UInt8;
  room.widened = true;
  room.fill = kNoSample;
  field.declared = field.storage = ElementType::Int16;
  if (!field.packing.packed) field.packing.unpacked = ElementType::Int16;
  field.missing.fills = {Scalar(kNoSample)};
  for (std::optional<Scalar>* limit : {&field.missing.valid_min, &field.missing.valid_max}) {
    if (*limit) *limit = signed_bits(**limit, field.declared);
  }
  field.attributes.remove("_Unsigned");
  field.attributes.remove("missing_value");
  tell_valid_range(field);
  for (const char* name : {"flag_values", "flag_masks"}) {
    const Attribute* found = field.attributes.find(name);
    if (found == nullptr || found->type == ElementType::String) continue;
    std::vector<Scalar> numbers;
    for (const double number : field.attributes.numbers(name)) {
      const bool negative = number < 0 && was_unsigned;
      numbers.emplace_back(static_cast<std::int64_t>(number) + (negative ? 256 : 0));
    }
    field.attributes.set(stored_attribute(name, field, numbers));
  }
  field.attributes.set(stored_attribute("_FillValue", field, {room.fill}));
}

}  // namespace

Attribute stored_attribute(const char* name, const Field& field,
                           const std::vector<Scalar>& values) {
  const ElementType type = field.declared;
  if (is_float(type)) {
    std::vector<double> numbers;
    for (const Scalar& value : values) {
      const double number = std::visit([](auto one) { return static_cast<double>(one); }, value);
      numbers.push_back(
          type == ElementType::Float32 ? static_cast<double>(static_cast<float>(number)) : number);
    }
    return {name, type, std::move(numbers)};
  }
  if (type == ElementType::UInt64) {
    std::vector<std::uint64_t> numbers;
    for (const Scalar& value : values) numbers.push_back(unsigned_bits(value, type));
    return {name, type, std::move(numbers)};
  }
  std::vector<std::int64_t> numbers;
  for (const Scalar& value : values) numbers.push_back(signed_bits(value, type));
  return {name, type, std::move(numbers)};
}

void tell_valid_range(Field& field) {
  for (const char* name : {"valid_min", "valid_max", "valid_range"}) field.attributes.remove(name);
  const auto& [fills, low, high] = field.missing;
  if (low && high) {
    field.attributes.set(stored_attribute("valid_range", field, {*low, *high}));
  } else if (low) {
    field.attributes.set(stored_attribute("valid_min", field, {*low}));
  } else if (high) {
    field.attributes.set(stored_attribute("valid_max", field, {*high}));
  }
}

RoomForMissing with_room_for_missing(const Field& field) {
  RoomForMissing room{field, std::numeric_limits<double>::quiet_NaN(), false};
  const bool told = field.attributes.has("_FillValue") || field.attributes.has("missing_value");
  if (!field.missing.fills.empty()) {
    room.fill = field.missing.fills.front();
    // A default that nobody tells is known to few readers.
    if (!told) room.field.attributes.set(stored_attribute("_FillValue", room.field, {room.fill}));
    return room;
  }
  // What they tell is no number of the type; NaN is missing whatever they tell.
  room.field.attributes.remove("_FillValue");
  room.field.attributes.remove("missing_value");
  const auto usual = default_fill(field.declared);
  const auto stored = usual ? as_stored(*usual, field.storage, field.declared) : std::nullopt;
  if (is_float(field.storage)) {
    room.field.attributes.set(stored_attribute("_FillValue", room.field, {room.fill}));
  } else if (stored) {
    room.fill = *stored;
    room.field.missing.fills = {*stored};
    room.field.attributes.set(stored_attribute("_FillValue", room.field, {room.fill}));
  } else {
    widen(room);
  }
  return room;
}

}  // namespace gyre::coverage::cf
