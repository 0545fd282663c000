#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "coverage/archive/archive.h"
#include "coverage/archive/known_ranges.h"
#include "coverage/geometry/geometry_store.h"
#include "coverage/index/indexed_holding.h"
#include "coverage/model/dataset.h"
#include "coverage/reader/opener.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// What one holding, or several as one, gave: a dataset without id, description and order, or the
/// reasons.
struct OpenedHolding {
  FileIdentity identity;
  std::shared_ptr<const Dataset> dataset;  ///< nullptr: nothing of it is served
  std::vector<NotServed> not_served;
};

/// What is needed to make a dataset.
struct DatasetParts {
  std::string path;      ///< of the holding, for logs and reading
  std::string relative;  ///< below its root, for reasons
  FileIdentity identity;
  std::shared_ptr<const HoldingSchema> schema;
  std::shared_ptr<const Source> source;
  std::vector<std::string> warnings = {};  ///< of what it was made of
  /// Knows the values of its coordinates without reading them; null: nobody does.
  std::shared_ptr<const IndexedHolding> indexed = nullptr;
};

/// Interprets a holding and finds colour ranges. Logs one line when it cannot be served. Never
/// throws for what a file does.
[[nodiscard]] OpenedHolding make_dataset(const DatasetParts& parts,
                                         const std::shared_ptr<geometry::GeometryStore>& geometries,
                                         const KnownRanges& ranges);

/// The same of an indexed holding, as `overlay` corrects it; one that is refused gives the reason.
/// @pre !holding->no_holding()
[[nodiscard]] OpenedHolding open_holding(const std::shared_ptr<const IndexedHolding>& holding,
                                         Opener& opener,
                                         const std::shared_ptr<geometry::GeometryStore>& geometries,
                                         IndexCatalogue* catalogue,
                                         const SchemaOverlay& overlay = {});

/// What of the overlay decides colour ranges, for KnownRanges.
[[nodiscard]] std::string stamp_of(const SchemaOverlay& overlay);
/// The parts as `overlay` corrects them.
[[nodiscard]] DatasetParts corrected(DatasetParts parts, const SchemaOverlay& overlay);

/// The dataset as published: ids of its coverages, the operator's overlay, its description.
/// @param dataset_ids of all datasets, which are ids of coverages too: no other coverage gets one
[[nodiscard]] std::shared_ptr<const Dataset> published(const Dataset& opened, const std::string& id,
                                                       const std::set<std::string>& dataset_ids,
                                                       const DatasetOverlay* overlay);

}  // namespace gyre::coverage
