#include "coverage/archive/dataset_builder.h"

#include <algorithm>
#include <exception>
#include <set>

#include <fmt/format.h>

#include "coverage/archive/colour_range.h"
#include "coverage/archive/dataset_ids.h"
#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/base/memory_budget.h"
#include "coverage/base/work.h"
#include "coverage/cf/interpret.h"
#include "coverage/derive/forecast_view.h"
#include "coverage/derive/vectors.h"
#include "coverage/source/chunks/decoded_chunks.h"
#include "coverage/source/overlaid_source.h"
#include "coverage/source/source.h"
#include "coverage/subset/lonlat_grid.h"
#include "coverage/vertical/level_extent.h"

namespace gyre::coverage {
namespace {

/// Coordinates are read whole: two dimensions of the largest ocean grids, half of what a data block
/// may take.
constexpr const char* kNotUnderstood = "it cannot be understood; the log says more";

constexpr std::size_t kCoordinateBytes = 512u << 20;

RawBlock read_whole(const Source& source, const HoldingSchema& schema,
                    const std::string& variable) {
  const VariableSchema* const found = schema.find(variable);
  if (found == nullptr) {
    throw Error(ErrorKind::MalformedHolding, variable,
                fmt::format("it refers to a variable '{}' that it does not have", variable));
  }
  IndexBox box;
  std::size_t bytes = std::max<std::size_t>(size_of(found->type), 1);
  for (const std::size_t extent : found->shape) {
    if (extent != 0 && bytes > kCoordinateBytes / extent) {
      throw Error(ErrorKind::TooLarge, variable,
                  fmt::format("its coordinate '{}' has more than 512 MB", variable));
    }
    bytes *= extent;
    box.push_back({0, extent});
  }
  return source.read(variable, box);
}

/// "variable 'x': why" of a source's remarks.
NotServed from_remark(const std::string& relative, const std::string& remark) {
  constexpr std::string_view kStart = "variable '", kEnd = "': ";
  const auto end = remark.find(kEnd);
  if (!remark.starts_with(kStart) || end == std::string::npos) return {relative, "", remark};
  return {relative, remark.substr(kStart.size(), end - kStart.size()),
          remark.substr(end + kEnd.size())};
}

/// The extent of computed heights or pressures; levels of which none can be computed have none.
std::shared_ptr<const VerticalTransform> with_extent(const Coverage& coverage, const Source& source,
                                                     const KnownRanges& ranges,
                                                     std::vector<std::string>& warnings) {
  if (!coverage.vertical) return nullptr;
  std::string why = "a term is missing everywhere";
  try {
    VerticalTransform transform = *coverage.vertical;
    transform.extent = ranges.range("levels of " + coverage.id, [&] {
      return level_extent(source, coverage.domain_set, transform);
    });
    if (transform.extent) return std::make_shared<const VerticalTransform>(std::move(transform));
  } catch (const Error& error) {
    why = error.what();
  }
  warnings.push_back(
      fmt::format("{}: its formula_terms give no heights: {}; its levels are chosen by their "
                  "stored values alone",
                  coverage.vertical->coordinate, why));
  return nullptr;
}

/// Coverages of the vectors, with the colour ranges that are usual for them.
void add_vectors_of(Dataset& dataset, const std::string& path) {
  const std::size_t own = dataset.coverages.size();
  std::vector<std::string> warnings;
  add_vectors(dataset, warnings);
  for (const std::string& warning : warnings) {
    log(LogLevel::Warning, fmt::format("{}: {}", path, warning));
  }
  for (std::size_t c = own; c < dataset.coverages.size(); ++c) {
    Coverage& coverage = dataset.coverages[c];
    for (std::size_t f = 0; f < coverage.fields.size(); ++f) {
      const Field& field = coverage.fields[f];
      if (const auto usual = usual_range(field.standard_name, field.units)) {
        coverage.colour_ranges[f] = *usual;
      }
    }
  }
}

void interpret_into(OpenedHolding& opened, const DatasetParts& parts,
                    const std::shared_ptr<geometry::GeometryStore>& geometries,
                    const KnownRanges& ranges) {
  const auto& [path, relative, identity, schema, source, warnings, indexed] = parts;
  // What is read to describe a dataset says nothing of what clients will ask for: it is to push
  // nothing out of the cache, nor to fill it.
  DecodedChunks chunks(memory_shares().decoded_chunks / 4);
  Work work = current_work();
  work.chunks = &chunks;
  const WorkScope scope(std::move(work));
  CoordinateReader reader;
  reader.numbers = [&parts](const std::string& variable) {
    return read_whole(*parts.source, *parts.schema, variable);
  };
  reader.geometries = geometries;
  if (indexed) {
    reader.fingerprint = [&parts](const std::string& variable) -> std::optional<std::string> {
      const auto known = parts.indexed->fingerprint(variable);
      if (!known) return std::nullopt;
      return fmt::format("{:016x}{:016x}", known->high, known->low);
    };
  }
  reader.strings = [&parts](const std::string& variable) {
    return parts.source->read_strings(variable);
  };
  Interpretation meaning = interpret(*schema, reader);
  meaning.warnings.insert(meaning.warnings.begin(), warnings.begin(), warnings.end());

  for (NotServed& one : meaning.not_served) {
    one.path = relative;
    opened.not_served.push_back(std::move(one));
  }
  for (const std::string& remark : schema->remarks) {
    if (remark.starts_with("variable ")) {
      opened.not_served.push_back(from_remark(relative, remark));
    } else {
      log(LogLevel::Debug, fmt::format("{}: {}", path, remark));
    }
  }
  const auto log_warnings = [&] {
    for (const std::string& warning : meaning.warnings) {
      log(LogLevel::Warning, fmt::format("{}: {}", parts.path, warning));
    }
  };
  if (meaning.coverages.empty()) {
    if (opened.not_served.empty()) {
      opened.not_served.push_back({relative, "", "it has no variable on x and y axes"});
    }
    log_warnings();
    return;
  }
  auto dataset = std::make_shared<Dataset>();
  dataset->path = path;
  dataset->format = schema->format;
  dataset->coverages = std::move(meaning.coverages);
  for (Coverage& coverage : dataset->coverages) {
    coverage.vertical = with_extent(coverage, *source, ranges, meaning.warnings);
    coverage.colour_ranges.clear();
    for (const Field& field : coverage.fields) {
      coverage.colour_ranges.push_back(*ranges.range("values of " + field.name, [&] {
        return KnownRanges::Range(default_colour_range(*source, coverage.domain_set, field));
      }));
    }
  }
  log_warnings();
  dataset->warnings = std::move(meaning.warnings);
  dataset->attributes = schema->attributes;
  dataset->modified_us = identity.modified_ns / 1000;
  dataset->source = source;
  dataset->schema = schema;
  add_vectors_of(*dataset, path);
  opened.dataset = std::move(dataset);
}

/// One line a holding of which nothing is served, with the first reason.
void log_refusal(const OpenedHolding& opened, const std::string& path) {
  if (opened.dataset || opened.not_served.empty()) return;
  const NotServed& first = opened.not_served.front();
  const std::size_t others = opened.not_served.size() - 1;
  log(LogLevel::Warning,
      fmt::format("{}: not served: {}{}{}", path,
                  first.variable.empty() ? "" : fmt::format("'{}': ", first.variable), first.reason,
                  others == 0 ? "" : fmt::format(" (and {} more variables)", others)));
}

/// The best forecasts of several runs, and what lies on no axes of its own on a regular grid. They
/// hold the dataset as it is without them.
void add_views(Dataset& dataset, std::set<std::string>& taken) {
  const bool any =
      std::any_of(dataset.coverages.begin(), dataset.coverages.end(),
                  [](const Coverage& one) { return one.forecasts || needs_lonlat_grid(one); });
  if (!any) return;
  const auto original = std::make_shared<const Dataset>(dataset);
  const auto with_own_id = [&](const std::shared_ptr<const Dataset>& made) {
    auto view = std::make_shared<Dataset>(*made);
    std::string& id = view->coverages.front().id;
    if (!taken.insert(id).second) id += "_" + short_hash(id);
    taken.insert(id);
    return view;
  };
  for (std::size_t c = 0; c < original->coverages.size(); ++c) {
    const Coverage& coverage = original->coverages[c];
    try {
      if (coverage.forecasts) {
        dataset.coverages[c].best = with_own_id(best_forecasts(original, coverage));
      }
      if (needs_lonlat_grid(coverage)) {
        dataset.coverages[c].lonlat =
            with_own_id(on_lonlat_grid(original, coverage, coverage.id + ".lonlat"));
      }
    } catch (const std::exception& error) {  // the coverage itself is served all the same
      log(LogLevel::Warning, fmt::format("{}: {} is offered as it is alone: {}", dataset.path,
                                         coverage.id, error.what()));
    }
  }
}

/// Fields that the configuration tells of and the dataset does not have.
void warn_of_fields(Dataset& dataset, const DatasetOverlay& overlay) {
  for (const auto& [name, text] : overlay.description.fields) {
    const auto has = [&, &wanted = name](const Coverage& coverage) {
      return std::any_of(coverage.fields.begin(), coverage.fields.end(),
                         [&](const Field& field) { return field.name == wanted; });
    };
    if (std::any_of(dataset.coverages.begin(), dataset.coverages.end(), has)) continue;
    const auto& renamed = overlay.schema.variables;  // told already, where that failed
    if (std::any_of(renamed.begin(), renamed.end(), [&, &wanted = name](const auto& one) {
          return !one.second.published_as.empty() && wanted.ends_with(one.second.published_as);
        })) {
      continue;
    }
    const auto where = overlay.fields_where.find(name);
    dataset.warnings.push_back(
        fmt::format("{}{}: the configuration tells of it, but no such field is published",
                    where == overlay.fields_where.end() ? "" : where->second + ": ", name));
    log(LogLevel::Warning, fmt::format("{}: {}", dataset.path, dataset.warnings.back()));
  }
}

}  // namespace

std::string stamp_of(const SchemaOverlay& overlay) {
  if (overlay.empty()) return {};
  const Fingerprint hash = fingerprint_of(as_text(overlay));
  return fmt::format(" {:x} {:x}", hash.high, hash.low);
}

DatasetParts corrected(DatasetParts parts, const SchemaOverlay& overlay) {
  if (overlay.empty()) return parts;
  parts.source = with_overlay(std::move(parts.source), overlay, parts.warnings);
  parts.schema = std::make_shared<const HoldingSchema>(parts.source->describe());
  return parts;
}

OpenedHolding make_dataset(const DatasetParts& parts,
                           const std::shared_ptr<geometry::GeometryStore>& geometries,
                           const KnownRanges& ranges) {
  OpenedHolding opened;
  opened.identity = parts.identity;
  const auto refuse = [&](const std::string& reason) {
    opened.dataset = nullptr;
    opened.not_served = {{parts.relative, "", reason}};
  };
  try {
    interpret_into(opened, parts, geometries, ranges);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::Internal) {
      log(LogLevel::Error, fmt::format("{}: {}", parts.path, error.what()));
      refuse(kNotUnderstood);
    } else {
      refuse(error.what());
    }
  } catch (const std::exception& error) {  // a library's: one bad file takes only itself out
    log(LogLevel::Error, fmt::format("{}: {}", parts.path, error.what()));
    refuse(kNotUnderstood);
  }
  log_refusal(opened, parts.path);
  return opened;
}

