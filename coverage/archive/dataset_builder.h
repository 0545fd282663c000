#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "coverage/archive/archive.h"
#include "coverage/geometry/geometry_store.h"
#include "coverage/model/dataset.h"
#include "coverage/source/file_identity.h"

namespace gyre::coverage {

/// What opening one holding gave: a dataset without id, description and order, or the reasons.
struct OpenedHolding {
  FileIdentity identity;
  std::shared_ptr<const Dataset> dataset;  ///< nullptr: nothing of it is served
  std::vector<NotServed> not_served;
  bool silent = false;  ///< no holding at all: neither served nor worth a line
};

/// Opens, describes and interprets one holding as `overlay` corrects it, and finds colour ranges.
/// Logs one line when it cannot be served. Never throws for what a file does.
[[nodiscard]] OpenedHolding open_holding(const std::string& path, const std::string& relative,
                                         const std::shared_ptr<geometry::GeometryStore>& geometries,
                                         const SchemaOverlay& overlay = {});

/// The dataset as published: ids of its coverages, the operator's overlay, its description.
/// @param dataset_ids of all datasets, which are ids of coverages too: no other coverage gets one
[[nodiscard]] std::shared_ptr<const Dataset> published(const Dataset& opened, const std::string& id,
                                                       const std::set<std::string>& dataset_ids,
                                                       const DatasetOverlay* overlay);

}  // namespace gyre::coverage
