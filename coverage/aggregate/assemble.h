#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "coverage/aggregate/layout.h"
#include "coverage/model/index_range.h"

namespace gyre::coverage::aggregation {

/// Values of one variable of a member: a block, and what part of the variable it is.
struct Fetched {
  std::shared_ptr<const RawBlock> block;  ///< null: nothing was fetched, and nothing is put there
  IndexBox box;
};
/// Gets a box of a member's variable; more may come.
using Fetch =
    std::function<Fetched(std::size_t member, const AggregateVariable&, const IndexBox& box)>;

/// A box of a joined variable: each part from the member that owns it, straight into its place.
/// Members are read in parallel as the current work may: one part a thread is held beside the
/// result. `fetch` must be thread-safe.
/// @pre the variable is Joined and no text
[[nodiscard]] RawBlock assemble(const Layout& layout, const AggregateVariable& variable,
                                const IndexBox& box, const Fetch& fetch);

/// All texts of a joined variable. @param texts_of a member's
[[nodiscard]] std::vector<std::string> assemble_texts(
    const Layout& layout, const AggregateVariable& variable,
    const std::function<std::shared_ptr<const std::vector<std::string>>(std::size_t member)>&
        texts_of);

/// What holdings keep of a variable. @throws Error{Internal} when they do not
[[nodiscard]] Fetched fetch_kept(const Layout& layout, std::size_t member,
                                 const AggregateVariable& variable);

}  // namespace gyre::coverage::aggregation
