#pragma once

#include "coverage/base/memory_budget.h"
#include "coverage/source/chunks/decoded_chunks.h"
#include "services/ows/document_cache.h"
#include "services/wms/map_cache.h"

namespace gyre::wms {

/// What the service keeps from one request to the next.
struct Caches {
  ows::DocumentCache documents;
  MapCache maps{coverage::memory_shares().pictures};
  coverage::DecodedChunks overviews{
      coverage::memory_shares().overviews};  ///< see coverage::Picture
};

}  // namespace gyre::wms
