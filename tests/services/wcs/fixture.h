#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coverage/base/clock.h"
#include "coverage/metadata/description.h"
#include "services/ows/context.h"
#include "services/wcs/service.h"
#include "tests/coverage/memory_source.h"

namespace gyre::wcs::testing {

using namespace coverage::testing;

/// A field with its values, row-major, as stored.
struct FieldSpec {
  coverage::Field field;
  std::vector<double> values;
};

inline coverage::Field float_field(std::string name) {
  coverage::Field field;
  field.name = std::move(name);
  field.units = "K";
  field.missing.fills = {coverage::Scalar{-999.0}};
  return field;
}

/// One dataset of one coverage in memory.
inline std::shared_ptr<const coverage::Dataset> make_dataset(const std::string& id,
                                                             std::vector<coverage::Axis> axes,
                                                             std::vector<FieldSpec> fields,
                                                             const std::string& native_format) {
  auto source = std::make_shared<MemorySource>();
  std::vector<std::string> dimensions;
  std::vector<std::size_t> shape;
  for (const coverage::Axis& axis : axes) {
    if (axis.is_scalar()) continue;
    dimensions.push_back(axis.data().dimension);
    shape.push_back(axis.size());
  }
  auto dataset = std::make_shared<coverage::Dataset>();
  coverage::Coverage coverage{
      id, coverage::DomainSet(std::move(axes), coverage::Crs(), ""), {}, {}};
  for (FieldSpec& spec : fields) {
    coverage::VariableSchema schema;
    schema.name = spec.field.name;
    schema.type = spec.field.storage;
    schema.dimensions = dimensions;
    schema.shape = shape;
    source->add(schema, spec.values);
    coverage.fields.push_back(spec.field);
  }
  auto description = std::make_shared<coverage::Description>();
  description->title.set("", "Title of " + id);
  description->title.set("fr", "Titre de " + id);
  description->abstract = coverage::LocalizedText("About <it> & more");
  description->keywords = {"ocean"};
  dataset->id = id;
  dataset->coverages = {coverage};
  dataset->source = source;
  dataset->description = description;
  dataset->native_format = native_format;
  return dataset;
}

/// Everything an operation needs, over the given datasets.
class Server {
 public:
  explicit Server(std::vector<std::shared_ptr<const coverage::Dataset>> datasets,
                  std::uint64_t generation = 7) {
    auto identity = std::make_shared<ows::ServiceIdentity>();
    identity->languages = {"en", "fr"};
    context_.request_id = "00000000000000000000000000000001";
    context_.language = "en";
    context_.base_url = "http://gyre.test";
    context_.service_url = "http://gyre.test/wcs";
    context_.clock = &clock_;
    context_.identity = identity;
    context_.catalogue = std::make_shared<const coverage::Catalogue>(
        std::move(datasets), std::vector<coverage::NotServed>{}, generation);
  }

  /// As the dispatcher does: what the operation throws becomes this service's refusal.
  [[nodiscard]] http::Response get(const std::string& query) const {
    http::Request request;
    request.path = "/wcs";
    request.query = query;
    return answer(request, "");
  }
  [[nodiscard]] http::Response post(const std::string& body) const {
    http::Request request;
    request.method = http::Method::Post;
    request.path = "/wcs";
    request.body = body;
    return answer(request, "");
  }
  [[nodiscard]] http::Response definition(const std::string& path,
                                          const std::string& accept) const {
    http::Request request;
    request.path = "/def/" + path;
    request.headers = {{"accept", accept}};
    return answer(request, path);
  }
  ows::Context& context() { return context_; }

 private:
  [[nodiscard]] http::Response answer(const http::Request& request, const std::string& rest) const {
    try {
      return service_.handle(request, rest, context_);
    } catch (const std::exception& error) {
      return service_.refuse(error, request, context_);
    }
  }

  coverage::FixedClock clock_{1704067200000000};
  ows::Context context_;
  WcsService service_;
};

inline std::string text_of(const http::Response& response) {
  if (const auto* text = response.text()) return *text;
  return {};
}

}  // namespace gyre::wcs::testing
