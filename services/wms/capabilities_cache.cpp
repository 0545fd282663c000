#include "services/wms/capabilities_cache.h"

namespace gyre::wms {

std::shared_ptr<const CapabilitiesCache::Document> CapabilitiesCache::find(
    const CapabilitiesKey& key, std::uint64_t generation, std::int64_t now_us) const {
  const std::lock_guard lock(mutex_);
  const auto found = documents_.find(key);
  if (found == documents_.end() || found->second->generation != generation) return nullptr;
  const auto& until = found->second->valid_until_us;
  return until && *until <= now_us ? nullptr : found->second;
}

std::shared_ptr<const CapabilitiesCache::Document> CapabilitiesCache::keep(
    const CapabilitiesKey& key, Document document) {
  auto kept = std::make_shared<const Document>(std::move(document));
  const std::lock_guard lock(mutex_);
  std::erase_if(documents_,
                [&](const auto& entry) { return entry.second->generation != kept->generation; });
  documents_.insert_or_assign(key, kept);
  return kept;
}

}  // namespace gyre::wms
