#include "coverage/aggregate/aggregate.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "coverage/aggregate/aggregate_source.h"
#include "coverage/aggregate/agreement.h"
#include "coverage/aggregate/coordinates.h"
#include "coverage/aggregate/holes.h"
#include "coverage/aggregate/merged_variables.h"
#include "coverage/aggregate/positions.h"
#include "coverage/aggregate/structures.h"
#include "coverage/aggregate/usual_names.h"
#include "coverage/aggregate/value_form.h"
#include "coverage/base/error.h"
#include "coverage/cf/text.h"

namespace gyre::coverage {
namespace aggregation {
namespace {

/// Cells of the joined dimensions, whether any member has them or not: four bytes each.
constexpr std::size_t kMostCells = 64'000'000;

/// About `count` of the members, the first and the last among them.
std::vector<std::size_t> sample_of(std::size_t members, std::size_t count) {
  std::vector<std::size_t> sample;
  if (members <= count) count = members;
  for (std::size_t i = 0; i < count; ++i) {
    sample.push_back(count == 1 ? 0 : i * (members - 1) / (count - 1));
  }
  return sample;
}

/// Positions of the members for which `keep` is not 0.
void retain(Positions& positions, const std::vector<std::uint8_t>& keep) {
  std::size_t kept = 0, members = 0;
  for (std::size_t m = 0; m < keep.size(); ++m) {
    const std::uint32_t begin = positions.offsets[m], end = positions.offsets[m + 1];
    if (keep[m] == 0) continue;
    positions.everywhere[members] = positions.everywhere[m];
    positions.offsets[members++] = static_cast<std::uint32_t>(kept);
    for (std::uint32_t i = begin; i < end; ++i, ++kept) {
      positions.keys[kept] = positions.keys[i];
      positions.steps[kept] = positions.steps[i];
    }
  }
  positions.offsets[members] = static_cast<std::uint32_t>(kept);
  positions.offsets.resize(members + 1);
  positions.everywhere.resize(members);
  positions.keys.resize(kept);
  positions.steps.resize(kept);
}

class Aggregation {
 public:
  Aggregation(const AggregationRule& rule, const SchemaChanges& changes, const OpenMember& open)
      : rule_(rule), changes_(changes), open_(open) {}

  Aggregated run(const std::vector<MemberToJoin>& all) {
    Aggregated made;
    try {
      std::vector<MemberToJoin> members = usable(all);
      if (members.empty()) {
        throw Error(ErrorKind::UnsupportedHolding, "", "none of its files can be read");
      }
      join(std::move(members));
      made.source = std::make_shared<const AggregateSource>(layout_, open_);
    } catch (const Error& error) {
      made.refusal = error.what();
    }
    if (layout_) {
      for (const auto& member : layout_->members) {
        made.modified_ns = std::max(made.modified_ns, member->identity().modified_ns);
      }
    }
    made.report = std::make_shared<const AggregateReport>(std::move(report_));
    return made;
  }

 private:
  std::vector<MemberToJoin> usable(const std::vector<MemberToJoin>& all) {
    std::vector<MemberToJoin> members;
    members.reserve(all.size());
    for (const MemberToJoin& one : all) {
      if (one.holding->no_holding()) continue;
      const std::string refusal = one.holding->refusal();
      if (refusal.empty()) {
        members.push_back(one);
      } else {
        report_.quarantined.push_back({one.holding->relative(), "", refusal});
      }
    }
    return members;
  }

