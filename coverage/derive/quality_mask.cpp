#include "coverage/derive/quality_mask.h"

#include <algorithm>
#include <map>

#include "coverage/cf/room_for_missing.h"
#include "coverage/derive/derivation.h"
#include "coverage/derive/derived_source.h"
#include "coverage/derive/put_missing.h"
#include "coverage/derive/stored_flag.h"

namespace gyre::coverage {
namespace {

struct Masked {
  Field original;
  cf::RoomForMissing room;
  std::vector<QualityRule> rules;
};

/// "sst_qc: good probably_good, sst_bits: clear".
std::string words_of(const std::vector<QualityRule>& rules) {
  std::string text;
  for (const QualityRule& rule : rules) {
    text += (text.empty() ? "" : ", ") + rule.quality.flags.name + ":";
    for (const Flag& flag : rule.kept) text += " " + flag.meaning;
  }
  return text;
}

/// 1 where the flag has none of the meanings kept, or is missing.
std::vector<std::uint8_t> refused_one_by_one(const QualityRule& rule, const RawBlock& block) {
  std::vector<std::uint8_t> out(block.cells());
  find_missing(rule.quality.flags, block, out);
  with_type(block.type, [&](auto zero) {
    const auto raw = block.as<decltype(zero)>();
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (out[i] != 0) continue;
      const auto stored = whole_number(raw[i]);
      const bool keeps = stored && std::any_of(rule.kept.begin(), rule.kept.end(), [&](auto& flag) {
                           return has_meaning(*stored, flag);
                         });
      out[i] = keeps ? 0 : 1;
    }
  });
  return out;
}

/// The same; of bytes, which flags mostly are, each value is judged once.
std::vector<std::uint8_t> refused(const QualityRule& rule, const RawBlock& block) {
  constexpr std::size_t kBytes = 256;
  if (size_of(block.type) > 1 || block.cells() < kBytes) return refused_one_by_one(rule, block);
  RawBlock every{block.type, {kBytes}, {}};
  for (std::size_t bits = 0; bits < kBytes; ++bits) {
    every.bytes.push_back(static_cast<std::byte>(bits));
  }
  const std::vector<std::uint8_t> table = refused_one_by_one(rule, every);
  std::vector<std::uint8_t> out(block.cells());
  std::transform(block.bytes.begin(), block.bytes.end(), out.begin(),
                 [&](std::byte bits) { return table[std::to_integer<std::size_t>(bits)]; });
  return out;
}

/// Calls action(cell of the field, cell of the flags) for all cells of a box, row-major.
template <typename Action>
void each_cell(const IndexBox& box, const QualityFlags& quality, Action&& action) {
  std::vector<std::size_t> strides(box.size(), 0);
  std::size_t stride = 1;
  for (std::size_t d = quality.dimensions.size(); d-- > 0;) {
    if (!quality.dimensions[d]) continue;
    strides[*quality.dimensions[d]] = stride;
    stride *= box[*quality.dimensions[d]].size();
  }
  const std::size_t cells = cells_of(box);
  std::vector<std::size_t> at(box.size(), 0);
  std::size_t from = 0;
  for (std::size_t cell = 0; cell < cells; ++cell) {
    action(cell, from);
    for (std::size_t d = box.size(); d-- > 0;) {
      from += strides[d];
      if (++at[d] < box[d].size()) break;
      from -= strides[d] * box[d].size();
      at[d] = 0;
    }
  }
}

class MaskedSource final : public DerivedSource {
 public:
  MaskedSource(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const HoldingSchema> schema,
               std::map<std::string, Masked> masked)
      : DerivedSource(std::move(dataset), std::move(schema)), masked_(std::move(masked)) {}

  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override {
    return masked(variable, box, original().read(variable, box));
  }
  [[nodiscard]] RawBlock read_wanted(const std::string& variable, const IndexBox& box,
                                     std::span<const std::uint8_t> wanted) const override {
    return masked(variable, box, original().read_wanted(variable, box, wanted));
  }
  /// The flags as well, which are read along.
  void explain(const std::string& variable, const IndexBox& box,
               Explanation& explanation) const override {
    original().explain(variable, box, explanation);
    const auto found = masked_.find(variable);
    if (found == masked_.end()) return;
    for (const QualityRule& rule : found->second.rules) {
      original().explain(rule.quality.flags.name, rule.quality.box_for(box), explanation);
    }
  }

 private:
  [[nodiscard]] bool leaves(const std::string& variable) const override {
    return !masked_.contains(variable);
  }
  [[nodiscard]] RawBlock masked(const std::string& variable, const IndexBox& box,
                                RawBlock block) const {
    const auto found = masked_.find(variable);
    if (found == masked_.end()) return block;
    const Masked& field = found->second;
    std::vector<std::uint8_t> gone = make_room(field.original, field.room, block);
    for (const QualityRule& rule : field.rules) {
      const std::vector<std::uint8_t> out =
          refused(rule, original().read(rule.quality.flags.name, rule.quality.box_for(box)));
      if (out.size() == gone.size() && in_order(rule.quality)) {
        for (std::size_t i = 0; i < gone.size(); ++i) gone[i] = gone[i] | out[i];
      } else {
        each_cell(box, rule.quality,
                  [&](std::size_t cell, std::size_t from) { gone[cell] = gone[cell] | out[from]; });
      }
    }
    put_missing(block, field.room, gone);
    return block;
  }

  /// Are the flags' dimensions the field's, in the same order?
  static bool in_order(const QualityFlags& quality) {
    for (std::size_t d = 0; d < quality.dimensions.size(); ++d) {
      if (quality.dimensions[d] != d) return false;
    }
    return true;
  }

  std::map<std::string, Masked> masked_;
};

}  // namespace

std::shared_ptr<const Dataset> masked_by_quality(const std::shared_ptr<const Dataset>& dataset,
                                                 const Coverage& coverage,
                                                 std::span<const FieldMask> masks) {
  Derivation derivation(*dataset, coverage);
  std::map<std::string, Masked> masked;
  for (const FieldMask& mask : masks) {
    if (mask.rules.empty()) continue;
    const Field& original = coverage.fields[mask.field];
    Masked one{original, cf::with_room_for_missing(original), mask.rules};
    one.room.field.attributes.set({"quality_mask", ElementType::String, words_of(mask.rules)});
    derivation.replace(mask.field, one.room.field);
    masked.emplace(original.name, std::move(one));
  }
  return derivation.finish([&](std::shared_ptr<const HoldingSchema> schema) {
    return std::make_shared<const MaskedSource>(dataset, std::move(schema), std::move(masked));
  });
}

}  // namespace gyre::coverage
