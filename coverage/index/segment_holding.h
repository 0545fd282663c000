#pragma once

#include <memory>
#include <string>

#include "coverage/index/indexed_holding.h"
#include "coverage/index/segment.h"
#include "coverage/index/shared_parts.h"

namespace gyre::coverage {

/// A holding as a segment has it: a few words in memory, the rest where it is mapped.
class SegmentHolding final : public IndexedHolding {
 public:
  /// @throws Error{MalformedHolding} when the record is damaged
  SegmentHolding(std::shared_ptr<const IndexSegment> segment, std::size_t record,
                 std::size_t relative_from, std::shared_ptr<SharedParts> shared);

  [[nodiscard]] std::string path() const override { return std::string(view_.path); }
  [[nodiscard]] std::string relative() const override {
    return std::string(view_.path.substr(std::min(relative_from_, view_.path.size())));
  }
  [[nodiscard]] FileIdentity identity() const override {
    return {view_.record->size, view_.record->modified_ns, view_.record->inode};
  }
  [[nodiscard]] std::string refusal() const override;
  [[nodiscard]] bool no_holding() const override {
    return view_.record->state == segment::State::NoHolding;
  }
  [[nodiscard]] std::shared_ptr<const HoldingSchema> structure() const override;
  [[nodiscard]] Attributes attributes() const override;
  [[nodiscard]] std::shared_ptr<const RawBlock> values(const std::string& name) const override;
  [[nodiscard]] std::shared_ptr<const std::vector<std::string>> texts(
      const std::string& name) const override;
  [[nodiscard]] std::optional<Fingerprint> fingerprint(const std::string& name) const override;
  [[nodiscard]] std::shared_ptr<const VariableLayout> layout(
      const std::string& name) const override;

 private:
  [[nodiscard]] std::optional<std::uint32_t> place_of(const std::string& name) const;
  [[nodiscard]] std::optional<std::uint32_t> blob_of(std::span<const segment::Part> parts,
                                                     const std::string& name) const;

  std::shared_ptr<const IndexSegment> segment_;
  IndexSegment::View view_;
  std::size_t relative_from_;
  std::shared_ptr<SharedParts> shared_;
};

}  // namespace gyre::coverage
