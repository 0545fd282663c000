#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "coverage/source/chunks/unshuffle.h"
#include "coverage/source/zarr/codec.h"
#include "coverage/source/zarr/stored_type.h"

namespace gyre::coverage {
namespace {

std::string text_member(const Json& config, const char* name) {
  const auto found = config.find(name);
  return found != config.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// A dtype as numcodecs writes it ("<f4", "float32"), of numbers that can be computed with.
StoredType numbers_of(const std::string& id, const Json& config, const char* member,
                      const char* instead = nullptr) {
  std::string text = text_member(config, member);
  if (text.empty() && instead != nullptr) text = text_member(config, instead);
  auto type = stored_type_v2(text);
  if (!type) type = stored_type_v3(text);
  // "i4", which NumPy takes as well: this machine's byte order.
  if (!type && !text.empty()) type = stored_type_v2((text.ends_with('1') ? "|" : "<") + text);
  if (!type || type->kind != StoredType::Kind::Number || text.ends_with("b1") || text == "bool") {
    throw CodecNotRead(fmt::format("its filter '{}' of type '{}' is not yet read", id, text));
  }
  return *type;
}

double setting(const std::string& id, const Json& config, const char* name) {
  const auto found = config.find(name);
  if (found == config.end() || !found->is_number()) {
    throw CodecNotRead(fmt::format("its filter '{}' has no '{}'", id, name));
  }
  return found->get<double>();
}

/// As numpy converts: towards zero; what does not fit, whose result C leaves open, becomes 0.
template <typename To, typename From>
To converted(From value) {
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    const auto whole = std::trunc(static_cast<double>(value));
    const double low = static_cast<double>(std::numeric_limits<To>::min());
    const double beyond = std::ldexp(1.0, std::numeric_limits<To>::digits);
    return whole >= low && whole < beyond ? static_cast<To>(whole) : To{0};
  } else {
    return static_cast<To>(value);
  }
}

void check_whole(const Bytes& bytes, std::size_t size) {
  if (bytes.size() % size != 0) throw DamagedChunk("it ends within a number");
}

/// Calls action(from, to) with the numbers of `encoded`, native, and room for as many of `to`.
template <typename Action>
Bytes convert(Bytes encoded, const StoredType& from, const StoredType& to, const DecodedSize& size,
              const Action& action) {
  check_whole(encoded, from.size);
  const std::size_t count = encoded.size() / from.size;
  if (count > size.most / to.size) throw DamagedChunk("its filter makes too many numbers of it");
  if (from.big_endian) swap_bytes(encoded, from.size);
  Bytes decoded(count * to.size);
  with_type(from.type, [&](auto a) {
    with_type(to.type, [&](auto b) {
      using From = decltype(a);
      using To = decltype(b);
      // operator new aligns for every number
      action(std::span(reinterpret_cast<const From*>(encoded.data()), count),
             std::span(reinterpret_cast<To*>(decoded.data()), count));
    });
  });
  if (to.big_endian) swap_bytes(decoded, to.size);
  return decoded;
}

Decode cast(const StoredType& from, const StoredType& to) {
  return [=](Bytes encoded, const DecodedSize& size) {
    return convert(std::move(encoded), from, to, size, [](auto numbers, auto room) {
      using To = typename decltype(room)::value_type;
      std::transform(numbers.begin(), numbers.end(), room.begin(),
                     [](auto value) { return converted<To>(value); });
    });
  };
}

/// Each number is what is added to the one before, in the type of the result.
Decode delta(const StoredType& from, const StoredType& to) {
  return [=](Bytes encoded, const DecodedSize& size) {
    return convert(std::move(encoded), from, to, size, [](auto numbers, auto room) {
      using To = typename decltype(room)::value_type;
      To sum{};
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        const To step = converted<To>(numbers[i]);
        if (i == 0) {
          sum = step;
        } else if constexpr (std::is_integral_v<To>) {  // wraps round, as numpy's does
          sum = static_cast<To>(static_cast<std::uint64_t>(sum) + static_cast<std::uint64_t>(step));
        } else {
          sum += step;
        }
        room[i] = sum;
      }
    });
  };
}

/// value / scale + offset, in float32 for float32 and in float64 for all others, as numpy has it.
Decode scaled(const StoredType& from, const StoredType& to, double scale, double offset) {
  return [=](Bytes encoded, const DecodedSize& size) {
    return convert(std::move(encoded), from, to, size, [&](auto numbers, auto room) {
      using From = std::remove_const_t<typename decltype(numbers)::element_type>;
      using To = typename decltype(room)::value_type;
      using Real = std::conditional_t<std::is_same_v<From, float>, float, double>;
      const Real by = static_cast<Real>(scale), plus = static_cast<Real>(offset);
      std::transform(numbers.begin(), numbers.end(), room.begin(), [&](From value) {
        return converted<To>(static_cast<Real>(value) / by + plus);
      });
    });
  };
}

Decode unshuffled(std::size_t element) {
  return [=](const Bytes& encoded, const DecodedSize&) {
    Bytes decoded(encoded.size());
    unshuffle(encoded, element, decoded);
    return decoded;
  };
}

/// numcodecs: how many bits of the last byte mean nothing, then eight booleans a byte, the first in
/// the highest bit.
Bytes unpacked_bits(const Bytes& encoded, const DecodedSize& size) {
  if (encoded.empty()) return {};
  const auto unused = std::to_integer<std::size_t>(encoded[0]);
  const std::size_t bits = 8 * (encoded.size() - 1);
  if (unused > std::min<std::size_t>(bits, 7) || bits - unused > size.most) {
    throw DamagedChunk("its packed bits are damaged");
  }
  Bytes decoded(bits - unused);
  for (std::size_t i = 0; i < decoded.size(); ++i) {
    decoded[i] = (encoded[1 + i / 8] >> (7 - i % 8)) & std::byte{1};
  }
  return decoded;
}

}  // namespace

