#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "coverage/index/holding_record.h"
#include "coverage/index/segment.h"

namespace gyre::coverage {

/// Parts of records as values; what several holdings have is one object, for as long as anybody
/// holds it. Thread-safe. All: @throws Error{MalformedHolding} when the index is damaged
class GYRE_API SharedParts {
 public:
  [[nodiscard]] std::shared_ptr<const HoldingSchema> structure(const IndexSegment& segment,
                                                               std::uint32_t blob);
  [[nodiscard]] std::shared_ptr<const RawBlock> block(const IndexSegment& segment,
                                                      std::uint32_t blob);
  [[nodiscard]] std::shared_ptr<const std::vector<std::string>> texts(const IndexSegment& segment,
                                                                      std::uint32_t blob);

 private:
  struct Hash {
    std::size_t operator()(const Fingerprint& one) const { return one.low; }
  };
  template <typename T>
  struct Known {
    std::unordered_map<Fingerprint, std::weak_ptr<const T>, Hash> parts;
    std::size_t purge_at = 1024;
  };
  template <typename T, typename Make>
  std::shared_ptr<const T> shared(Known<T>& known, const IndexSegment& segment, std::uint32_t blob,
                                  const Make& make);

  std::mutex mutex_;
  Known<HoldingSchema> structures_;
  Known<RawBlock> blocks_;
  Known<std::vector<std::string>> texts_;
};

/// The bytes of a blob that is no structure, as they were written.
[[nodiscard]] std::string_view checked_blob(const IndexSegment& segment, std::uint32_t blob);

}  // namespace gyre::coverage
