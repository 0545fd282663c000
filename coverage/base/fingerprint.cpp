#include "coverage/base/fingerprint.h"

#include <xxhash.h>

namespace gyre::coverage {

Fingerprint fingerprint_of(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

}  // namespace gyre::coverage
