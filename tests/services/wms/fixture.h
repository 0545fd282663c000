#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coverage/base/clock.h"
#include "coverage/metadata/description.h"
#include "services/ows/context.h"
#include "services/wms/service.h"
#include "tests/coverage/memory_source.h"

namespace gyre::wms::testing {

using namespace coverage::testing;

struct FieldSpec {
  coverage::Field field;
  std::vector<double> values;  ///< row-major, as stored
  std::pair<double, double> range{0, 100};
};

inline coverage::Field float_field(std::string name, std::string standard_name, std::string units) {
  coverage::Field field;
  field.name = std::move(name);
  field.standard_name = std::move(standard_name);
  field.units = std::move(units);
  field.missing.fills = {coverage::Scalar{-999.0}};
  return field;
}

/// One dataset of one coverage in memory.
inline std::shared_ptr<const coverage::Dataset> make_dataset(
    const std::string& id, std::vector<coverage::Axis> axes, std::vector<FieldSpec> fields,
    const coverage::Crs& crs = coverage::Crs()) {
  auto source = std::make_shared<MemorySource>();
  std::vector<std::string> dimensions;
  std::vector<std::size_t> shape;
  for (const coverage::Axis& axis : axes) {
    if (axis.is_scalar()) continue;
    dimensions.push_back(axis.data().dimension);
    shape.push_back(axis.size());
  }
  auto dataset = std::make_shared<coverage::Dataset>();
  coverage::Coverage made{id, coverage::DomainSet(std::move(axes), crs, ""), {}, {}};
  for (const FieldSpec& spec : fields) {
    coverage::VariableSchema schema;
    schema.name = spec.field.name;
    schema.type = spec.field.storage;
    schema.dimensions = dimensions;
    schema.shape = shape;
    source->add(schema, spec.values);
    made.fields.push_back(spec.field);
    made.colour_ranges.push_back(spec.range);
  }
  auto description = std::make_shared<coverage::Description>();
  description->title = coverage::LocalizedText("Title of <" + id + ">");
  description->title.set("fr", "Titre de " + id);
  description->keywords = {"ocean"};
  description->institution = "Institute & Co";
  description->geographic = coverage::geographic_envelope(made.domain_set);
  dataset->id = id;
  dataset->coverages = {made};
  dataset->source = source;
  dataset->description = description;
  return dataset;
}

inline coverage::Axis depth_axis(std::vector<double> centres) {
  coverage::AxisData data;
  data.label = data.dimension = "depth";
  data.role = coverage::AxisRole::Vertical;
  data.uom = "m";
  data.positive_down = true;
  data.type = coverage::ElementType::Float32;
  data.centres = std::move(centres);
  return coverage::Axis(std::move(data));
}

/// "2024-01-03T12:00:00Z": among the steps of the forecast below.
inline constexpr std::int64_t kNow = 1704283200000000;

/// forecast: temperature and ice class on 6 daily steps, 2 depths, a global 10 degree grid of
/// 0..360. The temperature is (column + 0.25) at the surface on the first day, 36 more each level,
/// 72 more each day; the southernmost row is missing.
inline std::shared_ptr<const coverage::Dataset> make_forecast() {
  std::vector<double> temperature, classes;
  for (int t = 0; t < 6; ++t) {
    for (int z = 0; z < 2; ++z) {
      for (int y = 0; y < 18; ++y) {
        for (int x = 0; x < 36; ++x) {
          temperature.push_back(y == 0 ? -999 : t * 72 + z * 36 + x + 0.25);
          classes.push_back((x / 9) % 3 + 1);
        }
      }
    }
  }
  coverage::Field surface = float_field("class", "", "");
  surface.storage = surface.declared = coverage::ElementType::Int8;
  surface.missing.fills = {coverage::Scalar{std::int64_t{-1}}};
  surface.flags = {coverage::Flag{1, std::nullopt, "open_water"},
                   coverage::Flag{2, std::nullopt, "first_year_ice"},
                   coverage::Flag{3, std::nullopt, "land"}};
  return make_dataset(
      "forecast",
      {time_axis("days since 2024-01-01 12:00", every(0, 1, 6)),
       depth_axis({0.49402499198913574, 10}), latitude_axis(every(-85, 10, 18)),
       longitude_axis(every(5, 10, 36))},
      {{float_field("thetao", "sea_water_temperature", "degC"), temperature, {0, 400}},
       {surface, classes, {1, 3}}});
}

/// Without any dimension; values count from 0 in the north-west.
inline std::shared_ptr<const coverage::Dataset> make_local() {
  return make_dataset(
      "local", {latitude_axis({51, 50}), longitude_axis({-2, -1, 0})},
      {{float_field("u", "eastward_sea_water_velocity", "m s-1"), {0, 1, 2, 3, 4, -999}, {-1, 4}}});
}

/// Everything an operation needs, over the given datasets.
class Server {
 public:
  Server() : Server({make_forecast(), make_local()}) {}
  explicit Server(std::vector<std::shared_ptr<const coverage::Dataset>> datasets) {
    context_.language = "en";
    context_.base_url = "http://gyre.test";
    context_.service_url = "http://gyre.test/wms";
    context_.clock = &clock_;
    context_.identity = std::make_shared<ows::ServiceIdentity>();
    context_.catalogue = std::make_shared<const coverage::Catalogue>(
        std::move(datasets), std::vector<coverage::NotServed>{}, 7);
  }

  /// As the dispatcher does: what the operation throws becomes this service's refusal.
  [[nodiscard]] http::Response get(const std::string& query) const {
    http::Request request;
    request.path = "/wms";
    request.query = query;
    try {
      return service_.handle(request, "", context_);
    } catch (const std::exception& error) {
      return service_.refuse(error, request, context_);
    }
  }
  ows::Context& context() { return context_; }

 private:
  coverage::FixedClock clock_{kNow};
  ows::Context context_;
  WmsService service_;
};

inline std::string text_of(const http::Response& response) {
  if (const auto* text = response.text()) return *text;
  return {};
}

inline std::vector<std::string> headers_of(const http::Response& response,
                                           const std::string& name) {
  std::vector<std::string> values;
  for (const auto& [key, value] : response.headers) {
    if (key == name) values.push_back(value);
  }
  return values;
}

/// The code of a service exception; empty when the answer is none.
inline std::string code_of(const http::Response& response) {
  const std::string text = text_of(response);
  const std::size_t at = text.find("<ServiceException ");
  if (at == std::string::npos) return {};
  const std::size_t from = text.find("code=\"", at) + 6;
  return text.substr(from, text.find('"', from) - from);
}

}  // namespace gyre::wms::testing
