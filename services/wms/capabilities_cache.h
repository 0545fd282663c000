#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>

namespace gyre::wms {

/// What one capabilities document depends on beside the catalogue's generation.
using CapabilitiesKey = std::tuple<int /*version*/, std::string /*language*/,
                                   std::string /*dataset scope*/, std::string /*visibility class*/>;

/// Serialised capabilities documents, with a placeholder for the addresses in them. Thread-safe.
/// A document of another generation, or whose default times have passed, is none.
class CapabilitiesCache {
 public:
  struct Document {
    std::string text;
    std::uint64_t generation = 0;
    std::optional<std::int64_t> valid_until_us;  ///< when a default time moves on
  };

  [[nodiscard]] std::shared_ptr<const Document> find(const CapabilitiesKey& key,
                                                     std::uint64_t generation,
                                                     std::int64_t now_us) const;
  /// Keeps it, and drops documents of other generations.
  std::shared_ptr<const Document> keep(const CapabilitiesKey& key, Document document);

 private:
  mutable std::mutex mutex_;
  std::map<CapabilitiesKey, std::shared_ptr<const Document>> documents_;
};

}  // namespace gyre::wms
