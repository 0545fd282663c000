#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "coverage/base/export.h"
#include "coverage/base/memory_budget.h"
#include "services/http/document.h"
#include "services/ows/context.h"

namespace gyre::ows {

/// Documents that tell of the catalogue, made once for each generation of it and configuration, and
/// kept ready to be sent: those used last, within a bound of bytes. Of several who ask at once for
/// one that is not there, one makes it. Thread-safe.
class GYRE_API DocumentCache {
 public:
  struct Made {
    std::string text;
    std::optional<std::int64_t> valid_until_us = {};  ///< absent: as long as the catalogue
  };
  struct Found {
    std::shared_ptr<const http::Document> document;
    std::optional<std::int64_t> valid_until_us = {};
  };
  explicit DocumentCache(std::size_t most_bytes = coverage::memory_shares().documents);

  /// @param what all that the document depends on beside the catalogue, its scope, who may see it,
  /// the language, the address it was asked at and the configuration
  /// @throws what `make` throws; then nothing is kept
  [[nodiscard]] Found get(const std::string& what, const Context& context,
                          const std::function<Made()>& make);
  /// What documents hold at most, packed in every way.
  [[nodiscard]] std::size_t size_bytes() const;

 private:
  struct Place {
    std::mutex making;
    Found found;
    std::uint64_t generation = 0;
    std::shared_ptr<const ServiceIdentity> identity;  ///< one for each configuration
    std::size_t bytes = 0;
    std::uint64_t used = 0;  ///< larger: later
  };
  /// @pre mutex_ is held
  [[nodiscard]] static bool is_current(const Place& place, const Context& context);
  void keep(const std::string& key, const std::shared_ptr<Place>& place, const Found& found,
            const Context& context);

  const std::size_t most_bytes_;
  mutable std::mutex mutex_;  ///< guards all below, and all of a place but `making`
  std::map<std::string, std::shared_ptr<Place>> places_;
  std::size_t bytes_ = 0;
  std::uint64_t uses_ = 0;
};

}  // namespace gyre::ows