  void join(std::vector<MemberToJoin> members) {
    std::optional<NamePattern> names;
    if (!rule_.names.empty()) names.emplace(rule_.names);
    joins_ = find_joins(members, rule_, names);
    if (names) warn_of_words(*names);
    std::vector<std::string> growing;
    for (const Join& one : joins_.list) {
      if (one.in_files) growing.push_back(one.dimension);
    }
    for (const std::size_t m : sample_of(members.size(), 8)) {
      inherits_.merge(units_from(*members[m].holding->structure()));
    }
    Structures structures(growing, inherits_, rule_.strict_attributes);
    std::vector<std::uint32_t> classes;
    classes.reserve(members.size());
    for (const MemberToJoin& one : members)
      classes.push_back(structures.add(one.holding->structure()));

    Agreement agreement =
        agree_on_structure(std::move(members), std::move(classes), structures, growing, report_);
    std::vector<Part> parts = find_parts(agreement, joins_, rule_.expanded);
    std::vector<std::size_t> grid;
    for (std::size_t v = 0; v < parts.size(); ++v) {
      if (parts[v] == Part::Grid) grid.push_back(v);
    }
    agree_on_values(agreement, structures, grid, report_);
    place(agreement, structures, names);
    build(agreement, structures);
  }

  /// The calendar that the coordinate of the aggregate is told in.
  [[nodiscard]] Calendar calendar_along(const HoldingSchema& schema, const Join& join) const {
    const VariableSchema* const coordinate = schema.find(join.coordinate);
    const auto units = coordinate == nullptr ? std::nullopt : time_units_of(*coordinate);
    return units ? units->reference.calendar() : joins_.calendar;
  }

  /// What the pattern of names tells in vain.
  void warn_of_words(const NamePattern& names) {
    for (const std::string& word : names.names()) {
      if (std::any_of(joins_.list.begin(), joins_.list.end(),
                      [&](const Join& one) { return one.dimension == word; })) {
        continue;
      }
      std::string joined;
      for (const Join& one : joins_.list) joined += (joined.empty() ? "" : ", ") + one.dimension;
      report_.warnings.push_back(
          fmt::format("the pattern \"{}\" tells '{}', but its files are joined along {} (`join`)",
                      names.text(), word, joined.empty() ? "nothing" : joined));
    }
  }

  /// Finds where each member lies; those that lie nowhere go.
  void place(Agreement& agreement, const Structures& structures,
             const std::optional<NamePattern>& names) {
    for (std::size_t j = 0; j < joins_.list.size(); ++j) {
      std::vector<NoPosition> without;
      Positions found = find_positions(agreement.members, joins_.list[j], j, names,
                                       calendar_along(agreement.schema, joins_.list[j]), without,
                                       report_.warnings);
      for (const NoPosition& one : without) {
        report_.quarantined.push_back({agreement.members[one.member].holding->relative(),
                                       joins_.list[j].coordinate, one.reason});
      }
      // Files without a step yet have nothing to contribute, and are no fault.
      std::vector<std::uint8_t> keep(agreement.members.size(), 1);
      for (std::size_t m = 0; m < keep.size(); ++m) {
        keep[m] = found.offsets[m + 1] > found.offsets[m] || found.everywhere[m] != 0 ? 1 : 0;
      }
      positions_.push_back(std::move(found));
      if (std::find(keep.begin(), keep.end(), 0) == keep.end()) continue;
      aggregation::retain(agreement, structures, keep);
      for (Positions& one : positions_) retain(one, keep);
    }
    if (agreement.members.empty()) {
      throw Error(ErrorKind::UnsupportedHolding, "", "none of its files has anything to join");
    }
  }