namespace {

template <typename Item, typename Swap>
void swap_items(std::span<std::byte> bytes, Swap swap) {
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(Item)) {
    Item item;
    std::memcpy(&item, &bytes[at], sizeof(Item));
    item = swap(item);
    std::memcpy(&bytes[at], &item, sizeof(Item));
  }
}

}  // namespace

void swap_bytes(Bytes& bytes, std::size_t unit) {
  if (unit < 2) return;
  check_whole(bytes, unit);
  switch (unit) {
    case 2:
      return swap_items<std::uint16_t>(bytes, [](std::uint16_t x) { return __builtin_bswap16(x); });
    case 4:
      return swap_items<std::uint32_t>(bytes, [](std::uint32_t x) { return __builtin_bswap32(x); });
    case 8:
      return swap_items<std::uint64_t>(bytes, [](std::uint64_t x) { return __builtin_bswap64(x); });
    default:
      for (auto at = bytes.begin(); at != bytes.end(); at += static_cast<std::ptrdiff_t>(unit)) {
        std::reverse(at, at + static_cast<std::ptrdiff_t>(unit));
      }
  }
}

std::optional<Decode> filter_named(const std::string& id, const Json& config) {
  if (id == "bitround") return [](Bytes bytes, const DecodedSize&) { return bytes; };
  if (id == "packbits") return unpacked_bits;
  if (id == "delta") {
    return delta(numbers_of(id, config, "astype", "dtype"), numbers_of(id, config, "dtype"));
  }
  if (id == "fixedscaleoffset") {
    return scaled(numbers_of(id, config, "astype", "dtype"), numbers_of(id, config, "dtype"),
                  setting(id, config, "scale"), setting(id, config, "offset"));
  }
  if (id == "quantize") {
    return cast(numbers_of(id, config, "astype", "dtype"), numbers_of(id, config, "dtype"));
  }
  if (id == "astype") {
    return cast(numbers_of(id, config, "encode_dtype"), numbers_of(id, config, "decode_dtype"));
  }
  if (id == "shuffle") {
    const double element = config.contains("elementsize") ? setting(id, config, "elementsize") : 4;
    if (!(element >= 1 && element <= 1 << 16)) {
      throw CodecNotRead("its filter 'shuffle' has an elementsize that is none");
    }
    return unshuffled(static_cast<std::size_t>(element));
  }
  return std::nullopt;
}

}  // namespace gyre::coverage
