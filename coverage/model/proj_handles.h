#pragma once

#include <memory>
#include <string>

#include <proj.h>

/// PROJ's handles, owned. Internal to coverage/model: nothing else includes proj.h.
namespace gyre::coverage::proj {

struct Destroy {
  void operator()(PJ* object) const noexcept { proj_destroy(object); }
};
using Object = std::unique_ptr<PJ, Destroy>;

/// This thread's context: quiet, no network. Shared with the objects made in it, which may be
/// destroyed after the thread's own reference.
[[nodiscard]] std::shared_ptr<PJ_CONTEXT> thread_context();

/// The horizontal CRS in `definition` (compound ones give theirs), null when there is none.
[[nodiscard]] Object horizontal_crs(PJ_CONTEXT* context, const std::string& definition);

}  // namespace gyre::coverage::proj
