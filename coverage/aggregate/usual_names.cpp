#include "coverage/aggregate/usual_names.h"

#include <algorithm>
#include <span>

#include "coverage/cf/text.h"

namespace gyre::coverage::aggregation {
namespace {

constexpr std::string_view kMembers[]{"member",      "members", "ensemble",    "ensemble_member",
                                      "ens",         "number",  "realization", "mem",
                                      "realisation", "variant", "perturbation"};
constexpr std::string_view kRuns[]{"run",           "reference_time", "forecast_reference_time",
                                   "reftime",       "ref_time",       "init",
                                   "init_time",     "initial_time",   "cycle",
                                   "analysis_time", "forecast_run",   "issue_time"};
constexpr std::string_view kLeads[]{
    "lead",          "leads",    "leadtime",       "lead_time",    "lead_hours", "lead_hour",
    "lead_days",     "lead_day", "step",           "fhr",          "fhour",      "forecast_period",
    "forecast_hour", "fh",       "forecast_hours", "forecast_step"};

bool is_one(std::span<const std::string_view> words, std::string_view name) {
  const std::string lower = cf::lower(std::string(name));
  return std::find(words.begin(), words.end(), lower) != words.end();
}

}  // namespace

bool is_member_name(std::string_view name) { return is_one(kMembers, name); }
bool is_run_name(std::string_view name) { return is_one(kRuns, name); }
bool is_lead_name(std::string_view name) { return is_one(kLeads, name); }

std::string lead_units(std::string_view before, std::string_view dimension,
                       std::string_view after) {
  constexpr std::string_view kHours[]{"h", "hr", "hrs", "hour", "hours"};
  constexpr std::string_view kDays[]{"d", "day", "days"};
  constexpr std::string_view kMinutes[]{"min", "mins", "minutes"};
  if (is_one(kHours, after)) return "hours";
  if (is_one(kDays, after)) return "days";
  if (is_one(kMinutes, after)) return "minutes";
  if (!after.empty()) return "";
  constexpr std::string_view kInHours[]{"lead_hours", "lead_hour",     "fhr",           "fhour",
                                        "fh",         "forecast_hour", "forecast_hours"};
  constexpr std::string_view kInDays[]{"lead_days", "lead_day"};
  if (is_one(kInHours, dimension)) return "hours";
  if (is_one(kInDays, dimension)) return "days";
  // NCEP's names, and those made like them.
  constexpr std::string_view kBeforeHours[]{"f", "fh", "fhr", "fhour", "hour", "hours"};
  constexpr std::string_view kBeforeDays[]{"day", "days"};
  if (is_one(kBeforeHours, before)) return "hours";
  if (is_one(kBeforeDays, before)) return "days";
  return "";
}

}  // namespace gyre::coverage::aggregation
