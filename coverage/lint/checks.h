#pragma once

#include <span>
#include <string_view>

#include "coverage/lint/finding.h"
#include "coverage/lint/subject.h"

namespace gyre::coverage::lint {

/// One way a holding can mislead or fail its users. A check says only what is surely so.
struct Check {
  std::string_view name;
  void (*run)(const Subject& subject, Findings& findings);
  bool reads_values = false;  ///< of fields, which costs a few reads
};

/// All of them, in the order their findings are told. To add one: a file, and a row.
[[nodiscard]] std::span<const Check> checks();

void check_not_served(const Subject& subject, Findings& findings);
void check_modification(const Subject& subject, Findings& findings);
void check_contradictions(const Subject& subject, Findings& findings);
void check_references(const Subject& subject, Findings& findings);
void check_grid_mappings(const Subject& subject, Findings& findings);
void check_bounds(const Subject& subject, Findings& findings);
void check_spacing(const Subject& subject, Findings& findings);
void check_globe(const Subject& subject, Findings& findings);
void check_vertical_axes(const Subject& subject, Findings& findings);
void check_times(const Subject& subject, Findings& findings);
void check_units(const Subject& subject, Findings& findings);
void check_standard_names(const Subject& subject, Findings& findings);
void check_packing(const Subject& subject, Findings& findings);
void check_sampled_values(const Subject& subject, Findings& findings);
void check_chunks(const Subject& subject, Findings& findings);
void check_discovery(const Subject& subject, Findings& findings);

}  // namespace gyre::coverage::lint
