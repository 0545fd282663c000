#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coverage/aggregate/layout.h"
#include "coverage/aggregate/member_sources.h"
#include "coverage/source/source.h"

namespace gyre::coverage::aggregation {

/// Many holdings as one. Coordinates and the like come from what is kept of the members, data from
/// those that the box meets, each opened when it is needed.
class AggregateSource final : public Source {
 public:
  AggregateSource(std::shared_ptr<const Layout> layout, OpenMember open)
      : layout_(std::move(layout)), sources_(std::move(open)) {}

  [[nodiscard]] HoldingSchema describe() const override { return layout_->schema; }
  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  [[nodiscard]] RawBlock read_picked(const std::string& variable,
                                     const Picks& picks) const override;
  void explain(const std::string& variable, const IndexBox& box,
               Explanation& explanation) const override;
  void explain_picked(const std::string& variable, const Picks& picks,
                      Explanation& explanation) const override;
  /// Of a box at one place of all joined dimensions.
  [[nodiscard]] std::optional<Fingerprint> state_of(const std::string& variable,
                                                    const IndexBox& box) const override;
  /// As the first member stores it: those that do otherwise are decoded. Of joined dimensions a
  /// chunk has one step, since members begin anywhere.
  [[nodiscard]] std::optional<StoredForm> stored_form(const std::string& variable) const override;
  [[nodiscard]] std::optional<StoredChunk> read_stored(
      const std::string& variable, const StoredForm& form,
      const std::vector<std::size_t>& corner) const override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override;

 private:
  struct OfMember {
    std::uint32_t member;
    Picks picks;  ///< of its own variable
  };
  /// Absent: they are not those of one member alone.
  [[nodiscard]] std::optional<OfMember> of_member(const AggregateVariable& variable,
                                                  const Picks& picks) const;
  /// Runs `read` with a member's source.
  template <typename Read>
  auto with_member(std::uint32_t member, const Read& read) const;

  std::shared_ptr<const Layout> layout_;
  MemberSources sources_;
};

}  // namespace gyre::coverage::aggregation