OpenedHolding open_holding(const std::shared_ptr<const IndexedHolding>& holding, Opener& opener,
                           const std::shared_ptr<geometry::GeometryStore>& geometries,
                           IndexCatalogue* catalogue, const SchemaOverlay& overlay) {
  const FileIdentity identity = holding->identity();
  OpenedHolding refused{identity, nullptr, {}};
  std::string reason = holding->refusal();
  if (reason.empty()) {
    try {
      const KnownRanges ranges(catalogue, holding->path(),
                               fmt::format("{} {} {}{}", identity.size, identity.modified_ns,
                                           identity.inode, stamp_of(overlay)));
      DatasetParts parts = corrected(
          {holding->path(), holding->relative(), identity,
           std::make_shared<const HoldingSchema>(schema_of(*holding)), opener.open(holding)},
          overlay);
      // By their names in the file, which an overlay may give to others.
      if (overlay.empty()) parts.indexed = holding;
      return make_dataset(parts, geometries, ranges);
    } catch (const Error& error) {
      reason = error.what();
    } catch (const std::exception& error) {
      log(LogLevel::Error, fmt::format("{}: {}", holding->path(), error.what()));
      reason = kNotUnderstood;
    }
  }
  refused.not_served = {{holding->relative(), "", reason}};
  log_refusal(refused, holding->path());
  return refused;
}

