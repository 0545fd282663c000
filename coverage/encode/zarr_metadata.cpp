#include "coverage/encode/zarr_metadata.h"

#include <cmath>
#include <variant>

#include <fmt/format.h>

#include "coverage/metadata/plain_text.h"

namespace gyre::coverage {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

template <typename T>
Json element(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return utf8_text(value);
  } else if constexpr (std::is_same_v<T, double>) {
    return number(value);
  } else {
    return value;
  }
}

Json list_json(const std::string& text, bool /*finite*/) { return utf8_text(text); }

/// A list of one is the one, as netCDF readers have it.
template <typename T>
Json list_json(const std::vector<T>& values, bool finite) {
  Json list = Json::array();
  for (const T& value : values) {
    if constexpr (std::is_same_v<T, double>) {
      if (finite && std::isnan(value)) continue;
    }
    list.push_back(element(value));
  }
  return values.size() == 1 && list.size() == 1 ? list[0] : list;
}

Json fill_value(const PlannedVariable& planned, const View& view) {
  if (planned.type == ElementType::String) return nullptr;
  if (const Attribute* const fill = planned.attributes.find("_FillValue")) {
    return std::visit([](const auto& value) { return list_json(value, false); }, fill->value);
  }
  if (!planned.field || planned.attributes.has("missing_value")) return nullptr;
  const auto& fills = view.field(*planned.field).missing.fills;
  if (fills.empty()) return nullptr;
  return std::visit([](auto value) { return element(value); }, fills.front());
}

}  // namespace

std::string utf8_text(const std::string& text) {
  try {
    static_cast<void>(Json(text).dump());
  } catch (const Json::type_error&) {
    return plain_text(text);
  }
  return text;
}

std::string zarr_dtype(ElementType type) {
  return with_type(type, [](auto zero) {
    using T = decltype(zero);
    const char kind = std::is_floating_point_v<T> ? 'f' : std::is_signed_v<T> ? 'i' : 'u';
    return fmt::format("{}{}{}", sizeof(T) == 1 ? '|' : '<', kind, sizeof(T));
  });
}

Json zarr_array_document(const PlannedVariable& planned, const View& view, const ZarrForm& form) {
  Json document;
  document["zarr_format"] = 2;
  document["shape"] = planned.shape;
  document["chunks"] = form.chunks;
  document["dtype"] = form.dtype;
  document["compressor"] = form.deflated ? Json{{"id", "zlib"}, {"level", 1}} : Json();
  document["fill_value"] = fill_value(planned, view);
  document["order"] = "C";
  document["filters"] = form.shuffled > 0
                            ? Json::array({Json{{"id", "shuffle"}, {"elementsize", form.shuffled}}})
                            : Json();
  return document;
}

Json zarr_attributes_document(const Attributes& attributes,
                              const std::vector<std::string>* dimensions) {
  Json document = Json::object();
  if (dimensions != nullptr) document["_ARRAY_DIMENSIONS"] = *dimensions;
  for (const Attribute& attribute : attributes) {
    if (dimensions != nullptr && attribute.name == "_FillValue") continue;  // the array's own
    const bool missing = attribute.name == "missing_value";
    Json value =
        std::visit([&](const auto& all) { return list_json(all, missing); }, attribute.value);
    if (missing && value.is_array() && value.empty()) continue;
    document[attribute.name] = std::move(value);
  }
  return document;
}

}  // namespace gyre::coverage
