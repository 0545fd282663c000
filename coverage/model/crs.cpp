#include "coverage/model/crs.h"

#include <array>
#include <map>
#include <mutex>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "coverage/base/error.h"
#include "coverage/model/crs_user_input.h"
#include "coverage/model/proj_handles.h"

namespace gyre::coverage {

struct Crs::Description {
  std::optional<std::string> authority_code;
  std::string name, wkt2, definition, hash, uom;
  bool geographic = false, rotated_pole = false, swapped = false;
  double metres_per_unit = 0;
  std::vector<std::string> axis_labels;
  std::optional<std::vector<double>> area_of_use;
};

namespace {

using proj::Object;

std::string wkt_of(PJ_CONTEXT* context, const PJ* crs, PJ_WKT_TYPE type) {
  static constexpr std::array<const char*, 2> kOneLine{"MULTILINE=NO", nullptr};
  const char* text = proj_as_wkt(context, crs, type, kOneLine.data());
  return text == nullptr ? std::string() : std::string(text);
}

/// FNV-1a: names a CRS for good, whatever the platform.
std::string hash_of(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return fmt::format("{:016x}", hash);
}

struct AxisInfo {
  std::string name, abbreviation, unit;
  double unit_factor = 1;
};

std::vector<AxisInfo> axes_of(PJ_CONTEXT* context, const PJ* crs) {
  std::vector<AxisInfo> axes;
  const Object system(proj_crs_get_coordinate_system(context, crs));
  const int count = system ? proj_cs_get_axis_count(context, system.get()) : 0;
  for (int i = 0; i < count; ++i) {
    const char* name = nullptr;
    const char* abbreviation = nullptr;
    const char* unit = nullptr;
    double factor = 1;
    if (proj_cs_get_axis_info(context, system.get(), i, &name, &abbreviation, nullptr, &factor,
                              &unit, nullptr, nullptr) == 0) {
      continue;
    }
    std::string short_name = abbreviation == nullptr ? "" : abbreviation;
    std::erase_if(short_name, [](char c) { return c == '(' || c == ')'; });
    axes.push_back({name == nullptr ? "" : name, short_name, unit == nullptr ? "" : unit, factor});
  }
  return axes;
}

/// UCUM's symbol of a unit of length or angle; the name PROJ has for it when UCUM has none.
std::string uom_of(const std::string& unit) {
  static const std::map<std::string, std::string, std::less<>> kSymbols{
      {"degree", "deg"}, {"metre", "m"},  {"kilometre", "km"},
      {"radian", "rad"}, {"grad", "gon"}, {"US survey foot", "[ft_us]"},
      {"foot", "[ft_i]"}};
  const auto found = kSymbols.find(unit);
  return found == kSymbols.end() ? unit : found->second;
}

/// EPSG or OGC entry that is the same CRS in everything but the name and the order of axes.
/// PROJ gives 100 % to equal names only, which no CF file has; so its candidates are compared in
/// full: datum, method, every parameter, unit and direction.
std::optional<std::string> identify(PJ_CONTEXT* context, const PJ* crs) {
  const Object own(proj_normalize_for_visualization(context, crs));
  if (!own) return std::nullopt;
  for (const char* authority : {"EPSG", "OGC"}) {
    int* confidences = nullptr;
    PJ_OBJ_LIST* list = proj_identify(context, crs, authority, nullptr, &confidences);
    std::optional<std::string> found;
    const int count = list == nullptr ? 0 : proj_list_get_count(list);
    for (int i = 0; i < count; ++i) {
      if (confidences[i] < 70) continue;
      const Object candidate(proj_list_get(context, list, i));
      const Object other(proj_normalize_for_visualization(context, candidate.get()));
      if (!other || proj_is_deprecated(candidate.get()) != 0) continue;
      if (proj_is_equivalent_to_with_ctx(context, own.get(), other.get(), PJ_COMP_EQUIVALENT) == 0)
        continue;
      const char* code = proj_get_id_code(candidate.get(), 0);
      if (code == nullptr) continue;
      // Of two entries that differ in the order of axes alone, the one in x, y order.
      const bool same_order =
          proj_is_equivalent_to_with_ctx(context, crs, candidate.get(), PJ_COMP_EQUIVALENT) != 0;
      if (!found || same_order) found = fmt::format("{}:{}", authority, code);
      if (same_order) break;
    }
    proj_int_list_destroy(confidences);
    proj_list_destroy(list);
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<std::vector<double>> area_of(PJ_CONTEXT* context, const PJ* crs) {
  double west = 0;
  double south = 0;
  double east = 0;
  double north = 0;
  if (proj_get_area_of_use(context, crs, &west, &south, &east, &north, nullptr) == 0 ||
      west < -999 || south < -999) {
    return std::nullopt;
  }
  return std::vector<double>{west, south, east, north};
}

[[noreturn]] void not_supported(std::string_view text) {
  throw Error(ErrorKind::CrsNotSupported, std::string(text),
              fmt::format("There is no coordinate reference system '{}' here; write EPSG:<code> or "
                          "OGC:CRS84, or the same as a URN or an http://www.opengis.net/def/crs/ "
                          "address.",
                          text.substr(0, 200)));
}

/// What was made of a text once is not made again: identifying takes tens of milliseconds.
/// Bounded, so that no series of requests fills it.
template <typename Value>
class Memo {
 public:
  template <typename Make>
  std::shared_ptr<const Value> get(const std::string& key, Make&& make) {
    {
      const std::lock_guard lock(mutex_);
      const auto found = values_.find(key);
      if (found != values_.end()) return found->second;
    }
    std::shared_ptr<const Value> made = make();
    const std::lock_guard lock(mutex_);
    if (values_.size() >= kMost) values_.clear();
    values_.emplace(key, made);
    return made;
  }

 private:
  static constexpr std::size_t kMost = 512;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Value>, std::less<>> values_;
};

}  // namespace

namespace {

/// Fills everything that PROJ can tell of `crs`; `Description` is Crs's own, hence the template.
template <typename Description>
std::shared_ptr<const Description> describe(PJ_CONTEXT* context, const PJ* crs,
                                            const std::string& definition,
                                            const std::optional<std::string>& code) {
  auto out = std::make_shared<Description>();
  out->definition = definition;
  out->authority_code = code;
  out->wkt2 = wkt_of(context, crs, PJ_WKT2_2019);
  if (out->wkt2.empty()) return nullptr;
  out->hash = hash_of(out->wkt2);
  const char* name = proj_get_name(crs);
  out->name = name == nullptr ? "unknown" : name;
  Object base;  // of a CRS with a shift to WGS 84 attached, the CRS
  if (proj_get_type(crs) == PJ_TYPE_BOUND_CRS) {
    base.reset(proj_get_source_crs(context, crs));
    crs = base.get();
  }
  const bool degrees = proj_get_type(crs) == PJ_TYPE_GEOGRAPHIC_2D_CRS;
  const Object conversion(degrees ? proj_crs_get_coordoperation(context, crs) : nullptr);
  out->rotated_pole = degrees && conversion != nullptr;
  out->geographic = degrees && !out->rotated_pole;

  const std::vector<AxisInfo> axes = axes_of(context, crs);
  const Object x_first(proj_normalize_for_visualization(context, crs));
  if (axes.size() != 2 || !x_first) return nullptr;
  const std::vector<AxisInfo> ordered = axes_of(context, x_first.get());
  out->swapped = ordered.size() == 2 && ordered[0].name != axes[0].name;
  out->uom = uom_of(axes[0].unit);
  out->metres_per_unit = degrees ? 0 : axes[0].unit_factor;
  if (degrees) {
    out->axis_labels = {"Long", "Lat"};
  } else if (ordered.size() == 2 && ordered[0].abbreviation == "X") {
    out->axis_labels = {"X", "Y"};
  } else {
    out->axis_labels = {"E", "N"};
  }
  out->area_of_use = area_of(context, crs);
  return out;
}

}  // namespace

Crs::Crs(std::shared_ptr<const Description> description) : description_(std::move(description)) {}

Crs::Crs() {
  static const Crs wgs84 = from_user_input("EPSG:4326");
  description_ = wgs84.description_;
}

Crs Crs::from_user_input(std::string_view text) {
  const auto code = authority_code_of(text);
  if (!code) not_supported(text);
  static Memo<Description> known;
  const auto description = known.get(*code, [&]() -> std::shared_ptr<const Description> {
    const auto context = proj::thread_context();
    const Object crs = proj::horizontal_crs(context.get(), *code);
    if (!crs) return nullptr;
    return describe<Description>(context.get(), crs.get(), *code, *code);
  });
  if (!description) not_supported(text);
  return Crs(description);
}

Crs Crs::from_definition(const std::string& definition) {
  static Memo<Description> known;
  const auto description = known.get(definition, [&]() -> std::shared_ptr<const Description> {
    const auto context = proj::thread_context();
    const Object crs = proj::horizontal_crs(context.get(), definition);
    if (!crs) return nullptr;
    if (const auto code = identify(context.get(), crs.get())) {
      const Object registered = proj::horizontal_crs(context.get(), *code);
      if (registered) return describe<Description>(context.get(), registered.get(), *code, *code);
    }
    return describe<Description>(context.get(), crs.get(), definition, std::nullopt);
  });
  if (!description) {
    throw Error(ErrorKind::CrsNotSupported, definition.substr(0, 200),
                "The definition describes no two-dimensional geographic or projected coordinate "
                "reference system.");
  }
  return Crs(description);
}

const std::optional<std::string>& Crs::authority_code() const {
  return description_->authority_code;
}
const std::string& Crs::name() const { return description_->name; }
const std::string& Crs::wkt2() const { return description_->wkt2; }
const std::string& Crs::hash() const { return description_->hash; }
bool Crs::is_geographic() const { return description_->geographic; }
bool Crs::is_rotated_pole() const { return description_->rotated_pole; }
bool Crs::axes_swapped() const { return description_->swapped; }
const std::string& Crs::uom() const { return description_->uom; }
double Crs::metres_per_unit() const { return description_->metres_per_unit; }
const std::vector<std::string>& Crs::axis_labels() const { return description_->axis_labels; }
std::string Crs::proj_definition() const { return description_->definition; }
std::optional<std::vector<double>> Crs::area_of_use() const { return description_->area_of_use; }

std::optional<double> Crs::projection_parameter(std::string_view name) const {
  const auto context = proj::thread_context();
  const Object crs = proj::horizontal_crs(context.get(), description_->definition);
  const Object conversion(crs ? proj_crs_get_coordoperation(context.get(), crs.get()) : nullptr);
  const int count =
      conversion ? proj_coordoperation_get_param_count(context.get(), conversion.get()) : 0;
  for (int i = 0; i < count; ++i) {
    const char* parameter = nullptr;
    double value = 0;
    double factor = 1;
    if (proj_coordoperation_get_param(context.get(), conversion.get(), i, &parameter, nullptr,
                                      nullptr, &value, nullptr, &factor, nullptr, nullptr, nullptr,
                                      nullptr) != 0 &&
        parameter != nullptr && name == parameter) {
      return value * factor;
    }
  }
  return std::nullopt;
}

Crs Crs::in_unit(const std::string& unit, double metres) const {
  nlohmann::json whole = nlohmann::json::parse(projjson());
  nlohmann::json& crs = whole.contains("source_crs") ? whole["source_crs"] : whole;
  if (metres_per_unit() == 0 || !crs.contains("coordinate_system")) not_supported(name());
  for (nlohmann::json& axis : crs["coordinate_system"]["axis"]) {
    axis["unit"] = {{"type", "LinearUnit"}, {"name", unit}, {"conversion_factor", metres}};
  }
  crs.erase("id");  // an authority's entry has the authority's unit
  return from_definition(whole.dump());
}

std::string Crs::wkt1() const {
  const auto context = proj::thread_context();
  const Object crs = proj::horizontal_crs(context.get(), description_->definition);
  return wkt_of(context.get(), crs.get(), PJ_WKT1_GDAL);
}

std::string Crs::projjson() const {
  const auto context = proj::thread_context();
  const Object crs = proj::horizontal_crs(context.get(), description_->definition);
  static constexpr std::array<const char*, 2> kOptions{"MULTILINE=NO", nullptr};
  const char* text = proj_as_projjson(context.get(), crs.get(), kOptions.data());
  return text == nullptr ? std::string() : std::string(text);
}

bool Crs::operator==(const Crs& other) const {
  return description_ == other.description_ || description_->wkt2 == other.description_->wkt2;
}

}  // namespace gyre::coverage
