#pragma once

#include "services/ows/document_cache.h"
#include "services/wms/map_cache.h"

namespace gyre::wms {

/// What the service keeps from one request to the next.
struct Caches {
  ows::DocumentCache documents;
  MapCache maps{std::size_t{64} << 20};
};

}  // namespace gyre::wms