  void build(const Agreement& agreement, const Structures& structures) {
    auto layout = std::make_shared<Layout>();
    for (const MemberToJoin& one : agreement.members) layout->members.push_back(one.holding);
    const auto leads = find_leads(agreement, joins_, positions_);
    if (leads) count_leads(*leads, positions_);
    std::size_t cells = 1;
    for (std::size_t j = 0; j < joins_.list.size(); ++j) {
      keys_.emplace_back();
      JoinedAxis axis = make_axis(positions_[j], keys_.back());
      if (axis.size == 0) {
        throw Error(ErrorKind::UnsupportedHolding, joins_.list[j].dimension,
                    fmt::format("none of its files has a step of '{}'", joins_.list[j].dimension));
      }
      axis.dimension = joins_.list[j].dimension;
      if (joins_.list[j].in_files) axis.file_dimension = axis.dimension;
      cells = axis.size > kMostCells / cells ? kMostCells + 1 : cells * axis.size;
      layout->axes.push_back(std::move(axis));
    }
    if (cells > kMostCells) {
      throw Error(ErrorKind::TooLarge, "",
                  fmt::format("its joined dimensions have more than {} cells: they hardly share "
                              "a position",
                              kMostCells));
    }
    const VariableSchema* periods = nullptr;
    if (leads) {
      periods = periods_of(agreement, *leads);
      layout->axes[leads->time].dimension = lead_name(agreement, periods);
    }
    add_variables(agreement, structures, *layout, leads, periods);
    add_dimensions(agreement, *layout);
    layout->schema.format = agreement.schema.format;
    layout->schema.remarks = agreement.schema.remarks;
    layout->schema.attributes = shared_attributes(agreement);
    change(*layout);
    layout_ = std::move(layout);
  }

  /// A variable of forecast periods along the members' own time.
  [[nodiscard]] const VariableSchema* periods_of(const Agreement& agreement,
                                                 const Leads& leads) const {
    const std::vector<std::string> along{joins_.list[leads.time].dimension};
    for (const VariableSchema& one : agreement.schema.variables) {
      if (one.dimensions == along && one.type != ElementType::String &&
          one.attributes.text("standard_name") == "forecast_period") {
        return &one;
      }
    }
    return nullptr;
  }

  [[nodiscard]] static std::string lead_name(const Agreement& agreement,
                                             const VariableSchema* periods) {
    if (periods != nullptr) return periods->name;
    std::string name = "forecast_period";
    const auto taken = [&] {
      return agreement.schema.find(name) != nullptr ||
             std::any_of(agreement.schema.dimensions.begin(), agreement.schema.dimensions.end(),
                         [&](const auto& one) { return one.name == name; });
    };
    while (taken()) name += "_";
    return name;
  }

  void add_variables(const Agreement& agreement, const Structures& structures, Layout& layout,
                     const std::optional<Leads>& leads, const VariableSchema* periods) {
    const auto add = [&](AggregateVariable made) {
      layout.schema.variables.push_back(made.form.schema);
      layout.variables.push_back(std::move(made));
    };
    VariableMerger merger(agreement, structures, joins_, rule_.overlaps, layout);
    merger.inherits = inherits_;
    std::set<std::string> made_anew;
    for (std::size_t j = 0; j < joins_.list.size(); ++j) {
      const Join& own = joins_.list[j];
      if (leads && j == leads->time) {
        const std::string& name = layout.axes[j].dimension;
        AggregateVariable made = make_lead_coordinate(name, keys_[j], periods);
        made.form.schema.dimensions = {name};
        made.form.schema.shape = {layout.axes[j].size};
        made_anew.insert(name);
        add(std::move(made));
        continue;
      }
      if (own.from == Join::From::Order) continue;  // no positions: a bare dimension
      AggregateVariable made =
          make_coordinate({agreement, structures, own, positions_[j], layout.axes[j], keys_[j],
                           (leads && j == leads->run) || is_of_runs(j)});
      if (is_lead_name(own.dimension) && !made.form.schema.attributes.has("units")) {
        report_.warnings.push_back(fmt::format(
            "'{0}' has no units, so that it is no forecast_period: `join: [{{dimension: "
            "{0}, units: hours}}]` gives it some",
            own.dimension));
      }
      made_anew.insert(made.form.schema.name);
      merger.chosen_times[made.form.schema.name] = made.form.schema;
      add(std::move(made));
    }
    const std::vector<Part> parts = find_parts(agreement, joins_, rule_.expanded);
    for (std::size_t v = 0; v < parts.size(); ++v) {
      const VariableSchema& variable = agreement.schema.variables[v];
      if (made_anew.contains(variable.name)) continue;
      Part part = parts[v];
      if (part == Part::Coordinate) part = Part::Label;  // times of runs and leads
      AggregateVariable made = merger.make(v, part);
      if (part == Part::Data && made.has_gaps) tell_gaps(agreement, layout, made, structures, v);
      add(std::move(made));
      VariableSchema& told = layout.schema.variables.back();
      if (inherits_.contains(variable.name)) {
        told.attributes.remove("units");
        told.attributes.remove("calendar");
      }
      if (leads && part == Part::Data) list_time(told, joins_.list[leads->time].coordinate);
      if (structures.variables()[agreement.seen[v]].attributes_differ) ++attributes_differ_;
    }
    tell_joined(layout, leads);
    tell_overlaps(layout, merger.overlaps());
  }

