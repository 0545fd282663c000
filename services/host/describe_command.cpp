#include "services/host/describe_command.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "coverage/archive/archive.h"
#include "coverage/archive/archive_status.h"
#include "coverage/archive/holdings.h"
#include "coverage/base/log.h"
#include "coverage/geometry/mesh.h"
#include "coverage/metadata/description.h"
#include "coverage/model/aggregate_report.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/remote_settings.h"
#include "services/host/archive_set_up.h"
#include "services/host/join_proposal.h"
#include "services/host/progress_line.h"

namespace gyre::host {
namespace {

using coverage::AggregateReport;
using coverage::Axis;
using coverage::Catalogue;
using coverage::Coverage;
using coverage::Dataset;
using coverage::Field;
using coverage::NotServed;
using Json = nlohmann::ordered_json;

/// Files at addresses are read from copies, which are gone afterwards.
class RemoteCopies {
 public:
  explicit RemoteCopies(const std::string& path) {
    if (!coverage::remote::is_address(path)) return;
    std::string pattern =
        (std::filesystem::temp_directory_path() / "gyre-describe-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) return;
    folder_ = pattern;
    coverage::remote::RemoteSettings settings;
    settings.cache_folder = folder_;
    coverage::remote::configure(std::move(settings));
  }
  ~RemoteCopies() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  RemoteCopies(const RemoteCopies&) = delete;
  RemoteCopies& operator=(const RemoteCopies&) = delete;

 private:
  std::string folder_;
};

/// Shortest decimal form that reads back the same.
std::string number(double value) { return fmt::format("{}", value); }

/// "one of type float32": 35.2 rather than 35.20000076293945.
std::string position(const Axis& axis, double value) {
  if (axis.data().type == coverage::ElementType::Float32) {
    return fmt::format("{}", static_cast<float>(value));
  }
  return number(value);
}

std::string first_position(const Axis& axis) {
  if (axis.is_time()) return axis.data().instants.front().iso8601();
  if (!axis.data().names.empty()) return axis.data().names.front();
  return position(axis, axis.centres().front());
}

std::string last_position(const Axis& axis) {
  if (axis.is_time()) return axis.data().instants.back().iso8601();
  if (!axis.data().names.empty()) return axis.data().names.back();
  return position(axis, axis.centres().back());
}

std::string_view name_of(coverage::AxisRole role) {
  switch (role) {
    case coverage::AxisRole::X:
      return "x";
    case coverage::AxisRole::Y:
      return "y";
    case coverage::AxisRole::Vertical:
      return "vertical";
    case coverage::AxisRole::Time:
      return "time";
    case coverage::AxisRole::ReferenceTime:
      return "reference time";
    case coverage::AxisRole::Member:
      return "member";
    case coverage::AxisRole::Other:
      return "other";
  }
  return "other";
}

std::string spacing(const Axis& axis) {
  if (axis.size() == 1) return axis.is_scalar() ? "scalar" : "one value";
  if (axis.data().index_only) return "index";
  if (const auto step = axis.regular_step()) return "every " + position(axis, *step);
  return axis.is_time() ? "steps" : "irregular";
}

std::string crs_name(const Coverage& coverage) {
  const coverage::Crs& crs = coverage.domain_set.crs();
  if (const auto* const mesh = coverage::geometry::mesh_cells(coverage.domain_set.geometry())) {
    using coverage::geometry::MeshElement;
    if (!mesh->mesh().names().has_tables()) {
      return fmt::format("{} cells, told by the bounds of '{}' and '{}'", mesh->columns(),
                         mesh->longitude_variable(), mesh->latitude_variable());
    }
    return fmt::format(
        "{}s of a mesh of {} nodes and {} faces", coverage::geometry::name_of(mesh->element()),
        mesh->mesh().count(MeshElement::Node), mesh->mesh().count(MeshElement::Face));
  }
  if (const coverage::CellGeometry* const geometry = coverage.domain_set.geometry()) {
    return fmt::format("two-dimensional coordinates '{}' and '{}'", geometry->longitude_variable(),
                       geometry->latitude_variable());
  }
  const bool named = !crs.name().empty() && crs.name() != "unknown";
  return crs.authority_code().value_or(named ? crs.name() : "a CRS of the file's own");
}

std::string type_of(const Field& field) {
  std::string text(coverage::name_of(field.storage));
  if (field.packing.packed) {
    text += fmt::format(" * {} + {}", number(field.packing.scale), number(field.packing.offset));
  }
  return text;
}

std::string below(const std::string& path, const std::string& root) {
  if (!path.starts_with('/') && !path.starts_with(root)) return path;  // below its root already
  const auto relative = std::filesystem::path(path).lexically_relative(root);
  const std::string text = relative.generic_string();
  return text.empty() || text == "." ? std::filesystem::path(path).filename().string() : text;
}

/// "a/b/" of "a/b/c.nc".
std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

/// Everything a description is written from.
struct Findings {
  std::string path;
  std::shared_ptr<const Catalogue> catalogue;
  std::vector<coverage::Series> series;
};

/// One line for the variables of a file that share a reason.
std::vector<std::string> lines_of(const std::vector<NotServed>& not_served) {
  std::vector<std::pair<const NotServed*, std::vector<std::string>>> groups;
  for (const NotServed& one : not_served) {
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      return group.first->path == one.path && group.first->reason == one.reason;
    });
    if (same == groups.end()) {
      groups.push_back({&one, {one.variable}});
    } else {
      same->second.push_back(one.variable);
    }
  }
  constexpr std::size_t kNamed = 8;
  std::vector<std::string> lines;
  for (const auto& [one, variables] : groups) {
    std::string names = fmt::format(
        "{}", fmt::join(variables.begin(),
                        variables.begin() +
                            static_cast<std::ptrdiff_t>(std::min(variables.size(), kNamed)),
                        ", "));
    if (variables.size() > kNamed) names += fmt::format(" and {} more", variables.size() - kNamed);
    std::string line = one->path + (names.empty() ? "" : " (" + names + ")") + ": " + one->reason;
    std::replace(line.begin(), line.end(), '\n', ' ');  // a name may hold anything
    lines.push_back(std::move(line));
  }
  return lines;
}

void write_coverage(const Dataset& dataset, const Coverage& coverage, std::ostream& out) {
  out << fmt::format("  coverage {}   {}\n", coverage.id, crs_name(coverage));
  for (const Axis& axis : coverage.domain_set.axes()) {
    out << fmt::format("    axis  {:<16} {:<14} {:>6}  {} .. {}  {}  ({})\n", axis.label(),
                       name_of(axis.role()), axis.size(), first_position(axis), last_position(axis),
                       axis.is_time() ? "" : axis.uom(), spacing(axis));
  }
  for (std::size_t i = 0; i < coverage.fields.size(); ++i) {
    const Field& field = coverage.fields[i];
    const auto text = dataset.description->fields.find(field.name);
    out << fmt::format(
        "    field {:<16} {}  [{}]  {}  colours {} .. {}\n", field.name,
        text == dataset.description->fields.end() ? field.long_name : text->second.title.in(""),
        field.units, type_of(field), number(coverage.colour_ranges[i].first),
        number(coverage.colour_ranges[i].second));
  }
}

/// What became of the files that a dataset is joined of.
void write_aggregate(const AggregateReport& report, std::ostream& out) {
  constexpr std::size_t kShown = 20;
  const auto list = [&](const char* what, std::size_t count, const auto& line_of) {
    for (std::size_t i = 0; i < std::min(count, kShown); ++i) {
      std::string line = line_of(i);
      std::replace(line.begin(), line.end(), '\n', ' ');  // a name may hold anything
      out << fmt::format("  {:<11} {}\n", what, line);
    }
    if (count > kShown) out << fmt::format("  {:<11} and {} more\n", what, count - kShown);
  };
  list("joined", 1, [&](std::size_t) {
    return report.members == 1
               ? fmt::format("of one file, {}", report.first)
               : fmt::format("of {} files, {} .. {}", report.members, report.first, report.last);
  });
  list("along", report.joined.size(), [&](std::size_t i) {
    const auto& one = report.joined[i];
    return fmt::format("{}: {} steps, {} .. {}", one.dimension, one.size, one.first, one.last);
  });
  list("hole", report.holes.size(),
       [&](std::size_t i) { return coverage::in_words(report.holes[i]); });
  list("duplicate", report.duplicates.size(),
       [&](std::size_t i) { return coverage::in_words(report.duplicates[i]); });
  list("quarantined", report.quarantined.size(), [&](std::size_t i) {
    const auto& one = report.quarantined[i];
    return fmt::format("{}{}: {}", one.path,
                       one.variable.empty() ? "" : fmt::format(" ({})", one.variable), one.reason);
  });
}

Json json_of(const AggregateReport& report) {
  Json json{{"members", report.members}, {"first", report.first}, {"last", report.last}};
  for (const char* list : {"joined", "holes", "duplicates", "quarantined"}) {
    json[list] = Json::array();
  }
  for (const auto& one : report.joined) {
    json["joined"].push_back({{"dimension", one.dimension},
                              {"size", one.size},
                              {"first", one.first},
                              {"last", one.last}});
  }
  for (const auto& one : report.holes) {
    json["holes"].push_back({{"dimension", one.dimension},
                             {"after", one.after},
                             {"before", one.before},
                             {"steps", one.steps}});
  }
  for (const auto& one : report.duplicates) {
    json["duplicates"].push_back({{"hidden", one.hidden},
                                  {"by", one.by},
                                  {"steps", one.steps},
                                  {"first", one.first.empty() ? Json() : Json(one.first)},
                                  {"last", one.last.empty() ? Json() : Json(one.last)}});
  }
  for (const auto& one : report.quarantined) {
    json["quarantined"].push_back(
        {{"path", one.path}, {"variable", one.variable}, {"reason", one.reason}});
  }
  return json;
}

void write_text(const Findings& found, std::ostream& out) {
  const auto& datasets = found.catalogue->datasets();
  out << fmt::format("{} dataset{} published\n", datasets.size(), datasets.size() == 1 ? "" : "s");
  for (const auto& dataset : datasets) {
    const auto& box = dataset->description->geographic;
    std::string path = below(dataset->path, found.path);
    std::replace(path.begin(), path.end(), '\n', ' ');  // a name may hold anything
    out << fmt::format("\n{}   {} ({})\n  {}\n  longitude {} .. {}, latitude {} .. {}\n",
                       dataset->id, path, dataset->format, dataset->description->title.in(""),
                       box.min_x, box.max_x, box.min_y, box.max_y);
    for (const auto& [owner, coverage] : coverage::all_coverages(*dataset)) {
      write_coverage(*owner, *coverage, out);
    }
    if (dataset->aggregate) write_aggregate(*dataset->aggregate, out);
    for (std::string warning : dataset->warnings) {
      std::replace(warning.begin(), warning.end(), '\n', ' ');
      out << "  warning  " << warning << "\n";
    }
  }
  if (!found.series.empty())
    out << "\nThese look like one series each (gyre describe --yaml tells how to join them):\n";
  for (const coverage::Series& series : found.series) {
    out << fmt::format("  {}: {} files\n", series.pattern, series.paths.size());
    for (const std::string& path : series.paths) {
      out << fmt::format("    {}\n", below(path, found.path));
    }
  }
  const std::vector<std::string> reasons = lines_of(found.catalogue->not_served());
  if (!reasons.empty()) out << "\nNot published:\n";
  for (const std::string& line : reasons) out << "  " << line << "\n";
  if (datasets.empty() && reasons.empty()) {
    out << fmt::format("\n{}: nothing there is NetCDF or a Zarr folder\n", found.path);
  }
}

void write_yaml(const Findings& found, std::ostream& out) {
  YAML::Emitter yaml;
  yaml << YAML::BeginMap << YAML::Key << "datasets" << YAML::Value << YAML::BeginMap;
  for (const auto& dataset : found.catalogue->datasets()) {
    if (dataset->aggregate && !dataset->path.starts_with(found.path)) continue;  // configured
    yaml << YAML::Key << below(dataset->path, found.path) << YAML::Value << YAML::BeginMap;
    yaml << YAML::Key << "id" << YAML::Value << dataset->id;
    yaml << YAML::Key << "title" << YAML::Value << dataset->description->title.in("");
    yaml << YAML::EndMap;
  }
  yaml << YAML::EndMap << YAML::EndMap;
  out << yaml.c_str() << "\n";
  bool any = false;
  for (const coverage::Series& series : found.series) {
    const std::string text =
        join_proposal(*found.catalogue, series, folder_of(below(series.paths.front(), found.path)));
    if (text.empty()) continue;
    if (!any) out << "# These look like one series each; to join one, put this among the above:\n";
    any = true;
    out << text;
  }
  for (const std::string& line : lines_of(found.catalogue->not_served())) {
    out << "# not published: " << line << "\n";
  }
}

Json json_of(const Axis& axis) {
  Json json{{"label", axis.label()},         {"role", name_of(axis.role())}, {"size", axis.size()},
            {"first", first_position(axis)}, {"last", last_position(axis)},  {"uom", axis.uom()}};
  json["regular_step"] = axis.regular_step() ? Json(*axis.regular_step()) : Json();
  if (axis.is_time()) {
    json["calendar"] = coverage::name_of(axis.data().instants.front().calendar());
  }
  return json;
}

Json json_of(const Dataset& dataset, const Coverage& coverage) {
  Json json{{"id", coverage.id}, {"crs", crs_name(coverage)}};
  json["axes"] = Json::array();
  for (const Axis& axis : coverage.domain_set.axes()) json["axes"].push_back(json_of(axis));
  json["fields"] = Json::array();
  for (std::size_t i = 0; i < coverage.fields.size(); ++i) {
    const Field& field = coverage.fields[i];
    const auto text = dataset.description->fields.find(field.name);
    Json one{{"name", field.name}, {"standard_name", field.standard_name}};
    if (text != dataset.description->fields.end()) one["title"] = text->second.title.in("");
    one["units"] = field.units;
    one["type"] = coverage::name_of(field.storage);
    if (field.packing.packed) {
      one["scale_factor"] = field.packing.scale;
      one["add_offset"] = field.packing.offset;
    }
    one["colour_range"] = {coverage.colour_ranges[i].first, coverage.colour_ranges[i].second};
    json["fields"].push_back(std::move(one));
  }
  return json;
}

void write_json(const Findings& found, std::ostream& out) {
  Json json;
  json["datasets"] = Json::array();
  for (const auto& dataset : found.catalogue->datasets()) {
    const auto& box = dataset->description->geographic;
    Json one{{"id", dataset->id},
             {"path", below(dataset->path, found.path)},
             {"format", dataset->format},
             {"title", dataset->description->title.in("")},
             {"warnings", dataset->warnings},
             {"bbox", {box.min_x, box.min_y, box.max_x, box.max_y}}};
    if (dataset->aggregate) one["aggregate"] = json_of(*dataset->aggregate);
    one["coverages"] = Json::array();
    for (const auto& [owner, coverage] : coverage::all_coverages(*dataset)) {
      one["coverages"].push_back(json_of(*owner, *coverage));
    }
    json["datasets"].push_back(std::move(one));
  }
  json["series"] = Json::array();
  for (const coverage::Series& series : found.series) {
    Json paths = Json::array();
    for (const std::string& path : series.paths) paths.push_back(below(path, found.path));
    json["series"].push_back({{"pattern", series.pattern}, {"paths", std::move(paths)}});
  }
  json["not_published"] = Json::array();
  for (const NotServed& one : found.catalogue->not_served()) {
    json["not_published"].push_back(
        {{"path", one.path}, {"variable", one.variable}, {"reason", one.reason}});
  }
  // File names and attributes may hold any bytes.
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace

int run_describe(const std::string& path, DescribeFormat format, std::ostream& out,
                 const std::vector<coverage::DatasetOverlay>& datasets) {
  coverage::set_log_level(coverage::LogLevel::Error);  // the reasons are in the answer
  coverage::ArchiveSettings settings;
  settings.roots = {path};
  const std::string root = coverage::canonical_root(path);
  settings.datasets = datasets;
  const RemoteCopies copies(path);
  coverage::Archive archive(settings, 1, archive_parts_without_state());
  ProgressLine line("looking into files:");
  const auto show = [&line](const auto&, const coverage::IndexProgress& progress) {
    line.show(progress.done, progress.total);
  };
  Findings found{root, archive.scan({}, show), {}};
  found.series = coverage::find_series(*found.catalogue);
  switch (format) {
    case DescribeFormat::Text:
      write_text(found, out);
      break;
    case DescribeFormat::Yaml:
      write_yaml(found, out);
      break;
    case DescribeFormat::Json:
      write_json(found, out);
      break;
  }
  if (!out.flush()) throw std::runtime_error("the description cannot be written");
  return found.catalogue->datasets().empty() ? 1 : 0;
}

}  // namespace gyre::host
