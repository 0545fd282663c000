#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "coverage/base/executor.h"
#include "coverage/base/export.h"
#include "coverage/lint/finding.h"
#include "coverage/model/schema_overlay.h"
#include "coverage/reader/opener.h"

namespace gyre::coverage::lint {

/// A file or store to look into.
struct Holding {
  std::string path;            ///< to open it by
  std::string relative;        ///< as it is told of
  SchemaOverlay overlay = {};  ///< what the configuration corrects: it is judged as corrected
};

/// A finding, and all it was found in.
struct Told {
  std::vector<std::string> paths;  ///< relative ones, or the pattern of a series
  Finding finding;  ///< of several that say the same of files of one series: the first
};

struct Report {
  std::vector<Told> told;    ///< by path, the worst first
  std::size_t holdings = 0;  ///< looked into: what is no data is not counted
  std::size_t fine = 0;      ///< without errors and warnings
  std::size_t sampled = 0;   ///< of which values were looked at: of a long series only a few
  [[nodiscard]] GYRE_API std::size_t count(Severity severity) const;
};

/// Told after each holding; from one thread at a time.
using Progress = std::function<void(std::size_t done, std::size_t total)>;

/// What users of the holdings will run into. Reads what describes them, and of their fields a few
/// blocks. Never throws for what a file holds or does.
[[nodiscard]] GYRE_API Report lint(const std::vector<Holding>& holdings, Opener& opener,
                                   Executor& executor, const Progress& progress = {});

/// All findings of one holding alone. @param source null when record.refusal says why
[[nodiscard]] GYRE_API Findings lint_one(const std::string& relative,
                                         std::shared_ptr<const HoldingRecord> record,
                                         std::shared_ptr<const Source> source,
                                         bool with_values = true);

}  // namespace gyre::coverage::lint
