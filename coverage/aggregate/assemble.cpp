#include "coverage/aggregate/assemble.h"

#include <algorithm>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/base/work.h"
#include "coverage/cf/packing.h"
#include "coverage/source/reading.h"
#include "coverage/source/zarr/strided_copy.h"

namespace gyre::coverage::aggregation {

std::uint32_t JoinedAxis::step_at(std::size_t member, std::size_t at) const {
  const auto own = of(member);
  if (own.size() == 1) return own.front().step;
  const auto found =
      std::lower_bound(own.begin(), own.end(), at,
                       [](const Place& one, std::size_t sought) { return one.at < sought; });
  if (found == own.end() || found->at != at) {
    throw Error(ErrorKind::Internal, "", "a member is asked for a step that it does not have");
  }
  return found->step;
}

const AggregateVariable* Layout::find(const std::string& name) const {
  for (std::size_t v = 0; v < variables.size(); ++v) {
    if (schema.variables[v].name == name) return &variables[v];
  }
  return nullptr;
}

namespace {

/// One step of a member that is wanted, and where it goes along the axis that is walked.
struct Wanted {
  std::uint32_t member, step, at;
};

class Assembly {
 public:
  Assembly(const Layout& layout, const AggregateVariable& variable, const IndexBox& box,
           const Fetch& fetch)
      : layout_(layout), variable_(variable), box_(box), fetch_(fetch) {
    const VariableSchema& schema = variable.form.schema;
    made_ = block_for(schema, box);
    made_.type = storage_type_of(schema);
    item_ = size_of(made_.type);
    made_.bytes.resize(made_.cells() * item_);
    if (variable.has_gaps) put_fill(made_, variable.form.fill);
    strides_ = row_major_strides(made_.shape, item_);
    dimension_of_.resize(layout.axes.size());
    for (std::size_t d = 0; d < variable.joined.size(); ++d) {
      if (variable.joined[d]) dimension_of_[*variable.joined[d]] = d;
      if (variable.in_file[d]) ++file_rank_;
    }
    walked_ = layout.axes.size() - 1;
    for (std::size_t j = 0; j < layout.axes.size(); ++j) {
      if (!layout.axes[j].file_dimension.empty()) walked_ = j;
    }
  }

  RawBlock run() {
    if (made_.bytes.empty()) return std::move(made_);
    std::vector<std::size_t> at;
    for (std::size_t j = 0; j < layout_.axes.size(); ++j) at.push_back(range_of(j).begin);
    while (true) {
      walk(at);
      std::size_t j = layout_.axes.size();
      while (j > 0) {  // the next of all axes but the walked one
        --j;
        if (j == walked_) continue;
        if (++at[j] < range_of(j).end) break;
        at[j] = range_of(j).begin;
        if (j == 0) return std::move(made_);
      }
      const bool over =
          std::all_of(at.begin(), at.end(), [&, k = std::size_t{0}](std::size_t one) mutable {
            const bool first = k == walked_ || one == range_of(k).begin;
            ++k;
            return first;
          });
      if (over) return std::move(made_);
    }
  }

 private:
  [[nodiscard]] const IndexRange& range_of(std::size_t axis) const {
    return box_[dimension_of_[axis]];
  }

  void walk(std::vector<std::size_t>& at) {
    const Owners& owners = layout_.owners[variable_.owners];
    std::size_t first = 0, stride = 1;
    for (std::size_t j = 0; j < at.size(); ++j) {
      first = first * layout_.axes[j].size + (j == walked_ ? 0 : at[j]);
      if (j > walked_) stride *= layout_.axes[j].size;
    }
    wanted_.clear();
    const JoinedAxis& axis = layout_.axes[walked_];
    for (std::size_t i = range_of(walked_).begin; i < range_of(walked_).end; ++i) {
      const std::uint32_t member = owners[first + i * stride];
      if (member == kNobody) continue;
      wanted_.push_back({member, axis.step_at(member, i), static_cast<std::uint32_t>(i)});
    }
    // Each member once, in the order in which its steps lie in it.
    const auto before = [](const Wanted& a, const Wanted& b) {
      return a.member != b.member ? a.member < b.member : a.step < b.step;
    };
    if (!std::is_sorted(wanted_.begin(), wanted_.end(), before)) {
      std::sort(wanted_.begin(), wanted_.end(), before);
    }
    std::vector<IndexRange> runs;
    const bool many = variable_.in_file[dimension_of_[walked_]].has_value();
    for (std::size_t begin = 0; begin < wanted_.size();) {
      std::size_t end = begin + 1;
      // What the file has once holds for all of its steps.
      while (end < wanted_.size() && wanted_[end].member == wanted_[begin].member &&
             (!many || wanted_[end].step == wanted_[end - 1].step + 1)) {
        ++end;
      }
      runs.push_back({begin, end});
      begin = end;
    }
    in_parallel(runs.size(), [&](std::size_t i) { place(at, runs[i].begin, runs[i].end); });
  }

