#pragma once

#include <map>
#include <string>

#include "coverage/source/zarr/zarr_store.h"
#include "coverage/source/zarr/zarr_values.h"

namespace gyre::coverage {

/// A group or an array as the store's documents have it.
struct ZarrNode {
  bool is_array = false;
  Json metadata = Json::object();    ///< .zarray, or zarr.json
  Json attributes = Json::object();  ///< .zattrs, or "attributes" of zarr.json
};

struct ZarrDocuments {
  int version = 2;
  std::map<std::string, ZarrNode> nodes;  ///< by path; "" is the root
};

/// All nodes of a store: consolidated ones (.zmetadata; "consolidated_metadata" of the root's
/// zarr.json) when there are such, else collected from its groups. Version 3 when the root has
/// zarr.json. Source: Zarr storage specification version 2, Zarr core specification version 3.
/// @throws Error{MalformedHolding} for what is no JSON object, or too much of it
[[nodiscard]] ZarrDocuments zarr_documents(const ZarrStore& store);

}  // namespace gyre::coverage
