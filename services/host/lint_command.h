#pragma once

#include <ostream>
#include <string>

namespace gyre::host {

struct LintOptions {
  std::string path;
  std::string config_file;  ///< its attributes: are taken as the holdings' own; may be empty
  bool json = false;
  bool hints = true;        ///< told, not only counted
  std::size_t width = 100;  ///< of the text, in columns
  bool colours = false;
};

/// `gyre lint FILE|DIR`: what users of the data will run into, what it means for them, and what to
/// do. @returns the exit status: 0, or 1 when there are errors
int run_lint(const LintOptions& options, std::ostream& out);

}  // namespace gyre::host
