#include "services/host/lint_command.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "coverage/archive/archive.h"
#include "coverage/archive/holdings.h"
#include "coverage/base/log.h"
#include "coverage/lint/lint.h"
#include "coverage/lint/series.h"
#include "services/host/archive_set_up.h"
#include "services/host/configuration.h"
#include "services/host/progress_line.h"

namespace gyre::host {
namespace {

namespace lint = coverage::lint;
using Json = nlohmann::ordered_json;
using lint::Severity;

/// One line, whatever a name or an attribute holds.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return out;
}

std::string shell_quoted(const std::string& path) {
  if (path.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:,"
                             "=@%") == path.npos) {
    return path;
  }
  std::string out = "'";
  for (const char c : path) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string with_file(std::string text, const std::string& file) {
  constexpr std::string_view kHole = "{file}";
  for (std::size_t at = text.find(kHole); at != text.npos; at = text.find(kHole, at)) {
    text.replace(at, kHole.size(), file);
    at += file.size();
  }
  return text;
}

/// `text` within `width` columns, lines after the first `indent` columns in.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
  std::string out, line;
  const std::size_t room = width > indent + 20 ? width - indent : 20;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (!line.empty() && line.size() + 1 + word.size() > room) {
      out += line + "\n" + std::string(indent, ' ');
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
    at = end + 1;
  }
  return out + line;
}

class TextReport {
 public:
  TextReport(const LintOptions& options, std::ostream& out) : options_(options), out_(out) {}

  void write(const lint::Report& report) {
    const std::vector<std::string>* before = nullptr;
    for (const lint::Told& told : report.told) {
      if (!options_.hints && told.finding.severity == Severity::Hint) continue;
      if (before == nullptr || *before != told.paths) {
        if (before != nullptr) out_ << "\n";
        out_ << bold(heading(told.paths)) << "\n";
      }
      before = &told.paths;
      write(told);
    }
    if (before != nullptr) out_ << "\n";
    out_ << fmt::format("{}, {}, {} in {}; {} without errors and warnings{}\n",
                        lint::counted(report.count(Severity::Error), "error"),
                        lint::counted(report.count(Severity::Warning), "warning"),
                        lint::counted(report.count(Severity::Hint), "hint"),
                        lint::counted(report.holdings, "file"), report.fine,
                        report.sampled < report.holdings
                            ? fmt::format(" (values looked at in {})", report.sampled)
                            : "");
  }

 private:
  void write(const lint::Told& told) {
    const lint::Finding& finding = told.finding;
    constexpr std::size_t kIndent = 11;
    const std::string what =
        finding.variable.empty() ? finding.message : finding.variable + ": " + finding.message;
    const std::string name(lint::name_of(finding.severity));
    out_ << "  " << coloured(finding.severity, name) << std::string(kIndent - 2 - name.size(), ' ')
         << wrapped(printable(what) + fmt::format(" [{}]", finding.check), kIndent, options_.width)
         << "\n";
    const std::string margin(kIndent, ' ');
    if (!finding.consequence.empty()) {
      out_ << margin << wrapped(printable(finding.consequence), kIndent, options_.width) << "\n";
    }
    const bool one = told.paths.size() == 1;
    const std::string file = one ? shell_quoted(printable(told.paths.front())) : "FILE";
    const lint::Fix& fix = finding.fix;
    if (!fix.command.empty()) {
      out_ << margin << "fix: " << with_file(printable(fix.command), file) << "\n";
    }
    if (!fix.overlay.empty()) {
      out_ << margin << (fix.command.empty() ? "fix: " : "or:  ") << "datasets: {ID: {"
           << printable(fix.overlay) << "}}\n";
    }
  }

  static std::string heading(const std::vector<std::string>& paths) {
    if (paths.size() == 1) return printable(paths.front());
    return printable(fmt::format("{} and {} more of {}", paths.front(), paths.size() - 1,
                                 lint::series_pattern(paths.front())));
  }
  [[nodiscard]] std::string bold(const std::string& text) const {
    return options_.colours ? "\x1b[1m" + text + "\x1b[0m" : text;
  }
  [[nodiscard]] std::string coloured(Severity severity, const std::string& text) const {
    if (!options_.colours) return text;
    const char* const colour = severity == Severity::Error     ? "\x1b[31m"
                               : severity == Severity::Warning ? "\x1b[33m"
                                                               : "\x1b[36m";
    return colour + text + "\x1b[0m";
  }

  const LintOptions& options_;
  std::ostream& out_;
};

void write_json(const lint::Report& report, std::ostream& out) {
  Json json{{"errors", report.count(Severity::Error)},
            {"warnings", report.count(Severity::Warning)},
            {"hints", report.count(Severity::Hint)},
            {"files", report.holdings},
            {"files_fine", report.fine},
            {"files_sampled", report.sampled}};
  json["findings"] = Json::array();
  for (const lint::Told& told : report.told) {
    const lint::Finding& finding = told.finding;
    json["findings"].push_back({{"severity", lint::name_of(finding.severity)},
                                {"check", finding.check},
                                {"files", told.paths},
                                {"variable", finding.variable},
                                {"message", finding.message},
                                {"consequence", finding.consequence},
                                {"fix", finding.fix.command},
                                {"overlay", finding.fix.overlay}});
  }
  // File names and attributes may hold any bytes.
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace

int run_lint(const LintOptions& options, std::ostream& out) {
  if (!std::filesystem::exists(options.path)) {
    throw std::runtime_error(options.path + ": no such file or folder");
  }
  coverage::set_log_level(coverage::LogLevel::Error);  // the reasons are in the answer
  const coverage::HoldingsFound found = coverage::find_holdings({options.path}, {});
  std::vector<lint::Holding> holdings;
  std::vector<coverage::DatasetOverlay> overlays;
  if (!options.config_file.empty()) overlays = load_configuration(options.config_file).datasets;
  for (const auto& one : found.holdings) {
    const std::string relative(one.relative());
    const auto said = std::find_if(overlays.begin(), overlays.end(), [&](const auto& overlay) {
      return coverage::is_meant(overlay, relative);
    });
    const bool any = said != overlays.end();
    if (any && said->hidden) continue;  // nobody sees it
    holdings.push_back({one.path, relative, any ? said->schema : coverage::SchemaOverlay()});
  }
  const coverage::ArchiveParts parts = archive_parts_without_state();
  coverage::Executor executor;
  lint::Report report;
  {
    ProgressLine line("looking into files:");
    report = lint::lint(holdings, *parts.opener, executor,
                        [&line](std::size_t done, std::size_t total) { line.show(done, total); });
  }
  for (const auto& one : found.unreachable) {
    report.told.insert(
        report.told.begin(),
        {{one.path},
         {Severity::Error, "", one.reason, "Nothing below it is published.", {}, "not-served"}});
  }
  if (options.json) {
    write_json(report, out);
  } else {
    TextReport(options, out).write(report);
  }
  if (!out.flush()) throw std::runtime_error("the findings cannot be written");
  return report.count(Severity::Error) > 0 ? 1 : 0;
}

}  // namespace gyre::host
