#include "services/ows/context.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/base/memory_budget.h"
#include "coverage/base/work.h"
#include "coverage/subset/working_memory.h"
#include "services/http/text.h"

namespace gyre::ows {

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
  auto* const claim = coverage::current_work().claim;
  if (claim == nullptr) return;
  claim->raise(query.working_bytes > 0 ? query.working_bytes : coverage::bytes_for_slabs(query));
}

std::string Context::spool_path(std::string_view extension) const {
  std::error_code ignored;  // whoever writes there says what is wrong
  std::filesystem::create_directories(spool_directory, ignored);
  return fmt::format("{}/{}{}", spool_directory, http::random_hex(), extension);
}

}  // namespace gyre::ows
