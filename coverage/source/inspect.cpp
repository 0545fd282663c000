#include "coverage/source/inspect.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/cf/holding.h"
#include "coverage/source/classic_header.h"
#include "coverage/source/file_identity.h"
#include "coverage/source/gdal_module.h"
#include "coverage/source/holding_kind.h"
#include "coverage/source/layout/layout_source.h"
#include "coverage/source/netcdf/hdf5_layout.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/source.h"

namespace gyre::coverage {
namespace {

/// Of one variable: axes of a million positions; two-dimensional ones are kept up to 512 x 256.
constexpr std::size_t kKept = std::size_t{8} << 20;
constexpr std::size_t kKeptOfPlanes = std::size_t{1} << 20;
constexpr std::size_t kHashed = std::size_t{512} << 20;

enum class Keeping { No, Values, Hash };

Keeping keeping_of(const cf::Holding& holding, const VariableSchema& variable) {
  const std::size_t cells = std::accumulate(variable.shape.begin(), variable.shape.end(),
                                            std::size_t{1}, std::multiplies<>());
  const bool own_axis =
      !variable.dimensions.empty() &&
      holding.coordinate_variable(variable, variable.dimensions.front()) == &variable;
  const bool places =
      own_axis || holding.describes_others(variable.name) || holding.is_formula_term(variable.name);
  constexpr std::size_t kText = 64;
  const std::size_t bytes =
      cells * (variable.type == ElementType::String ? kText : size_of(variable.type));
  if (!places) {
    // Small ones may place data too, though nothing says so: times and leads of runs, members.
    constexpr std::size_t kSmall = std::size_t{4} << 10;
    return variable.shape.size() <= 1 && bytes <= kSmall ? Keeping::Values : Keeping::No;
  }
  // Bounds have two dimensions as well, the second of a few vertices.
  const bool plane = variable.shape.size() > 1 && variable.shape.back() > 8;
  if (bytes <= (plane ? kKeptOfPlanes : kKept)) return Keeping::Values;
  // What varies along with the data (a surface pressure) is data itself, however large.
  return variable.shape.size() <= 2 && bytes <= kHashed ? Keeping::Hash : Keeping::No;
}

/// What is left out is told of in a remark, unless one does already.
void add_storage(HoldingRecord& record, Hdf5Storage storage) {
  record.layouts = std::move(storage.layouts);
  for (const LeftOut& one : storage.left_out) {
    std::erase_if(record.schema.variables,
                  [&](const VariableSchema& variable) { return variable.name == one.variable; });
    record.values.erase(one.variable);
    record.texts.erase(one.variable);
    record.fingerprints.erase(one.variable);
    const std::string start = fmt::format("variable '{}': ", one.variable);
    auto& remarks = record.schema.remarks;
    const bool told = std::any_of(remarks.begin(), remarks.end(), [&](const std::string& remark) {
      return remark.starts_with(start);
    });
    if (!told) remarks.push_back(start + one.why);
  }
}

/// Of those `wanted` what should be kept and `source` reads.
void keep_values(HoldingRecord& record, const Source& source,
                 const std::function<bool(const VariableSchema&)>& wanted) {
  const cf::Holding holding(record.schema);
  for (const VariableSchema& variable : record.schema.variables) {
    const Keeping keeping = keeping_of(holding, variable);
    if (keeping == Keeping::No || !wanted(variable)) continue;
    try {
      if (variable.type == ElementType::String) {
        if (keeping == Keeping::Values) {
          record.texts[variable.name] = source.read_strings(variable.name);
        }
        continue;
      }
      IndexBox all;
      for (const std::size_t extent : variable.shape) all.push_back({0, extent});
      RawBlock block = source.read(variable.name, all);
      if (keeping == Keeping::Values) {
        record.values[variable.name] = std::move(block);
      } else {
        record.fingerprints[variable.name] =
            fingerprint_of({reinterpret_cast<const char*>(block.bytes.data()), block.bytes.size()});
      }
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::HoldingChanged) throw;
      // Whoever needs it will ask the source, and be told the same.
      log(LogLevel::Debug, fmt::format("'{}' is not kept: {}", variable.name, error.what()));
    }
  }
}

/// What the library failed to read, where a layout tells how: it has not every filter.
void keep_values_by_layout(HoldingRecord& record, const std::string& path) {
  const auto library = []() -> std::shared_ptr<const Source> {
    throw Error(ErrorKind::Internal, "", "what has a layout needs no library");
  };
  // Of the record while it is made, which outlives it.
  const LayoutSource source(
      holding_of(path, path, {std::shared_ptr<const HoldingRecord>(), &record}),
      std::make_shared<DecodedChunks>(0), library);
  keep_values(record, source, [&record](const VariableSchema& variable) {
    return record.layouts.contains(variable.name) && !record.values.contains(variable.name) &&
           !record.fingerprints.contains(variable.name);
  });
}

HoldingRecord refused(const FileIdentity& identity, std::string reason) {
  HoldingRecord record;
  record.identity = identity;
  record.refusal = std::move(reason);
  return record;
}

}  // namespace

HoldingRecord inspect(const std::string& path) {
  FileIdentity identity;
  constexpr const char* kNotUnderstood = "it cannot be understood; the log says more";
  try {
    identity = identity_of(path);
    const KindOfHolding kind = kind_of_holding(path);
    if (kind.kind == HoldingKind::Other || kind.kind == HoldingKind::Refused) {
      HoldingRecord record = refused(identity, kind.reason);
      record.no_holding = kind.kind == HoldingKind::Other;
      return record;
    }
    HoldingRecord record;
    record.identity = identity;
    {
      const auto source = open_source(path);
      record.schema = source->describe();
      keep_values(record, *source, [](const VariableSchema&) { return true; });
    }
    const bool here = !remote::is_address(path);
    if (here && kind.kind == HoldingKind::NetcdfClassic) record.layouts = classic_layouts(path);
    if (here && kind.kind == HoldingKind::Hdf5) {
      add_storage(record, hdf5_storage(path, record.schema));
      keep_values_by_layout(record, path);
    }
    // Kept values need no second way to them.
    std::erase_if(record.layouts, [&](const auto& one) {
      return record.values.contains(one.first) || record.schema.find(one.first) == nullptr;
    });
    if (!(identity_of(path) == identity)) {
      throw Error(ErrorKind::HoldingChanged, "", "it changed while it was being looked into");
    }
    return record;
  } catch (const NoGdalModule&) {
    throw;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Internal) return refused(identity, error.what());
    log(LogLevel::Error, fmt::format("{}: {}", path, error.what()));
  } catch (const std::exception& error) {  // a library's
    log(LogLevel::Error, fmt::format("{}: {}", path, error.what()));
  }
  return refused(identity, kNotUnderstood);
}

}  // namespace gyre::coverage
