#include "coverage/vertical/level_heights.h"

#include <algorithm>
#include <array>
#include <limits>

#include "coverage/geometry/mesh.h"

namespace gyre::coverage {
namespace {

/// In metres, pascals or plain numbers; NaN where missing.
std::vector<double> numbers_of(const Source& source, const FormulaTerm& term, const IndexBox& box) {
  const RawBlock block = source.read(term.values.name, box);
  std::vector<double> numbers(block.cells());
  unpack(term.values, block, numbers);
  for (double& number : numbers) number *= term.factor;
  return numbers;
}

}  // namespace

LevelHeights::LevelHeights(const Source& source, const DomainSet& domain_set,
                           const VerticalTransform& transform, const std::vector<std::size_t>& at,
                           IndexRange rows, IndexRange columns)
    : formula_(transform.formula), levels_(domain_set.axes()[transform.axis].size()) {
  for (const TermRule& term : rule_of(formula_).terms) omitted_.push_back(term.omitted);
  for (const FormulaTerm& term : transform.terms) {
    IndexBox box;
    bool of_nodes = false;
    for (const std::size_t axis : term.axes) {
      of_nodes = of_nodes || axis == FormulaTerm::kNodes;
      box.push_back(axis == FormulaTerm::kOneCell || axis == FormulaTerm::kNodes ? IndexRange{0, 1}
                    : axis == transform.axis ? IndexRange{0, levels_}
                    : axis == domain_set.x() ? columns
                    : axis == domain_set.y() ? rows
                                             : IndexRange{at[axis], at[axis] + 1});
    }
    Values values;
    if (of_nodes) {
      values = read_of_nodes(source, domain_set, term, transform.axis, box, columns);
    } else {
      values.numbers = numbers_of(source, term, box);
      std::size_t stride = 1;
      for (std::size_t d = box.size(); d-- > 0;) {
        if (term.axes[d] == transform.axis) values.by_level = stride;
        if (term.axes[d] == domain_set.x()) {
          values.by_column = stride;
        } else if (term.axes[d] == domain_set.y()) {
          values.by_row = stride;
        }
        stride *= box[d].size();
      }
    }
    values.slot = term.slot;
    terms_.push_back(std::move(values));
  }
  if (formula_ == VerticalFormula::OceanS) stretch();
}

/// A level at a time, so that no more than one of all nodes is held.
LevelHeights::Values LevelHeights::read_of_nodes(const Source& source, const DomainSet& domain_set,
                                                 const FormulaTerm& term, std::size_t levels_axis,
                                                 const IndexBox& box, IndexRange columns) {
  const geometry::MeshCells& cells = *geometry::mesh_cells(domain_set.geometry());
  const auto nodes_of = [&](std::size_t column) {
    return cells.element() == geometry::MeshElement::Face ? cells.mesh().nodes_of_face(column)
                                                          : cells.mesh().nodes_of_edge(column);
  };
  IndexRange nodes{cells.mesh().count(geometry::MeshElement::Node), 0};
  for (std::size_t column = columns.begin; column < columns.end; ++column) {
    for (const std::size_t node : nodes_of(column)) {
      nodes.begin = std::min(nodes.begin, node);
      nodes.end = std::max(nodes.end, node + 1);
    }
  }
  Values values;
  values.by_column = 1;
  std::size_t levels = 1;
  for (std::size_t d = 0; d < box.size(); ++d) {
    if (term.axes[d] == levels_axis) {
      levels = box[d].size();
      values.by_level = columns.size();
    }
  }
  values.numbers.assign(levels * columns.size(), std::numeric_limits<double>::quiet_NaN());
  if (nodes.empty()) return values;  // faces without nodes are nowhere
  for (std::size_t level = 0; level < levels; ++level) {
    IndexBox part = box;
    for (std::size_t d = 0; d < box.size(); ++d) {
      if (term.axes[d] == levels_axis) part[d] = {level, level + 1};
      if (term.axes[d] == FormulaTerm::kNodes) part[d] = nodes;
    }
    const std::vector<double> numbers = numbers_of(source, term, part);
    for (std::size_t column = columns.begin; column < columns.end; ++column) {
      const auto corners = nodes_of(column);
      if (corners.empty()) continue;
      double sum = 0;
      for (const std::size_t node : corners) sum += numbers[node - nodes.begin];
      values.numbers[level * columns.size() + column - columns.begin] =
          sum / static_cast<double>(corners.size());
    }
  }
  return values;
}

void LevelHeights::stretch() {
  constexpr std::array<std::size_t, 3> kSlots{0, 3, 4};  // s, a, b
  std::array<const Values*, kSlots.size()> found{};
  for (const Values& term : terms_) {
    const auto slot = std::find(kSlots.begin(), kSlots.end(), term.slot);
    if (slot == kSlots.end()) continue;
    if (term.by_row != 0 || term.by_column != 0) return;  // columns differ
    found[static_cast<std::size_t>(slot - kSlots.begin())] = &term;
  }
  const auto value = [&](std::size_t k, std::size_t level) {
    return found[k] == nullptr ? omitted_[kSlots[k]]
                               : found[k]->numbers[level * found[k]->by_level];
  };
  for (std::size_t level = 0; level < levels_; ++level) {
    stretched_.push_back(stretched_s(value(0, level), value(1, level), value(2, level)));
  }
}

void LevelHeights::column(std::size_t row, std::size_t column, std::span<double> heights) const {
  std::array<double, kMostTerms> terms{};
  std::copy(omitted_.begin(), omitted_.end(), terms.begin());
  const std::span<const double> given(terms.data(), omitted_.size());
  for (std::size_t level = 0; level < levels_; ++level) {
    for (const Values& term : terms_) {
      terms[term.slot] =
          term.numbers[level * term.by_level + row * term.by_row + column * term.by_column];
    }
    heights[level] = stretched_.empty() ? compute(formula_, given, level)
                                        : height_of_stretched(given, stretched_[level]);
  }
}

std::size_t LevelHeights::values_per_column(const DomainSet& domain_set,
                                            const VerticalTransform& transform) {
  std::size_t values = 0;
  for (const FormulaTerm& term : transform.terms) {
    const auto along = [&](std::size_t axis) {
      return std::find(term.axes.begin(), term.axes.end(), axis) != term.axes.end();
    };
    if (!along(domain_set.x()) && !along(domain_set.y()) && !along(FormulaTerm::kNodes)) continue;
    values += along(transform.axis) ? domain_set.axes()[transform.axis].size() : 1;
  }
  return values;
}

double height_of_sample(const Source& source, const DomainSet& domain_set,
                        const VerticalTransform& transform, const std::vector<std::size_t>& at) {
  const IndexRange row{at[domain_set.y()], at[domain_set.y()] + 1};
  const IndexRange column{at[domain_set.x()], at[domain_set.x()] + 1};
  const LevelHeights heights(source, domain_set, transform, at, row, column);
  std::vector<double> levels(heights.levels());
  heights.column(0, 0, levels);
  return levels[at[transform.axis]];
}

}  // namespace gyre::coverage