  /// Are the times of a join those of runs: by its name, or as leads or other times lie in them?
  [[nodiscard]] bool is_of_runs(std::size_t join) const {
    if (positions_[join].kind != Positions::Kind::Time) return false;
    if (is_run_name(joins_.list[join].dimension)) return true;
    for (std::size_t j = join + 1; j < joins_.list.size(); ++j) {
      if (is_lead_name(joins_.list[j].dimension) || positions_[j].kind == Positions::Kind::Time) {
        return true;
      }
    }
    return false;
  }

  static void list_time(VariableSchema& variable, const std::string& time) {
    std::string text = variable.attributes.text("coordinates").value_or("");
    const auto listed = cf::words(text);
    if (std::find(listed.begin(), listed.end(), time) != listed.end()) return;
    text += (text.empty() ? "" : " ") + time;
    variable.attributes.set({"coordinates", ElementType::String, text});
  }

  void tell_gaps(const Agreement& agreement, const Layout& layout, const AggregateVariable& made,
                 const Structures& structures, std::size_t variable) {
    const Owners& owners = layout.owners[made.owners];
    const auto gaps = std::count(owners.begin(), owners.end(), kNobody);
    const auto with = classes_with(structures, agreement.seen[variable]);
    std::size_t lacking = 0, first = 0;
    for (std::size_t m = 0; m < agreement.classes.size(); ++m) {
      if (with[agreement.classes[m]] != 0) continue;
      if (lacking++ == 0) first = m;
    }
    std::string text =
        fmt::format("'{}' is missing in {} of {} steps", made.file_name, gaps, owners.size());
    if (lacking > 0) {
      text += fmt::format("; {} files do not have it, {} among them", lacking,
                          layout.members[first]->relative());
    }
    report_.warnings.push_back(std::move(text));
  }

  [[nodiscard]] std::string position(std::size_t axis, std::size_t index,
                                     const std::optional<Leads>& leads) const {
    const std::int64_t key = keys_[axis][index];
    if (!leads || axis != leads->time) {
      const std::string& units = joins_.list[axis].units;
      const bool counted = positions_[axis].kind == Positions::Kind::Number && !units.empty();
      return positions_[axis].text(key) + (counted ? " " + units : "");
    }
    return fmt::format("{:g} hours", static_cast<double>(key) / 3.6e9);
  }

  void tell_joined(const Layout& layout, const std::optional<Leads>& leads) {
    leads_ = leads;
    report_.members = layout.members.size();
    report_.first = layout.members.front()->relative();
    report_.last = layout.members.back()->relative();
    for (std::size_t j = 0; j < layout.axes.size(); ++j) {
      const std::size_t size = keys_[j].size();
      report_.joined.push_back(
          {layout.axes[j].dimension, position(j, 0, leads), position(j, size - 1, leads), size});
      if (positions_[j].kind != Positions::Kind::Time || (leads && j == leads->time)) continue;
      for (const HoleInTime& hole : find_holes(positions_[j].calendar, keys_[j])) {
        report_.holes.push_back({layout.axes[j].dimension, position(j, hole.after, leads),
                                 position(j, hole.after + 1, leads), hole.steps});
      }
    }
    if (attributes_differ_ > 0) {
      report_.warnings.push_back(fmt::format(
          "{} variables have attributes that differ from file to file; those of most are told",
          attributes_differ_));
    }
  }

