#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "coverage/archive/status_json.h"
#include "coverage/model/time_instant.h"
#include "gyre/abi.h"
#include "services/home/html.h"
#include "services/home/pages.h"
#include "services/http/text.h"

namespace gyre::home {
namespace {

using coverage::ArchiveStatus;
using coverage::DatasetStatus;
using coverage::NotServed;
using ows::ServerStatus;
using Json = nlohmann::ordered_json;

/// Rows of one table; the JSON has them all.
constexpr std::size_t kMostRows = 1000;

std::string when(std::int64_t us) {
  constexpr std::int64_t kSecond = 1'000'000;
  return coverage::TimeInstant(coverage::Calendar::Standard, us / kSecond * kSecond).iso8601();
}

std::string duration(std::int64_t us) {
  const std::int64_t seconds = us / 1'000'000;
  const std::int64_t days = seconds / 86400, hours = seconds / 3600 % 24,
                     minutes = seconds / 60 % 60;
  if (days > 0) return fmt::format("{} d {} h", days, hours);
  if (hours > 0) return fmt::format("{} h {} min", hours, minutes);
  if (minutes > 0) return fmt::format("{} min {} s", minutes, seconds % 60);
  return fmt::format("{} s", seconds);
}

std::string bytes_text(std::uint64_t bytes) {
  const auto size = static_cast<double>(bytes);
  if (size < 1e3) return fmt::format("{} bytes", bytes);
  if (size < 1e6) return fmt::format("{:.3g} kB", size / 1e3);
  if (size < 1e9) return fmt::format("{:.3g} MB", size / 1e6);
  return fmt::format("{:.3g} GB", size / 1e9);
}

struct Totals {
  std::size_t files = 0, steps = 0, missing = 0, duplicates = 0, quarantined = 0, warnings = 0;
};

Totals totals_of(const ArchiveStatus& archive) {
  Totals sum;
  for (const DatasetStatus& one : archive.datasets) {
    sum.files += one.files;
    sum.steps += one.steps;
    sum.missing += one.missing_steps;
    sum.duplicates += one.duplicate_steps;
    sum.quarantined += one.quarantined.size();
    sum.warnings += one.warnings.size();
  }
  return sum;
}

// ---- for programs ------------------------------------------------------------------------------

Json json_of(const ServerStatus& status, std::int64_t now_us) {
  const ArchiveStatus& archive = status.archive;
  const Totals sum = totals_of(archive);
  Json json{{"version", GYRE_VERSION}};
  json["started"] = when(status.started_us);
  json["uptime_s"] = (now_us - status.started_us) / 1'000'000;
  json["generation"] = archive.generation;
  json["changed"] = archive.changed_us == 0 ? Json() : Json(when(archive.changed_us));
  json["configuration"] = {{"refused", nullptr}, {"warnings", archive.warnings}};
  if (const auto& refused = archive.refused) {
    json["configuration"]["refused"] = {{"at", when(refused->at_us)},
                                        {"file", refused->file},
                                        {"line", refused->line == 0 ? Json() : Json(refused->line)},
                                        {"reason", refused->reason}};
  }
  json["totals"] = {{"datasets", archive.datasets.size()},
                    {"files", sum.files},
                    {"steps", sum.steps},
                    {"missing_steps", sum.missing},
                    {"duplicate_steps", sum.duplicates},
                    {"quarantined", sum.quarantined},
                    {"not_served", archive.not_served.size()},
                    {"warnings", sum.warnings}};
  json["index"] = nullptr;
  if (const auto& index = archive.index) {
    json["index"] = {{"known", index->known},
                     {"done", index->done},
                     {"total", index->total},
                     {"bytes", index->bytes},
                     {"trouble", index->trouble}};
  }
  json["readers"] = nullptr;
  if (const auto& readers = archive.readers) {
    json["readers"] = {{"running", readers->running},   {"started", readers->started},
                       {"requests", readers->requests}, {"crashed", readers->crashed},
                       {"killed", readers->killed},     {"timed_out", readers->timed_out},
                       {"lied", readers->lied},         {"exhausted", readers->exhausted},
                       {"replaced", readers->replaced}};
    if (!readers->trouble.empty()) json["readers"]["trouble"] = readers->trouble;
  }
  json["caches"] = Json::array();
  for (const ArchiveStatus::Cache& one : archive.caches) {
    json["caches"].push_back({{"name", one.name},
                              {"bytes", one.bytes},
                              {"limit_bytes", one.limit_bytes},
                              {"hits", one.hits},
                              {"misses", one.misses}});
  }
  if (const auto& working = archive.working) {
    json["working_memory"] = {{"bytes", working->bytes},
                              {"limit_bytes", working->limit_bytes},
                              {"waiting", working->waiting}};
  }
  json["stores"] = Json::array();
  for (const ArchiveStatus::Store& one : archive.stores) {
    json["stores"].push_back({{"name", one.name},
                              {"state", one.state},
                              {"requests", one.requests},
                              {"failures", one.failures},
                              {"bytes", one.bytes}});
  }
  json["datasets"] = Json::array();
  for (const DatasetStatus& one : archive.datasets)
    json["datasets"].push_back(coverage::as_json(one));
  json["not_served"] = coverage::as_json(archive.not_served);
  return json;
}

// ---- for people --------------------------------------------------------------------------------

std::string row(std::string_view name, std::string_view value) {
  return fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", escaped(name), escaped(value));
}

std::string of_server(const ServerStatus& status, std::int64_t now_us) {
  const ArchiveStatus& archive = status.archive;
  const Totals sum = totals_of(archive);
  std::string out = "<table>\n";
  out += row("Version", GYRE_VERSION);
  out += row("Running", fmt::format("{}, since {}", duration(now_us - status.started_us),
                                    when(status.started_us)));
  out += row("Catalogue",
             archive.changed_us == 0
                 ? fmt::format("{}", archive.generation)
                 : fmt::format("{}, changed {} ({} ago)", archive.generation,
                               when(archive.changed_us), duration(now_us - archive.changed_us)));
  out += row("Published", fmt::format("datasets {}, files {}, time steps {}",
                                      archive.datasets.size(), sum.files, sum.steps));
  out += row("Missing steps", std::to_string(sum.missing));
  out += row("Duplicate steps", std::to_string(sum.duplicates));
  out += row("Not served", fmt::format("{}, and {} left out of datasets", archive.not_served.size(),
                                       sum.quarantined));
  if (const auto& index = archive.index) {
    std::string text = fmt::format("{} files known, {}", index->known, bytes_text(index->bytes));
    if (index->total > 0) {
      text += fmt::format("; being looked into: {} of {}", index->done, index->total);
    }
    if (!index->trouble.empty()) text += "; " + index->trouble;
    out += row("Index", text);
  }
  if (const auto& readers = archive.readers) {
    if (!readers->trouble.empty()) out += row("Trouble", readers->trouble);
    out += row("Readers", fmt::format("{} running, {} started; {} crashed, {} timed out, {} out of "
                                      "memory, {} lied, {} killed, {} replaced; {} requests",
                                      readers->running, readers->started, readers->crashed,
                                      readers->timed_out, readers->exhausted, readers->lied,
                                      readers->killed, readers->replaced, readers->requests));
  }
  for (const ArchiveStatus::Cache& one : archive.caches) {
    const std::uint64_t asked = one.hits + one.misses;
    std::string text = bytes_text(one.bytes);
    if (one.limit_bytes > 0) text += " of " + bytes_text(one.limit_bytes);
    if (asked > 0) {
      text += fmt::format(", {:.0f} % found",
                          100.0 * static_cast<double>(one.hits) / static_cast<double>(asked));
    }
    out += row("Cache: " + one.name, text);
  }
  if (const auto& working = archive.working) {
    out += row("Working memory",
               fmt::format("{} of {}; {} requests wait for room", bytes_text(working->bytes),
                           bytes_text(working->limit_bytes), working->waiting));
  }
  for (const ArchiveStatus::Store& one : archive.stores) {
    out +=
        row("Store: " + one.name, fmt::format("{}; {} requests, {} failed, {}", one.state,
                                              one.requests, one.failures, bytes_text(one.bytes)));
  }
  return out + "</table>\n";
}

/// What the configuration says in vain, and whether another was refused.
std::string of_configuration(const ArchiveStatus& archive) {
  if (archive.warnings.empty() && !archive.refused) return {};
  std::string out = "<h2>Configuration</h2>\n";
  if (const auto& refused = archive.refused) {
    out += fmt::format("<p>Refused at {}, all stays as it was: <strong>{}{}: {}</strong></p>\n",
                       when(refused->at_us),
                       escaped(refused->file.empty() ? "the options" : refused->file),
                       refused->line == 0 ? std::string() : fmt::format(", line {}", refused->line),
                       escaped(shortened(refused->reason, 600)));
  }
  if (archive.warnings.empty()) return out;
  out += "<ul>\n";
  for (std::size_t i = 0; i < std::min(archive.warnings.size(), kMostRows); ++i) {
    out += fmt::format("<li>{}</li>\n", escaped(shortened(archive.warnings[i], 400)));
  }
  return out + "</ul>\n";
}

std::string cut_note(std::size_t count) {
  return count <= kMostRows ? std::string()
                            : fmt::format(
                                  "<p class=\"soft\">The first {} of {}; "
                                  "<code>status.json</code> has all.</p>\n",
                                  kMostRows, count);
}

std::string count_or_blank(std::size_t count) {
  return count == 0 ? std::string() : std::to_string(count);
}

/// What there is to say of a dataset, the first of each kind, behind their number.
std::string notes_of(const DatasetStatus& one) {
  constexpr std::size_t kShown = 10;
  std::string notes;
  const auto list = [&](std::size_t there, std::size_t in_all, const auto& text_of) {
    for (std::size_t i = 0; i < std::min(there, kShown); ++i) {
      notes += fmt::format("<li>{}</li>", escaped(shortened(text_of(i), 600)));
    }
    if (in_all > kShown) notes += fmt::format("<li>and {} more</li>", in_all - kShown);
  };
  list(one.warnings.size(), one.warnings.size(), [&](std::size_t i) { return one.warnings[i]; });
  list(one.quarantined.size(), one.quarantined.size(), [&](std::size_t i) {
    const NotServed& bad = one.quarantined[i];
    return fmt::format("{}{}{}: {}", bad.path, bad.variable.empty() ? "" : " ", bad.variable,
                       bad.reason);
  });
  list(one.holes.size(), one.holes_in_all,
       [&](std::size_t i) { return coverage::in_words(one.holes[i]); });
  list(one.duplicates.size(), one.duplicates_in_all,
       [&](std::size_t i) { return coverage::in_words(one.duplicates[i]); });
  if (notes.empty()) return {};
  return fmt::format(
      "<details><summary>{}</summary><ul>{}</ul></details>",
      one.warnings.size() + one.quarantined.size() + one.holes_in_all + one.duplicates_in_all,
      notes);
}

/// "12", or of forecasts "12 (3 runs x 4 leads)".
std::string steps_text(const DatasetStatus& one) {
  if (one.runs == 0) return count_or_blank(one.steps);
  return fmt::format("{} ({} runs × {} leads)", one.steps, one.runs, one.leads);
}

std::string of_datasets(const ArchiveStatus& archive, const ows::Context& context) {
  std::string out = fmt::format("<h2>{} dataset{}</h2>\n", archive.datasets.size(),
                                archive.datasets.size() == 1 ? "" : "s");
  if (archive.datasets.empty()) return out;
  out += cut_note(archive.datasets.size());
  out +=
      "<div class=\"wide\"><table><tr><th>Dataset</th><th>Files</th><th>Steps</th><th>First</th>"
      "<th>Last</th><th>Missing</th><th>Double</th><th>Left out</th><th>Notes</th></tr>\n";
  const std::size_t rows = std::min(archive.datasets.size(), kMostRows);
  for (std::size_t i = 0; i < rows; ++i) {
    const DatasetStatus& one = archive.datasets[i];
    const std::string notes = notes_of(one);
    out += fmt::format(
        "<tr><td><a href=\"{}/datasets/{}\">{}</a><br><span class=\"soft\">{}, {}</span></td>"
        "<td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
        "<td>{}</td></tr>\n",
        escaped(context.base_url), http::percent_encode(one.id), escaped(one.id), escaped(one.path),
        escaped(one.format), one.files, steps_text(one), escaped(one.first), escaped(one.last),
        count_or_blank(one.missing_steps), count_or_blank(one.duplicate_steps),
        count_or_blank(one.quarantined.size()), notes);
  }
  return out + "</table></div>\n";
}

std::string of_not_served(const ArchiveStatus& archive) {
  if (archive.not_served.empty()) return {};
  std::string out = "<h2>Not served</h2>\n" + cut_note(archive.not_served.size());
  out += "<div class=\"wide\"><table><tr><th>File</th><th>Variable</th><th>Why</th></tr>\n";
  const std::size_t rows = std::min(archive.not_served.size(), kMostRows);
  for (std::size_t i = 0; i < rows; ++i) {
    const NotServed& one = archive.not_served[i];
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", escaped(one.path),
                       escaped(one.variable), escaped(shortened(one.reason, 600)));
  }
  return out + "</table></div>\n";
}

}  // namespace

bool wants_json(const http::Request& request) {
  for (const std::string& pair : http::split_list(request.query, '&')) {
    if (http::same_word(pair, "f=json")) return true;
    if (http::same_word(pair, "f=html")) return false;
  }
  const std::string accept = http::lower_case(request.header("accept").value_or(""));
  const auto json = accept.find("application/json");
  return json != accept.npos && json < accept.find("text/html");
}

std::string status_json(const ServerStatus& status, const ows::Context& context) {
  // File names and attributes may hold any bytes.
  return json_of(status, context.clock->now_us())
             .dump(2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

std::string status_page(const ServerStatus& status, const ows::Context& context) {
  const std::string body =
      "<header><h1>Status</h1><p class=\"soft\"><a href=\"" + escaped(context.base_url) +
      "/\">What there is</a> · <a href=\"" + escaped(context.base_url) +
      "/status.json\">as JSON</a></p></header>\n<main>\n" +
      of_server(status, context.clock->now_us()) + of_configuration(status.archive) +
      of_datasets(status.archive, context) + of_not_served(status.archive) + "</main>";
  return page("Status", body, context);
}

}  // namespace gyre::home
