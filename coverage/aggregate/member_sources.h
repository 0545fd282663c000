#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

#include "coverage/base/export.h"
#include "coverage/index/indexed_holding.h"
#include "coverage/source/source.h"

namespace gyre::coverage::aggregation {

/// Opens a holding as it was when it was indexed.
/// @throws Error{HoldingChanged} when it is another now, or gone
using OpenMember =
    std::function<std::shared_ptr<const Source>(const std::shared_ptr<const IndexedHolding>&)>;

/// By its path, with a look at its identity before and after.
[[nodiscard]] GYRE_API std::shared_ptr<const Source> open_member(
    const std::shared_ptr<const IndexedHolding>& holding);

/// The sources of members that were asked last. Thread-safe.
class MemberSources {
 public:
  explicit MemberSources(OpenMember open) : open_(std::move(open)) {}
  [[nodiscard]] std::shared_ptr<const Source> source(
      std::uint32_t member, const std::shared_ptr<const IndexedHolding>& holding) const;
  /// It failed: the next to ask opens it anew.
  void forget(std::uint32_t member) const;

 private:
  static constexpr std::size_t kMost = 16;
  OpenMember open_;
  mutable std::mutex mutex_;
  mutable std::list<std::pair<std::uint32_t, std::shared_ptr<const Source>>> sources_;
};

}  // namespace gyre::coverage::aggregation
