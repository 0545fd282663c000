#include "services/ows/context.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/base/memory_budget.h"
#include "coverage/base/work.h"
#include "services/http/text.h"

namespace gyre::ows {
namespace {

/// What the answer takes while it is made: of a picture a band, as places, samples, classes and
/// colours, and its file; of values on another grid all of it, as numbers; of a file a few slabs.
std::size_t working_bytes(const coverage::ResolvedQuery& query) {
  constexpr std::size_t kPerCell = 24;
  constexpr std::size_t kSlabs = std::size_t{48} << 20;
  constexpr std::size_t kCellsOfByte = 4;  // of a picture's file; most have more
  if (query.held_cells > 0) {
    return query.held_cells * kPerCell + query.output_cells / kCellsOfByte;
  }
  if (query.output_cells > 0) return query.output_cells * kPerCell;
  return std::min(3 * query.stored_bytes(), kSlabs);
}

}  // namespace

void Context::admit(const coverage::ResolvedQuery& query) const {
  if (access != nullptr) access->decide(principal, query);
  const std::size_t per_field = query.output_cells > 0 ? query.output_cells : query.cells();
  const std::size_t fields = std::max<std::size_t>(query.fields.size(), 1);
  if (per_field > limits.cells / fields) {
    throw coverage::Error(
        coverage::ErrorKind::TooLarge, query.coverage != nullptr ? query.coverage->id : "",
        fmt::format("The answer would have {} samples in each of {} fields; this server gives {} "
                    "in all. Ask for a smaller part.",
                    per_field, fields, limits.cells));
  }
  abort.check();
  if (auto* const claim = coverage::current_work().claim) claim->raise(working_bytes(query));
}

std::string Context::spool_path(std::string_view extension) const {
  std::error_code ignored;  // whoever writes there says what is wrong
  std::filesystem::create_directories(spool_directory, ignored);
  return fmt::format("{}/{}{}", spool_directory, http::random_hex(), extension);
}

}  // namespace gyre::ows
