#include "coverage/encode/geotiff_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "coverage/base/error.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kMostBands = 65535;  // SamplesPerPixel is a 16-bit tag

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorKind::EncodingRefused, "FORMAT", why);
}

// ---- type and nodata --------------------------------------------------------------------------

/// Widely read sample types, smallest first.
constexpr std::array<ElementType, 8> kTypes{
    ElementType::UInt8,  ElementType::Int16,   ElementType::UInt16, ElementType::Int32,
    ElementType::UInt32, ElementType::Float32, ElementType::Int64,  ElementType::Float64};

struct Limits {
  long double low, high;
};

/// All integers that a type holds exactly and without gaps.
Limits whole_numbers(ElementType type) {
  if (type == ElementType::Float32) return {-16777216.0L, 16777216.0L};
  if (type == ElementType::Float64) return {-9007199254740992.0L, 9007199254740992.0L};
  return with_type(type, [](auto zero) {
    using T = decltype(zero);
    return Limits{static_cast<long double>(std::numeric_limits<T>::lowest()),
                  static_cast<long double>(std::numeric_limits<T>::max())};
  });
}

bool holds(ElementType wide, ElementType narrow) {
  if (wide == narrow) return true;
  if (is_float(narrow)) return wide == ElementType::Float64;
  const Limits outer = whole_numbers(wide);
  const Limits inner = whole_numbers(narrow);
  return outer.low <= inner.low && outer.high >= inner.high;
}

/// Values are long double here: it holds every double and every 64-bit integer.
bool holds_value(ElementType type, long double value) {
  if (std::isnan(value)) return is_float(type);
  if (type == ElementType::Float64) return static_cast<double>(value) == value;
  if (type == ElementType::Float32) return static_cast<float>(value) == value;
  const Limits limits = whole_numbers(type);
  return value == std::floor(value) && value >= limits.low && value <= limits.high;
}

/// Could `value` be a valid sample of the field?
bool could_be_data(const Field& field, long double value) {
  if (!holds_value(field.storage, value)) return false;
  const RawBlock one = with_type(field.storage, [&](auto zero) {
    using T = decltype(zero);
    RawBlock block{field.storage, {1}, Bytes(sizeof(T))};
    block.as<T>()[0] = static_cast<T>(value);
    return block;
  });
  std::uint8_t missing = 0;
  find_missing(field, one, {&missing, 1});
  return missing == 0;
}

bool declares_missing(const Field& field) {
  return field.attributes.has("_FillValue") || field.attributes.has("missing_value");
}

bool may_be_missing(const Field& field) {
  return !field.missing.fills.empty() || field.missing.valid_min || field.missing.valid_max ||
         is_float(field.storage);
}

/// Values to say "missing" with, the files' own first.
std::vector<long double> candidates(const View& view, ElementType type) {
  std::vector<long double> values;
  for (const bool declared : {true, false}) {
    for (std::size_t k = 0; k < view.field_count(); ++k) {
      const Field& field = view.field(k);
      if (declares_missing(field) != declared) continue;
      if (!declared && is_float(type)) continue;  // netCDF's default fill: NaN says it better
      for (const Scalar& fill : field.missing.fills)
        values.push_back(std::visit([](auto raw) { return static_cast<long double>(raw); }, fill));
    }
  }
  if (is_float(type)) {
    values.push_back(std::numeric_limits<double>::quiet_NaN());
  } else {
    const Limits limits = whole_numbers(type);
    values.push_back(limits.low);
    values.push_back(limits.high);
  }
  return values;
}

void choose_type(const View& view, GeotiffLayout& layout) {
  bool needs_nodata = false;
  for (std::size_t k = 0; k < view.field_count(); ++k)
    needs_nodata = needs_nodata || may_be_missing(view.field(k));
  bool held = false;
  for (const ElementType type : kTypes) {
    bool all = true;
    for (std::size_t k = 0; k < view.field_count(); ++k)
      all = all && holds(type, view.field(k).storage);
    if (!all) continue;
    held = true;
    layout.type = type;
    if (!needs_nodata) return;
    for (const long double value : candidates(view, type)) {
      if (!holds_value(type, value)) continue;
      bool is_free = true;
      for (std::size_t k = 0; k < view.field_count(); ++k)
        is_free = is_free && !could_be_data(view.field(k), value);
      if (!is_free) continue;
      layout.nodata = value;
      return;
    }
  }
  if (held) refuse("No value is free to mark what is missing: ask for NetCDF, or fewer fields.");
  if (view.field_count() == 1) {
    refuse(fmt::format("No sample type of GeoTIFF holds {} exactly: ask for NetCDF.",
                       name_of(view.field(0).storage)));
  }
  refuse(
      "No sample type of GeoTIFF holds all these fields exactly: ask for fewer of them by "
      "RANGESUBSET, or for NetCDF.");
}

// ---- place ------------------------------------------------------------------------------------

