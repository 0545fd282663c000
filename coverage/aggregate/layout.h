#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coverage/aggregate/value_form.h"
#include "coverage/index/indexed_holding.h"
#include "coverage/model/holding_schema.h"

namespace gyre::coverage::aggregation {

/// Where one step of a member lies along a joined dimension.
struct Place {
  std::uint32_t at = 0;    ///< of the aggregate
  std::uint32_t step = 0;  ///< of the member
  auto operator<=>(const Place&) const = default;
};

/// A dimension of the aggregate that members are joined along.
struct JoinedAxis {
  std::string dimension;       ///< as the aggregate calls it
  std::string file_dimension;  ///< as members do; empty: they have none, and one place each
  std::size_t size = 0;
  std::vector<std::uint32_t> offsets;  ///< of each member's places, and their end
  std::vector<Place> places;           ///< of each member ascending, no place twice

  [[nodiscard]] std::span<const Place> of(std::size_t member) const {
    return {places.data() + offsets[member], places.data() + offsets[member + 1]};
  }
  /// The member's step there. @pre it has one
  [[nodiscard]] std::uint32_t step_at(std::size_t member, std::size_t at) const;
};

/// Which member has each cell of the joined dimensions, row-major, the first slowest.
using Owners = std::vector<std::uint32_t>;
constexpr std::uint32_t kNobody = 0xffffffff;

/// How the values of a variable of the aggregate are found.
struct AggregateVariable {
  enum class Kind : std::uint8_t {
    Kept,    ///< `block` or `texts` are they
    Alike,   ///< the same in all members: those of `member`
    Joined,  ///< of each cell's owner
  };
  Kind kind = Kind::Alike;
  std::string file_name;  ///< as members call it
  std::shared_ptr<const RawBlock> block;
  std::shared_ptr<const std::vector<std::string>> texts;
  std::uint32_t member = 0;
  std::string inherits;      ///< variable of members whose units of time are its own; empty: none
  CommonForm form;           ///< form.schema is the aggregate's variable
  std::size_t owners = 0;    ///< index of Layout::owners
  bool values_kept = false;  ///< members' holdings keep them: no file needs to be opened
  bool has_gaps = false;     ///< some cells have no owner
  /// Of each dimension of the aggregate's variable: which joined one it is, and which of the file's
  /// it is (absent: new).
  std::vector<std::optional<std::size_t>> joined, in_file;
};

/// An aggregate: its members and where everything lies in them.
struct Layout {
  HoldingSchema schema;
  std::vector<std::shared_ptr<const IndexedHolding>> members;
  std::vector<JoinedAxis> axes;  ///< outermost first
  std::vector<Owners> owners;
  std::vector<AggregateVariable> variables;  ///< as many as in `schema`, in its order

  [[nodiscard]] const AggregateVariable* find(const std::string& name) const;
};

}  // namespace gyre::coverage::aggregation