std::shared_ptr<const Dataset> published(const Dataset& opened, const std::string& id,
                                         const std::set<std::string>& dataset_ids,
                                         const DatasetOverlay* overlay) {
  auto dataset = std::make_shared<Dataset>(opened);
  dataset->id = id;
  // Chunks of a store, and what a server offers, may be written again where they are.
  const bool may_change = opened.may_change_unseen() || opened.format == "OPeNDAP";
  dataset->version = may_change ? 0 : next_version();
  std::set<std::string> taken = dataset_ids;
  for (Coverage& coverage : dataset->coverages) {
    const std::string suffix = coverage.id;
    if (suffix.empty()) {
      coverage.id = id;
      continue;
    }
    coverage.id = id + "." + identifier(suffix);
    if (!taken.insert(coverage.id).second) {
      coverage.id += "_" + short_hash(suffix);
      taken.insert(coverage.id);
    }
  }
  if (overlay != nullptr && overlay->native_format) {
    dataset->native_format = *overlay->native_format;
  }
  if (overlay != nullptr) dataset->closed_after_days = overlay->closed_after_days;
  if (overlay != nullptr) warn_of_fields(*dataset, *overlay);
  static const DescriptionOverlay kNone;
  const DescriptionOverlay& told = overlay == nullptr ? kNone : overlay->description;
  dataset->description = std::make_shared<const Description>(describe(*dataset, told));
  add_views(*dataset, taken);
  return dataset;
}

}  // namespace gyre::coverage
