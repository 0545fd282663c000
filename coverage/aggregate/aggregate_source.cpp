#include "coverage/aggregate/aggregate_source.h"

#include <algorithm>

#include "coverage/aggregate/assemble.h"
#include "coverage/base/error.h"
#include "coverage/base/explanation.h"
#include "coverage/cf/packing.h"
#include "coverage/source/picked_copy.h"
#include "coverage/source/reading.h"

namespace gyre::coverage::aggregation {
namespace {

const AggregateVariable& variable_in(const Layout& layout, const std::string& name) {
  const AggregateVariable* const found = layout.find(name);
  if (found == nullptr) {
    throw Error(ErrorKind::NoSuchField, name, "There is no variable '" + name + "'.");
  }
  return *found;
}

/// A member's form as the aggregate's; absent where chunks hold several steps of a joined
/// dimension, or the dimensions are in another order.
std::optional<StoredForm> in_aggregate(const AggregateVariable& variable, const StoredForm& own) {
  StoredForm form{{}, own.shuffled};
  std::size_t in_file = 0;
  for (std::size_t d = 0; d < variable.joined.size(); ++d) {
    std::size_t extent = 1;
    if (variable.in_file[d]) {
      if (*variable.in_file[d] != in_file || in_file >= own.chunk_shape.size()) return std::nullopt;
      extent = own.chunk_shape[in_file++];
    }
    if (variable.joined[d] && extent != 1) return std::nullopt;
    form.chunk_shape.push_back(extent);
  }
  if (in_file != own.chunk_shape.size()) return std::nullopt;
  return form;
}

/// Whose the values at one place of all joined axes are; kNobody.
std::uint32_t owner_at(const Layout& layout, const AggregateVariable& variable,
                       const std::vector<std::size_t>& at) {
  std::size_t cell = 0;
  for (std::size_t j = 0; j < at.size(); ++j) cell = cell * layout.axes[j].size + at[j];
  return layout.owners[variable.owners][cell];
}

/// What is told of each dimension, as a member tells it at one place of all joined axes, `step`
/// being what stands for its step there; absent: its dimensions are in another order.
template <typename Told, typename Step>
std::optional<std::vector<Told>> as_member(const Layout& layout, const AggregateVariable& variable,
                                           std::uint32_t member, const std::vector<std::size_t>& at,
                                           const std::vector<Told>& told, const Step& step) {
  std::vector<Told> own;
  for (std::size_t d = 0; d < told.size(); ++d) {
    if (!variable.in_file[d]) continue;
    if (*variable.in_file[d] != own.size()) return std::nullopt;
    const auto joined = variable.joined[d];
    own.push_back(joined ? step(layout.axes[*joined].step_at(member, at[*joined])) : told[d]);
  }
  return own;
}

}  // namespace

template <typename Read>
auto AggregateSource::with_member(std::uint32_t member, const Read& read) const {
  const auto source = sources_.source(member, layout_->members[member]);
  try {
    return read(*source);
  } catch (...) {
    sources_.forget(member);
    throw;
  }
}

RawBlock AggregateSource::read(const std::string& name, const IndexBox& box) const {
  using Kind = AggregateVariable::Kind;
  const AggregateVariable& variable = variable_in(*layout_, name);
  static_cast<void>(block_for(variable.form.schema, box));  // checks the box
  switch (variable.kind) {
    case Kind::Kept:
      return part_of(*variable.block, box);
    case Kind::Alike:
      return with_member(variable.member, [&](const Source& source) {
        return source.read(variable.file_name, box);
      });
    case Kind::Joined:
      break;
  }
  return assemble(*layout_, variable, box,
                  [&](std::size_t member, const AggregateVariable& own, const IndexBox& part) {
                    if (own.values_kept && layout_->members[member]->values(own.file_name)) {
                      return fetch_kept(*layout_, member, own);
                    }
                    RawBlock block = with_member(
                        static_cast<std::uint32_t>(member),
                        [&](const Source& source) { return source.read(own.file_name, part); });
                    return Fetched{std::make_shared<const RawBlock>(std::move(block)), part};
                  });
}

void AggregateSource::explain(const std::string& name, const IndexBox& box,
                              Explanation& explanation) const {
  using Kind = AggregateVariable::Kind;
  const AggregateVariable& variable = variable_in(*layout_, name);
  if (variable.kind == Kind::Kept) return;
  if (variable.kind == Kind::Alike) {
    return with_member(variable.member, [&](const Source& source) {
      source.explain(variable.file_name, box, explanation);
    });
  }
  const auto handed_on = stored_form(name);
  const auto note = [&](std::size_t member, const AggregateVariable& own, const IndexBox& part) {
    const IndexedHolding& holding = *layout_->members[member];
    if (own.values_kept && holding.values(own.file_name)) return Fetched{};
    with_member(static_cast<std::uint32_t>(member), [&](const Source& source) {
      const auto theirs = handed_on ? source.stored_form(own.file_name) : std::nullopt;
      const Explanation::Decoding decoding(!theirs || in_aggregate(variable, *theirs) != handed_on);
      source.explain(own.file_name, part, explanation);
    });
    return Fetched{};
  };
  static_cast<void>(assemble(*layout_, variable, box, note));
}

/// At one place of all joined dimensions picks are one member's.
std::optional<AggregateSource::OfMember> AggregateSource::of_member(
    const AggregateVariable& variable, const Picks& picks) const {
  const VariableSchema& schema = variable.form.schema;
  bool plain = variable.kind == AggregateVariable::Kind::Joined && !variable.form.converts &&
               picks.size() == schema.dimensions.size();
  std::vector<std::size_t> at(layout_->axes.size(), 0);
  for (std::size_t d = 0; plain && d < picks.size(); ++d) {
    plain = picks[d].back() < schema.shape[d];
    if (!variable.joined[d]) continue;
    plain = plain && picks[d].size() == 1;
    at[*variable.joined[d]] = picks[d].front();
  }
  if (!plain) return std::nullopt;
  const std::uint32_t member = owner_at(*layout_, variable, at);
  if (member == kNobody) return std::nullopt;
  auto own = as_member(*layout_, variable, member, at, picks,
                       [](std::size_t step) { return std::vector<std::size_t>{step}; });
  if (!own) return std::nullopt;
  return OfMember{member, std::move(*own)};
}

RawBlock AggregateSource::read_picked(const std::string& name, const Picks& picks) const {
  const AggregateVariable& variable = variable_in(*layout_, name);
  const auto own = of_member(variable, picks);
  if (!own) return Source::read_picked(name, picks);
  std::vector<std::size_t> shape;
  for (const auto& indices : picks) shape.push_back(indices.size());
  RawBlock block = with_member(own->member, [&](const Source& source) {
    return source.read_picked(variable.file_name, own->picks);
  });
  if (block.type != storage_type_of(variable.form.schema) || block.cells() != cells_of(picks)) {
    throw Error(ErrorKind::HoldingChanged, variable.file_name,
                "The data were replaced while they were being read; please ask again.");
  }
  block.shape = std::move(shape);
  return block;
}

void AggregateSource::explain_picked(const std::string& name, const Picks& picks,
                                     Explanation& explanation) const {
  const AggregateVariable& variable = variable_in(*layout_, name);
  const auto own = of_member(variable, picks);
  if (!own) return Source::explain_picked(name, picks, explanation);
  with_member(own->member, [&](const Source& source) {
    source.explain_picked(variable.file_name, own->picks, explanation);
  });
}

std::optional<Fingerprint> AggregateSource::state_of(const std::string& name,
                                                     const IndexBox& box) const {
  using Kind = AggregateVariable::Kind;
  const AggregateVariable& variable = variable_in(*layout_, name);
  static_cast<void>(block_for(variable.form.schema, box));  // checks the box
  const auto of_member = [&](std::uint32_t member, const IndexBox& own) {
    return with_member(
        member, [&](const Source& source) { return source.state_of(variable.file_name, own); });
  };
  if (variable.kind == Kind::Alike) return of_member(variable.member, box);
  if (variable.kind == Kind::Kept) return std::nullopt;
  std::vector<std::size_t> at(layout_->axes.size(), 0);
  for (std::size_t d = 0; d < box.size(); ++d) {
    if (!variable.joined[d]) continue;
    if (box[d].size() != 1) return std::nullopt;
    at[*variable.joined[d]] = box[d].begin;
  }
  const std::uint32_t member = owner_at(*layout_, variable, at);
  if (member == kNobody) return std::nullopt;
  const auto own = as_member(*layout_, variable, member, at, box, [](std::size_t step) {
    return IndexRange{step, step + 1};
  });
  return own ? of_member(member, *own) : std::nullopt;
}

std::optional<StoredForm> AggregateSource::stored_form(const std::string& name) const {
  using Kind = AggregateVariable::Kind;
  const AggregateVariable& variable = variable_in(*layout_, name);
  if (variable.kind == Kind::Kept) return std::nullopt;
  const auto of_member = [&](std::uint32_t member) {
    return with_member(
        member, [&](const Source& source) { return source.stored_form(variable.file_name); });
  };
  if (variable.kind == Kind::Alike) return of_member(variable.member);
  if (variable.form.converts) return std::nullopt;
  const Owners& owners = layout_->owners[variable.owners];
  const auto first =
      std::find_if(owners.begin(), owners.end(), [](auto owner) { return owner != kNobody; });
  if (first == owners.end()) return std::nullopt;
  const auto of_first = of_member(*first);
  return of_first ? in_aggregate(variable, *of_first) : std::nullopt;
}

std::optional<StoredChunk> AggregateSource::read_stored(
    const std::string& name, const StoredForm& form, const std::vector<std::size_t>& corner) const {
  const AggregateVariable& variable = variable_in(*layout_, name);
  if (variable.kind == AggregateVariable::Kind::Alike) {
    return with_member(variable.member, [&](const Source& source) {
      return source.read_stored(variable.file_name, form, corner);
    });
  }
  std::vector<std::size_t> at(layout_->axes.size(), 0);
  for (std::size_t d = 0; d < corner.size(); ++d) {
    if (variable.joined[d]) at[*variable.joined[d]] = corner[d];
  }
  const std::uint32_t member = owner_at(*layout_, variable, at);
  if (member == kNobody) return std::nullopt;
  const auto own =
      as_member(*layout_, variable, member, at, corner, [](std::size_t step) { return step; });
  if (!own) return std::nullopt;
  return with_member(member, [&](const Source& source) -> std::optional<StoredChunk> {
    const auto theirs = source.stored_form(variable.file_name);
    if (!theirs || in_aggregate(variable, *theirs) != form) return std::nullopt;
    return source.read_stored(variable.file_name, *theirs, *own);
  });
}

std::vector<std::string> AggregateSource::read_strings(const std::string& name) const {
  using Kind = AggregateVariable::Kind;
  const AggregateVariable& variable = variable_in(*layout_, name);
  if (variable.form.schema.type != ElementType::String) {
    throw Error(ErrorKind::Internal, name, "'" + name + "' holds numbers, not texts");
  }
  const auto of_member = [&](std::uint32_t member) {
    return with_member(
        member, [&](const Source& source) { return source.read_strings(variable.file_name); });
  };
  if (variable.kind == Kind::Kept) return *variable.texts;
  if (variable.kind == Kind::Alike) return of_member(variable.member);
  return assemble_texts(*layout_, variable, [&](std::size_t member) {
    if (auto kept = layout_->members[member]->texts(variable.file_name)) return kept;
    return std::make_shared<const std::vector<std::string>>(
        of_member(static_cast<std::uint32_t>(member)));
  });
}

}  // namespace gyre::coverage::aggregation