  /// Reads steps that follow each other in one member, and puts each where it belongs.
  void place(const std::vector<std::size_t>& at, std::size_t begin, std::size_t end) {
    const std::uint32_t member = wanted_[begin].member;
    IndexBox box(file_rank_);
    for (std::size_t d = 0; d < variable_.in_file.size(); ++d) {
      if (!variable_.in_file[d]) continue;
      IndexRange& range = box[*variable_.in_file[d]];
      const auto joined = variable_.joined[d];
      if (!joined) {
        range = box_[d];
      } else if (*joined == walked_) {
        range = {wanted_[begin].step, wanted_[end - 1].step + std::size_t{1}};
      } else {
        const std::size_t step = layout_.axes[*joined].step_at(member, at[*joined]);
        range = {step, step + 1};
      }
    }
    Fetched fetched = fetch_(member, variable_, box);
    if (!fetched.block) return;
    if (variable_.form.converts) {
      const auto structure = layout_.members[member]->structure();
      const VariableSchema* const from = structure->find(variable_.file_name);
      if (from == nullptr)
        throw Error(ErrorKind::Internal, variable_.file_name, "no such variable");
      if (variable_.inherits.empty()) {
        fetched.block =
            std::make_shared<const RawBlock>(converted(*fetched.block, *from, variable_.form));
      } else {
        VariableSchema own = *from;
        inherit_units(own, structure->find(variable_.inherits));
        fetched.block =
            std::make_shared<const RawBlock>(converted(*fetched.block, own, variable_.form));
      }
    }
    check(fetched, box);
    for (std::size_t i = begin; i < end;) {  // at once what lies side by side here as well
      std::size_t next = i + 1;
      while (next < end && wanted_[next].at == wanted_[next - 1].at + 1) ++next;
      copy(at, fetched, box, i, next);
      i = next;
    }
  }

  void check(const Fetched& fetched, const IndexBox& box) const {
    std::size_t bytes = item_;
    bool good = fetched.block->type == made_.type && fetched.box.size() == box.size();
    for (std::size_t d = 0; good && d < box.size(); ++d) {
      good = fetched.box[d].begin <= box[d].begin && box[d].end <= fetched.box[d].end;
      bytes *= fetched.box[d].size();
    }
    if (!good || fetched.block->bytes.size() != bytes) {
      throw Error(ErrorKind::HoldingChanged, variable_.file_name,
                  "The data were replaced while they were being read; please ask again.");
    }
  }

  void copy(const std::vector<std::size_t>& at, const Fetched& fetched, const IndexBox& box,
            std::size_t begin, std::size_t end) {
    std::vector<std::size_t> shape;
    for (const IndexRange& range : fetched.box) shape.push_back(range.size());
    const std::vector<std::size_t> from_strides = row_major_strides(shape, item_);
    Strided<const std::byte*> from{fetched.block->bytes.data(), {}};
    Strided<std::byte*> to{made_.bytes.data(), {}};
    std::vector<std::size_t> extents;
    for (std::size_t d = 0; d < variable_.joined.size(); ++d) {
      const auto joined = variable_.joined[d];
      const auto in_file = variable_.in_file[d];
      const bool walked = joined && *joined == walked_;
      std::size_t extent = joined ? 1 : box_[d].size();
      if (walked) extent = end - begin;
      if (joined) {
        const std::size_t here = walked ? wanted_[begin].at : at[*joined];
        to.first += (here - box_[d].begin) * strides_[d];
      }
      if (in_file) {
        std::size_t first = box[*in_file].begin;
        if (walked) first = wanted_[begin].step;
        from.first += (first - fetched.box[*in_file].begin) * from_strides[*in_file];
      }
      extents.push_back(extent);
      to.strides.push_back(strides_[d]);
      from.strides.push_back(in_file ? from_strides[*in_file] : 0);
    }
    copy_strided(from, to, extents, item_);
  }