/// The step between cells of the answer, as they run; absent when they are not evenly spaced.
std::optional<double> step_of(const ViewAxis& view) {
  if (view.centres.size() == 1) {
    const Axis::Interval cell = view.axis->footprint(view.source[0]);
    if (cell.high > cell.low) return cell.high - cell.low;
    return std::nullopt;
  }
  AxisData data;
  data.label = view.axis->label();
  data.type = view.axis->data().type;
  data.centres = view.centres;
  if (!Axis(data).regular_step()) return std::nullopt;
  return (view.centres.back() - view.centres.front()) /
         static_cast<double>(view.centres.size() - 1);
}

void place(const View& view, GeotiffLayout& layout) {
  const DomainSet& domain_set = view.coverage().domain_set;
  if (domain_set.geometry() != nullptr) {
    refuse(
        domain_set.geometry()->on_one_axis()
            ? "The values lie on an unstructured mesh, which GeoTIFF cannot say: ask for NetCDF, "
              "or for a regular grid with OUTPUTCRS."
            : "The grid lies on two-dimensional coordinates, which GeoTIFF cannot say: ask for "
              "NetCDF, or for a regular grid with OUTPUTCRS.");
  }
  const ViewAxis& x = view.axes()[domain_set.x()];
  const ViewAxis& y = view.axes()[domain_set.y()];
  std::optional<double> across = step_of(x);
  std::optional<double> along = step_of(y);
  for (const auto& [axis, step] : {std::pair{&x, across}, std::pair{&y, along}}) {
    if (step || axis->centres.size() == 1) continue;
    refuse(fmt::format(
        "Axis '{}' is not evenly spaced here, which GeoTIFF cannot say: ask for NetCDF, or trim "
        "or slice it to an evenly spaced part.",
        axis->axis->label()));
  }
  // A single sample without bounds takes the width of the other axis.
  if (!across && along) across = std::abs(*along);
  if (!along && across) along = std::abs(*across);
  if (!across || !along) {
    refuse("A single point without bounds has no extent to georeference: ask for NetCDF.");
  }
  layout.width = x.centres.size();
  layout.height = y.centres.size();
  layout.flip_x = *across < 0;
  layout.flip_y = *along > 0 && y.centres.size() > 1;
  const double west = std::min(x.centres.front(), x.centres.back()) - std::abs(*across) / 2;
  const double north = std::max(y.centres.front(), y.centres.back()) + std::abs(*along) / 2;
  layout.geotransform = {west, std::abs(*across), 0, north, 0, -std::abs(*along)};
}

// ---- bands ------------------------------------------------------------------------------------

int band_rank(AxisRole role) {
  switch (role) {
    case AxisRole::Member:
      return 0;
    case AxisRole::ReferenceTime:
      return 1;
    case AxisRole::Time:
      return 2;
    case AxisRole::Vertical:
      return 3;
    default:
      return 4;
  }
}

std::string position_of(const ViewAxis& view, std::size_t i) {
  const AxisData& data = view.axis->data();
  if (!data.names.empty()) return data.names[view.source[i]];
  if (view.axis->is_time()) return data.instants[view.source[i]].iso8601();
  if (data.type == ElementType::Float32)
    return fmt::format("{}", static_cast<float>(view.centres[i]));
  return fmt::format("{}", view.centres[i]);
}

void list_bands(const View& view, GeotiffLayout& layout) {
  const DomainSet& domain_set = view.coverage().domain_set;
  std::vector<std::size_t> order;  // axes that make bands, slowest first
  for (std::size_t a = 0; a < view.axes().size(); ++a) {
    if (a != domain_set.x() && a != domain_set.y()) order.push_back(a);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return band_rank(view.axes()[a].axis->role()) < band_rank(view.axes()[b].axis->role());
  });
  long double count = static_cast<long double>(view.field_count());
  for (const std::size_t a : order)
    count *= static_cast<long double>(view.axes()[a].centres.size());
  if (count > static_cast<long double>(kMostBands)) {
    refuse(fmt::format(
        "The result would have {} bands; GeoTIFF has at most {}: trim or slice an axis, or ask for "
        "NetCDF.",
        static_cast<double>(count), kMostBands));
  }
  for (std::size_t k = 0; k < view.field_count(); ++k) {
    std::vector<std::size_t> at(view.axes().size(), 0);
    for (bool more = true; more;) {
      GeotiffBand band{k, at, view.field(k).name, {}};
      for (const std::size_t a : order) {
        const ViewAxis& axis = view.axes()[a];
        band.metadata.emplace_back(axis.axis->label(), position_of(axis, at[a]));
        if (axis.centres.size() > 1)
          band.description += fmt::format(" {}={}", axis.axis->label(), position_of(axis, at[a]));
      }
      layout.bands.push_back(std::move(band));
      more = false;
      for (std::size_t d = order.size(); d-- > 0;) {
        if (++at[order[d]] < view.axes()[order[d]].centres.size()) {
          more = true;
          break;
        }
        at[order[d]] = 0;
      }
    }
  }
}

}  // namespace

GeotiffLayout lay_out_geotiff(const View& view) {
  GeotiffLayout layout;
  place(view, layout);
  constexpr std::size_t kMost = std::numeric_limits<std::int32_t>::max();
  if (layout.width > kMost || layout.height > kMost)
    refuse("The raster has more rows or columns than GeoTIFF can count: trim it.");
  choose_type(view, layout);
  list_bands(view, layout);
  return layout;
}

}  // namespace gyre::coverage
