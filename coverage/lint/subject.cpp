#include "coverage/lint/subject.h"

#include <algorithm>
#include <set>

#include "coverage/base/error.h"
#include "coverage/cf/coordinate_axis.h"
#include "coverage/cf/packing.h"

namespace gyre::coverage::lint {
namespace {

constexpr std::size_t kMostNumbers = std::size_t{8} << 20;

std::size_t cells_of(const VariableSchema& variable) {
  std::size_t cells = 1;
  for (const std::size_t extent : variable.shape) {
    if (extent != 0 && cells > kMostNumbers * 16 / extent) return kMostNumbers * 16;
    cells *= extent;
  }
  return cells;
}

IndexBox whole(const VariableSchema& variable) {
  IndexBox box;
  for (const std::size_t extent : variable.shape) box.push_back({0, extent});
  return box;
}

RawBlock block_of(const HoldingRecord& record, const Source* source,
                  const VariableSchema& variable) {
  const auto kept = record.values.find(variable.name);
  if (kept != record.values.end()) return kept->second;
  if (source == nullptr || cells_of(variable) > 16 * kMostNumbers - 1) {
    throw Error(ErrorKind::TooLarge, variable.name,
                "its coordinate '" + variable.name + "' is too large");
  }
  return source->read(variable.name, whole(variable));
}

Interpretation meaning_of(const HoldingRecord& record, const Source* source) {
  if (!record.refusal.empty()) return {};
  CoordinateReader reader;
  reader.numbers = [&](const std::string& name) {
    const VariableSchema* const variable = record.schema.find(name);
    if (variable == nullptr) {
      throw Error(ErrorKind::MalformedHolding, name,
                  "it refers to a variable '" + name + "' that it does not have");
    }
    return block_of(record, source, *variable);
  };
  reader.strings = [&](const std::string& name) {
    const auto kept = record.texts.find(name);
    if (kept != record.texts.end() || source == nullptr) {
      return kept == record.texts.end() ? std::vector<std::string>() : kept->second;
    }
    return source->read_strings(name);
  };
  return interpret(record.schema, reader);
}

}  // namespace

Subject::Subject(std::string relative, std::shared_ptr<const HoldingRecord> record,
                 std::shared_ptr<const Source> source)
    : relative_(std::move(relative)),
      record_(std::move(record)),
      source_(std::move(source)),
      holding_(record_->schema),
      meaning_(meaning_of(*record_, source_.get())) {
  find_fields();
}

void Subject::find_fields() {
  std::set<std::string> fields, axes;
  for (const Coverage& coverage : meaning_.coverages) {
    for (const Field& field : coverage.fields) {
      const VariableSchema* const variable = schema().find(field.name);
      if (variable == nullptr || !fields.insert(field.name).second) continue;
      fields_.push_back({&coverage, &field, variable});
    }
    for (const Axis& axis : coverage.domain_set.axes()) {
      const VariableSchema* const variable = schema().find(axis.data().variable);
      if (variable == nullptr || !axes.insert(variable->name).second) continue;
      axes_.push_back({&axis, variable, &coverage});
    }
  }
}

bool Subject::is_netcdf() const { return schema().format.starts_with("NetCDF"); }

std::vector<double> Subject::numbers(const VariableSchema& variable) const {
  if (variable.type == ElementType::String || cells_of(variable) > kMostNumbers) return {};
  try {
    return cf::coordinate_numbers(variable, block_of(*record_, source_.get(), variable));
  } catch (const Error&) {
    return {};  // what cannot be read is told elsewhere
  }
}

}  // namespace gyre::coverage::lint
