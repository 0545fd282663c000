#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/index/holding_record.h"

namespace gyre::coverage {

/// A holding as it was when it was indexed. Answers from what is known: opens nothing. Thread-safe.
///
/// What is equal in many holdings of an archive is shared: two structures (or two values) that are
/// the same object are equal, so that most comparisons are of pointers. Keep neither longer than
/// needed: they are made when asked for, and an archive has 100,000 holdings.
class IndexedHolding {
 public:
  virtual ~IndexedHolding() = default;
  [[nodiscard]] virtual std::string path() const = 0;      ///< file, store or address
  [[nodiscard]] virtual std::string relative() const = 0;  ///< below its root
  [[nodiscard]] virtual FileIdentity identity() const = 0;
  /// HoldingRecord::refusal
  [[nodiscard]] virtual std::string refusal() const = 0;
  [[nodiscard]] virtual bool no_holding() const = 0;
  /// The schema without its global attributes, which differ from file to file.
  [[nodiscard]] virtual std::shared_ptr<const HoldingSchema> structure() const = 0;
  /// The global attributes.
  [[nodiscard]] virtual Attributes attributes() const = 0;
  /// Kept values of a variable; null: not kept, its source has them.
  [[nodiscard]] virtual std::shared_ptr<const RawBlock> values(
      const std::string& variable) const = 0;
  [[nodiscard]] virtual std::shared_ptr<const std::vector<std::string>> texts(
      const std::string& variable) const = 0;
  /// Of the values (or texts) of a variable that places or describes others, kept or not; absent
  /// for data.
  [[nodiscard]] virtual std::optional<Fingerprint> fingerprint(
      const std::string& variable) const = 0;
  /// Where its values lie; null: only the library knows that wrote it.
  [[nodiscard]] virtual std::shared_ptr<const VariableLayout> layout(
      const std::string& variable) const = 0;
};

/// The whole schema: structure and global attributes.
[[nodiscard]] GYRE_API HoldingSchema schema_of(const IndexedHolding& holding);

/// A holding whose record is in memory: what is not indexed yet, and tests.
[[nodiscard]] GYRE_API std::shared_ptr<const IndexedHolding> holding_of(
    std::string path, std::string relative, std::shared_ptr<const HoldingRecord> record);

}  // namespace gyre::coverage
