#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/dataset.h"
#include "coverage/model/index_range.h"
#include "coverage/model/raw_block.h"

namespace gyre::coverage {

/// The parameter that asks for quality, as errors name it.
inline constexpr const char* kQualityParameter = "QC";

/// A flag variable that a field lists among its ancillary_variables (CF 1.11, 3.4, 3.5), on the
/// field's dimensions or some of them.
struct QualityFlags {
  Field flags;  ///< of the variable; its `flags` are not empty
  /// Of each of the variable's dimensions, which of the field's it is; absent: it has one sample.
  std::vector<std::optional<std::size_t>> dimensions;

  /// The part of the flag variable that belongs to a box of the field.
  [[nodiscard]] GYRE_API IndexBox box_for(const IndexBox& field_box) const;
};

/// All flag variables of a field, in the order in which it lists them. No I/O.
[[nodiscard]] GYRE_API std::vector<QualityFlags> quality_flags(const Dataset& dataset,
                                                               const Field& field);

/// Does a stored flag have this meaning? With flag_values alone it equals the value, with
/// flag_masks alone any bit of the mask is set, with both the masked bits equal the value (CF 1.11,
/// 3.5).
[[nodiscard]] GYRE_API bool has_meaning(std::int64_t stored, const Flag& flag);

/// The meanings of a stored flag that is not missing, with ", " between them; empty: none of them.
[[nodiscard]] GYRE_API std::string meanings_of_sample(const Field& field, const RawBlock& block,
                                                      std::size_t index);
/// The same, or its number where it has no meaning.
[[nodiscard]] GYRE_API std::string words_of_flag(const Field& flags, const RawBlock& block,
                                                 std::size_t index);

/// What is asked: meanings ("good"), or of one variable ("sst_qc:good|probably_good").
using QualityWish = std::vector<std::string>;

/// Where a field is kept: the flag has one of these meanings. All rules of a field must agree.
struct QualityRule {
  QualityFlags quality;
  std::vector<Flag> kept;
};

/// A field that quality may be asked of.
struct QualitySubject {
  const Dataset* dataset = nullptr;
  const Field* field = nullptr;
};

/// What a wish comes down to, a list of rules for each subject: of every flag variable that knows
/// one of the meanings, or that is addressed. Meanings are compared without regard to case. A field
/// without flags has no rules, if another subject has some: it is left as it is.
/// @throws Error{InvalidParameter} when no subject has flags; for a meaning that none knows, or a
/// field whose flags know none of them, with the meanings there are
[[nodiscard]] GYRE_API std::vector<std::vector<QualityRule>> quality_rules(
    std::span<const QualitySubject> subjects, const QualityWish& wish);

/// What the flags of one sample say.
struct SampleQuality {
  std::string variable;
  /// Its meanings with ", " between them; its number where it has none of them; absent: the flag
  /// itself is missing.
  std::optional<std::string> meaning;
};

/// @param at index per axis of the coverage's domain set
/// Cost: reads one sample of each flag variable.
[[nodiscard]] GYRE_API std::vector<SampleQuality> quality_of_sample(
    const Dataset& dataset, const Coverage& coverage, const Field& field,
    const std::vector<std::size_t>& at);

}  // namespace gyre::coverage
