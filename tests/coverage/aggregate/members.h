#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "coverage/aggregate/aggregate.h"
#include "coverage/base/error.h"
#include "tests/coverage/memory_source.h"

namespace gyre::coverage::testing {

/// Members in memory: what they hold, as the index would know it, and how they are opened.
class Members {
 public:
  /// A file of `times` (in `units`) on a small grid, with v = 100 * value + cell.
  struct File {
    std::string units = "days since 2000-01-01";
    std::vector<double> times;
    std::vector<double> lat = {10, 20};
    ElementType lat_type = ElementType::Float64;
    double v = 0;  ///< of the first step; each next one is one more
    std::string v_name = "v";
    std::string v_units = "K";
    std::string calendar = "standard";
    std::int64_t modified = 1;
    bool bounds = false;
    ElementType type = ElementType::Float32;
    Attributes packing = {};
    std::vector<double> raw = {};  ///< of v, instead
    std::map<std::string, std::string> attributes = {};
    std::map<std::string, double> scalars = {};  ///< hours since 2000-01-01
  };

  static VariableSchema variable(const std::string& name, ElementType type,
                                 std::vector<std::string> dimensions,
                                 std::vector<std::size_t> shape, Attributes list) {
    VariableSchema made;
    made.name = name;
    made.type = type;
    made.dimensions = std::move(dimensions);
    made.shape = std::move(shape);
    made.attributes = std::move(list);
    return made;
  }

  static std::shared_ptr<MemorySource> file(const File& of) {
    auto source = std::make_shared<MemorySource>();
    Attributes time = attributes({{"standard_name", "time"}});
    time.set({"units", ElementType::String, of.units});
    time.set({"calendar", ElementType::String, of.calendar});
    if (of.bounds) time.set({"bounds", ElementType::String, std::string("time_bnds")});
    const std::size_t steps = of.times.size();
    source->add(variable("time", ElementType::Float64, {"time"}, {steps}, time), of.times);
    if (of.bounds) {
      std::vector<double> both;
      for (const double t : of.times) both.insert(both.end(), {t, t + 1});
      source->add(variable("time_bnds", ElementType::Float64, {"time", "nv"}, {steps, 2}, {}),
                  both);
    }
    source->add(variable("lat", of.lat_type, {"lat"}, {of.lat.size()},
                         attributes({{"units", "degrees_north"}})),
                of.lat);
    source->add(variable("lon", ElementType::Float64, {"lon"}, {3},
                         attributes({{"units", "degrees_east"}})),
                std::vector<double>{0, 10, 20});
    for (const auto& [name, value] : of.scalars) {
      Attributes list = attributes({{"units", "hours since 2000-01-01"}});
      if (name.find("reference") != std::string::npos) {
        list.set({"standard_name", ElementType::String, std::string("forecast_reference_time")});
      }
      source->add(variable(name, ElementType::Float64, {}, {}, list), std::vector<double>{value});
    }
    std::vector<double> values = of.raw;
    if (values.empty()) {
      for (std::size_t s = 0; s < steps; ++s) {
        for (std::size_t c = 0; c < of.lat.size() * 3; ++c) {
          values.push_back(100 * (of.v + static_cast<double>(s)) + static_cast<double>(c));
        }
      }
    }
    Attributes list = attributes({});
    list.set({"units", ElementType::String, of.v_units});
    for (const Attribute& one : of.packing) list.set(one);
    source->add(
        variable(of.v_name, of.type, {"time", "lat", "lon"}, {steps, of.lat.size(), 3}, list),
        values);
    for (const auto& [name, value] : of.attributes) {
      source->schema().attributes.set({name, ElementType::String, value});
    }
    source->schema().format = "NetCDF-4";
    return source;
  }

  void add(const std::string& path, const File& of, std::vector<std::string> told = {}) {
    add(path, file(of), of.modified, std::move(told));
  }
  void add(const std::string& path, const std::shared_ptr<MemorySource>& source,
           std::int64_t modified = 1, std::vector<std::string> told = {}) {
    auto record = std::make_shared<HoldingRecord>();
    record->identity.modified_ns = modified;
    record->schema = source->describe();
    for (const VariableSchema& one : record->schema.variables) {
      if (one.shape.size() > 2) continue;
      if (one.type == ElementType::String) {
        record->texts[one.name] = source->read_strings(one.name);
        continue;
      }
      IndexBox all;
      bool empty = false;
      for (const std::size_t extent : one.shape) {
        all.push_back({0, extent});
        empty = empty || extent == 0;
      }
      record->values[one.name] =
          empty ? RawBlock{one.type, one.shape, {}} : source->read(one.name, all);
    }
    sources[path] = source;
    list.push_back({holding_of("/data/" + path, path, record), std::move(told)});
  }
  void add_refused(const std::string& path, const std::string& why) {
    auto record = std::make_shared<HoldingRecord>();
    record->refusal = why;
    list.push_back({holding_of("/data/" + path, path, record), {}});
  }

  [[nodiscard]] Aggregated join(const AggregationRule& rule = {},
                                const aggregation::SchemaChanges& changes = {}) {
    return aggregate(list, rule, changes,
                     [this](const std::shared_ptr<const IndexedHolding>& holding) {
                       ++opened;
                       const auto found = sources.find(holding->relative());
                       if (found == sources.end()) {
                         throw Error(ErrorKind::HoldingChanged, "", "gone");
                       }
                       return found->second;
                     });
  }

  std::vector<aggregation::MemberToJoin> list;
  std::map<std::string, std::shared_ptr<MemorySource>> sources;
  int opened = 0;
};

/// All of a variable, as double.
inline std::vector<double> all_of(const Source& source, const std::string& name) {
  const HoldingSchema schema = source.describe();
  const VariableSchema* const variable = schema.find(name);
  if (variable == nullptr) throw Error(ErrorKind::NoSuchField, name, "no variable " + name);
  IndexBox box;
  for (const std::size_t extent : variable->shape) box.push_back({0, extent});
  const RawBlock block = source.read(name, box);
  std::vector<double> values;
  with_type(block.type, [&](auto zero) {
    for (const auto one : block.as<decltype(zero)>()) values.push_back(static_cast<double>(one));
  });
  return values;
}

}  // namespace gyre::coverage::testing
