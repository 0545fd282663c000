#include "coverage/archive/colour_range.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/model/sample_block.h"

namespace gyre::coverage {
namespace {

using Range = std::pair<double, double>;

bool usable(const Range& range) {
  constexpr double kAbsurd = 1e15;  // valid_max = 1e20 says nothing
  return std::isfinite(range.first) && std::isfinite(range.second) && range.first < range.second &&
         std::abs(range.first) < kAbsurd && std::abs(range.second) < kAbsurd;
}

double physical(const Field& field, double raw) {
  return field.packing.packed ? raw * field.packing.scale + field.packing.offset : raw;
}

/// Nearly all of an integer type: a bound on bits, not on the quantity.
bool spans_type(const Field& field, const Range& range) {
  if (!is_integer(field.storage)) return false;
  return with_type(field.storage, [&](auto zero) {
    using T = decltype(zero);
    const double a = physical(field, static_cast<double>(std::numeric_limits<T>::min()));
    const double b = physical(field, static_cast<double>(std::numeric_limits<T>::max()));
    return range.second - range.first > 0.95 * std::abs(b - a);
  });
}

std::optional<Range> of_flags(const Field& field) {
  if (field.flags.empty()) return std::nullopt;
  std::int64_t low = std::numeric_limits<std::int64_t>::max(), high = 0, bits = 0;
  for (const Flag& flag : field.flags) {
    const std::int64_t value = flag.value ? *flag.value : flag.mask.value_or(0);
    low = std::min(low, value);
    high = std::max(high, value);
    bits |= flag.value ? 0 : value;
  }
  if (bits != 0) {  // masks combine
    low = 0;
    high = std::max(high, bits);
  }
  if (low >= high) high = low + 1;
  const double one = physical(field, static_cast<double>(low));
  const double other = physical(field, static_cast<double>(high));
  return Range{std::min(one, other), std::max(one, other)};  // a negative scale_factor turns them
}

/// What is decoded to read a box: chunks whole.
std::size_t decoded_for(const Field& field, const IndexBox& box) {
  std::size_t bytes = size_of(field.storage);
  for (std::size_t d = 0; d < box.size(); ++d) {
    const std::size_t chunk = box.size() == field.chunk_shape.size() ? field.chunk_shape[d] : 1;
    if (chunk == 0) return 0;
    bytes *= ((box[d].end - 1) / chunk - box[d].begin / chunk + 1) * chunk;
  }
  return bytes;
}

/// A horizontal plane, whole, at the levels and times of a sample block.
IndexBox plane_around(IndexBox block, const DomainSet& domain_set) {
  std::size_t d = 0;
  for (std::size_t a = 0; a < domain_set.axes().size(); ++a) {
    if (domain_set.axes()[a].is_scalar()) continue;
    if (a == domain_set.x() || a == domain_set.y()) block[d] = {0, domain_set.axes()[a].size()};
    ++d;
  }
  return block;
}

/// So many cells along each dimension at most, evenly.
Picks thinned(const IndexBox& box) {
  constexpr std::size_t kAlong = 256;
  Picks picks;
  for (const IndexRange& range : box) {
    std::vector<std::size_t>& along = picks.emplace_back();
    const std::size_t step = (range.size() + kAlong - 1) / kAlong;
    for (std::size_t i = range.begin; i < range.end; i += step) along.push_back(i);
  }
  return picks;
}

/// Values here and there. Where chunks are so large that blocks here and there would be seconds of
/// decoding, a chunk each, thinned planes of few chunks instead.
std::vector<RawBlock> samples(const Source& source, const DomainSet& domain_set,
                              const Field& field) {
  constexpr std::size_t kMostDecoded = std::size_t{256} << 20;
  const std::vector<IndexBox> boxes = sample_blocks(domain_set);
  std::size_t decoded = 0;
  for (const IndexBox& box : boxes) decoded += decoded_for(field, box);
  std::vector<RawBlock> blocks;
  if (decoded <= kMostDecoded) {
    for (const IndexBox& box : boxes) blocks.push_back(source.read(field.name, box));
    return blocks;
  }
  const std::size_t of_plane =
      std::max<std::size_t>(1, decoded_for(field, plane_around(boxes.front(), domain_set)));
  const std::size_t count = std::clamp<std::size_t>(kMostDecoded / of_plane, 1, boxes.size());
  for (std::size_t i = 0; i < count; ++i) {
    const IndexBox& box = boxes[(2 * i + 1) * boxes.size() / (2 * count)];
    blocks.push_back(source.read_picked(field.name, thinned(plane_around(box, domain_set))));
  }
  return blocks;
}

std::optional<Range> of_samples(const Source& source, const DomainSet& domain_set,
                                const Field& field) {
  std::vector<double> all;
  for (const RawBlock& block : samples(source, domain_set, field)) {
    std::vector<double> values(block.cells());
    unpack(field, block, values);
    std::copy_if(values.begin(), values.end(), std::back_inserter(all),
                 [](double value) { return std::isfinite(value); });
  }
  if (all.empty()) return std::nullopt;
  const auto percentile = [&](double share) {
    const std::ptrdiff_t at = std::lround(share * static_cast<double>(all.size() - 1));
    std::nth_element(all.begin(), all.begin() + at, all.end());
    return all[static_cast<std::size_t>(at)];
  };
  const double low = percentile(0.02);
  const double high = percentile(0.98);
  return rounded_outwards(low, high);
}

}  // namespace

std::pair<double, double> rounded_outwards(double low, double high) {
  if (low > high) std::swap(low, high);
  double width = high - low;
  if (!(width > 0)) {
    width = low == 0 ? 1 : std::abs(low) * 0.2;
    low -= width / 2;
    high += width / 2;
  }
  // The step: the 1, 2 or 5 times a power of ten nearest below a tenth of the width.
  const double tenth = width / 10;
  const double power = std::pow(10, std::floor(std::log10(tenth)));
  const double mantissa = tenth / power;
  const double multiple = mantissa >= 5 ? 5 : mantissa >= 2 ? 2 : 1;
  // By integers and a division where the step is a fraction, so that 0.3 prints as 0.3.
  const auto snapped = [&](double value, bool up) {
    const double count = value / (multiple * power);
    // Rounding errors of the division, and never what could be a step.
    const double slack = std::min(1e-9 * std::max(1.0, std::abs(count)), 1e-3);
    const double whole = up ? std::ceil(count - slack) : std::floor(count + slack);
    const double inverse = std::round(1 / power);
    return power < 1 ? whole * multiple / inverse : whole * multiple * power;
  };
  const double a = snapped(low, false), b = snapped(high, true);
  if (!std::isfinite(a) || !std::isfinite(b) || !(a < b)) return {low, high};
  return {a, b};
}

std::pair<double, double> default_colour_range(const Source& source, const DomainSet& domain_set,
                                               const Field& field) {
  if (const auto flags = of_flags(field)) return *flags;
  if (const auto valid = valid_range(field);
      valid && usable(*valid) && !spans_type(field, *valid)) {
    return *valid;
  }
  if (const std::vector<double> actual = field.attributes.numbers("actual_range");
      actual.size() == 2) {
    const Range range{std::min(actual[0], actual[1]), std::max(actual[0], actual[1])};
    if (usable(range)) return range;
  }
  if (const auto usual = usual_range(field.standard_name, field.units)) return *usual;
  try {
    // Integers may be as large as they like; floats beyond all sense are fills that nobody
    // declared.
    if (const auto sampled = of_samples(source, domain_set, field);
        sampled && sampled->first < sampled->second &&
        (usable(*sampled) || is_integer(field.storage))) {
      return *sampled;
    }
  } catch (const Error& error) {
    log(LogLevel::Warning,
        fmt::format("no colour range for '{}' by its values: {}", field.name, error.what()));
  }
  return {0, 1};
}

}  // namespace gyre::coverage
