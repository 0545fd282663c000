#include "coverage/lint/checks.h"

#include <array>

namespace gyre::coverage::lint {
namespace {

constexpr std::array kChecks{
    Check{"not-served", check_not_served},
    Check{"modification", check_modification},
    Check{"contradiction", check_contradictions},
    Check{"reference", check_references},
    Check{"grid-mapping", check_grid_mappings},
    Check{"bounds", check_bounds},
    Check{"spacing", check_spacing},
    Check{"globe", check_globe},
    Check{"vertical", check_vertical_axes},
    Check{"time", check_times},
    Check{"units", check_units},
    Check{"standard-name", check_standard_names},
    Check{"packing", check_packing},
    Check{"values", check_sampled_values, true},
    Check{"chunks", check_chunks},
    Check{"discovery", check_discovery},
};

}  // namespace

std::span<const Check> checks() { return kChecks; }

}  // namespace gyre::coverage::lint