  void tell_overlaps(const Layout& layout, const Overlaps& overlaps) {
    const auto where = [&](std::size_t cell) {
      std::string text;
      for (std::size_t j = layout.axes.size(); j-- > 0;) {
        text = position(j, cell % layout.axes[j].size, leads_) + (text.empty() ? "" : ", ") + text;
        cell /= layout.axes[j].size;
      }
      return text;
    };
    for (const auto& [pair, one] : overlaps) {
      report_.duplicates.push_back({layout.members[pair.first]->relative(),
                                    layout.members[pair.second]->relative(), one.cells,
                                    where(one.first), where(one.last)});
    }
    for (std::size_t j = 0; j < layout.axes.size(); ++j) {  // a file that has a step twice
      for (std::size_t m = 0; m < layout.members.size(); ++m) {
        const std::uint32_t begin = positions_[j].offsets[m], end = positions_[j].offsets[m + 1];
        const std::size_t places = layout.axes[j].of(m).size();
        if (places == end - begin || positions_[j].everywhere[m] != 0) continue;
        std::vector<std::int64_t> keys(positions_[j].keys.begin() + begin,
                                       positions_[j].keys.begin() + end);
        std::sort(keys.begin(), keys.end());
        const auto twice = std::adjacent_find(keys.begin(), keys.end());
        const auto at = static_cast<std::size_t>(
            std::lower_bound(keys_[j].begin(), keys_[j].end(), *twice) - keys_[j].begin());
        const std::string text = position(j, at, leads_);
        const std::string path = layout.members[m]->relative();
        report_.duplicates.push_back({path, path, end - begin - places, text, text});
      }
    }
  }

  void add_dimensions(const Agreement& agreement, Layout& layout) const {
    auto& dimensions = layout.schema.dimensions;
    for (const JoinedAxis& axis : layout.axes) {
      if (axis.file_dimension.empty()) dimensions.push_back({axis.dimension, axis.size});
    }
    for (const DimensionSchema& one : agreement.schema.dimensions) {
      DimensionSchema made = one;
      for (const JoinedAxis& axis : layout.axes) {
        if (axis.file_dimension == one.name) made = {axis.dimension, axis.size};
      }
      dimensions.push_back(std::move(made));
    }
  }

  /// What all of a sample of the members say of themselves.
  static Attributes shared_attributes(const Agreement& agreement) {
    Attributes shared;
    bool first = true;
    for (const std::size_t m : sample_of(agreement.members.size(), 64)) {
      const Attributes own = agreement.members[m].holding->attributes();
      if (first) {
        shared = own;
        first = false;
        continue;
      }
      const Attributes before = shared;
      for (const Attribute& one : before) {
        const Attribute* const other = own.find(one.name);
        if (other == nullptr || !(*other == one)) shared.remove(one.name);
      }
    }
    return shared;
  }

  void change(Layout& layout) {
    if (changes_.empty()) return;
    std::vector<std::string> problems;
    const auto before = apply(changes_, layout.schema, problems);
    std::vector<AggregateVariable> variables;
    for (const std::size_t v : before) variables.push_back(std::move(layout.variables[v]));
    layout.variables = std::move(variables);
    report_.warnings.insert(report_.warnings.end(), problems.begin(), problems.end());
  }

  const AggregationRule& rule_;
  const SchemaChanges& changes_;
  const OpenMember& open_;
  AggregateReport report_;
  Joins joins_;
  std::map<std::string, std::string> inherits_;
  std::vector<Positions> positions_;
  std::vector<std::vector<std::int64_t>> keys_;
  std::optional<Leads> leads_;
  std::size_t attributes_differ_ = 0;
  std::shared_ptr<const Layout> layout_;
};

}  // namespace
}  // namespace aggregation

Aggregated aggregate(const std::vector<aggregation::MemberToJoin>& members,
                     const AggregationRule& rule, const aggregation::SchemaChanges& changes,
                     const aggregation::OpenMember& open) {
  return aggregation::Aggregation(rule, changes, open).run(members);
}

}  // namespace gyre::coverage