  const Layout& layout_;
  const AggregateVariable& variable_;
  const IndexBox& box_;
  const Fetch& fetch_;
  RawBlock made_;
  std::size_t item_ = 0, walked_ = 0, file_rank_ = 0;
  std::vector<std::size_t> strides_, dimension_of_;
  std::vector<Wanted> wanted_;
};

}  // namespace

RawBlock assemble(const Layout& layout, const AggregateVariable& variable, const IndexBox& box,
                  const Fetch& fetch) {
  return Assembly(layout, variable, box, fetch).run();
}

std::vector<std::string> assemble_texts(
    const Layout& layout, const AggregateVariable& variable,
    const std::function<std::shared_ptr<const std::vector<std::string>>(std::size_t member)>&
        texts_of) {
  const std::vector<std::size_t>& shape = variable.form.schema.shape;
  std::size_t cells = 1, owned = 1;
  for (const std::size_t extent : shape) cells *= extent;
  for (const JoinedAxis& axis : layout.axes) owned *= axis.size;
  std::vector<std::string> made(cells);
  const Owners& owners = layout.owners[variable.owners];
  std::shared_ptr<const std::vector<std::string>> texts;
  std::uint32_t texts_member = kNobody;
  std::vector<std::size_t> at(layout.axes.size(), 0);
  for (std::size_t cell = 0; cell < owned; ++cell) {
    const std::uint32_t member = owners[cell];
    if (member != kNobody) {
      if (member != texts_member) texts = texts_of(member);
      texts_member = member;
      // Every text of this cell: the joined dimensions stand, the others run.
      std::vector<std::size_t> index(shape.size(), 0);
      while (true) {
        std::size_t to = 0, from = 0;
        for (std::size_t d = 0; d < shape.size(); ++d) {
          to = to * shape[d] + (variable.joined[d] ? at[*variable.joined[d]] : index[d]);
        }
        std::vector<std::size_t> file_index, file_shape;
        const auto structure = layout.members[member]->structure();
        const VariableSchema* const own = structure->find(variable.file_name);
        if (own != nullptr) file_shape = own->shape;
        file_index.resize(file_shape.size(), 0);
        for (std::size_t d = 0; d < shape.size(); ++d) {
          if (!variable.in_file[d] || *variable.in_file[d] >= file_index.size()) continue;
          const auto joined = variable.joined[d];
          file_index[*variable.in_file[d]] =
              joined ? layout.axes[*joined].step_at(member, at[*joined]) : index[d];
        }
        for (std::size_t d = 0; d < file_shape.size(); ++d) {
          from = from * file_shape[d] + file_index[d];
        }
        if (texts && from < texts->size()) made[to] = (*texts)[from];
        std::size_t d = shape.size();
        bool more = false;
        while (d > 0 && !more) {
          --d;
          if (variable.joined[d]) continue;
          if (++index[d] < shape[d]) {
            more = true;
          } else {
            index[d] = 0;
          }
        }
        if (!more) break;
      }
    }
    for (std::size_t j = at.size(); j-- > 0;) {
      if (++at[j] < layout.axes[j].size) break;
      at[j] = 0;
    }
  }
  return made;
}

Fetched fetch_kept(const Layout& layout, std::size_t member, const AggregateVariable& variable) {
  Fetched fetched{layout.members[member]->values(variable.file_name), {}};
  if (!fetched.block) {
    throw Error(ErrorKind::Internal, variable.file_name,
                fmt::format("'{}' is not kept any more", variable.file_name));
  }
  for (const std::size_t extent : fetched.block->shape) fetched.box.push_back({0, extent});
  return fetched;
}

}  // namespace gyre::coverage::aggregation
