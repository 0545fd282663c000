#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coverage/aggregate/ncml.h"
#include "coverage/archive/archive.h"
#include "coverage/archive/dataset_builder.h"
#include "coverage/archive/holdings.h"

namespace gyre::coverage {

/// One dataset of several holdings, as the configuration or an .ncml file asks for it.
struct AggregatePlan {
  struct Member {
    std::size_t holding = 0;  ///< index among those found
    std::vector<std::string> told = {};
  };
  std::string path;      ///< names it: of the .ncml file, else the key of the configuration
  std::string relative;  ///< the same below its root, for reasons and for its id
  AggregationRule rule;
  aggregation::SchemaChanges changes;
  SchemaOverlay overlay;              ///< of what they become
  std::vector<Member> members;        ///< by path
  std::vector<std::string> problems;  ///< what cannot be as it is asked for, for operators
};

struct AggregatePlans {
  std::vector<AggregatePlan> plans;
  /// Of each holding found: is it a member, and is it no dataset of its own because of that?
  std::vector<std::uint8_t> member, hidden;
};

/// The .ncml files, each read again when it changed.
class NcmlDocuments {
 public:
  struct Document {
    FileIdentity identity;
    std::optional<aggregation::NcmlDocument> document;
    std::string problem;  ///< why there is none
  };
  [[nodiscard]] const Document& at(const std::string& path, const std::string& relative);
  /// Did one change since it was read, or is one new or gone?
  [[nodiscard]] bool changed(const std::vector<HoldingFound>& found) const;
  void forget_gone(const std::vector<HoldingFound>& found);

 private:
  std::map<std::string, Document> documents_;
};

/// Which of the holdings are joined. Opens none of them, .ncml files alone.
/// @param found by path
[[nodiscard]] AggregatePlans plan_aggregates(const std::vector<HoldingFound>& found,
                                             const std::vector<DatasetOverlay>& overlays,
                                             NcmlDocuments& documents);

/// An aggregation and what its members are now, as a hash: equal when nothing changed.
[[nodiscard]] Fingerprint generation_of(
    const AggregatePlan& plan, const std::vector<std::shared_ptr<const IndexedHolding>>& indexed);

/// Its dataset, or the reasons. @param indexed of each holding found, null where it is not
/// indexed (yet)
[[nodiscard]] OpenedHolding open_aggregate(
    const AggregatePlan& plan, const std::vector<std::shared_ptr<const IndexedHolding>>& indexed,
    const std::shared_ptr<Opener>& opener,
    const std::shared_ptr<geometry::GeometryStore>& geometries, IndexCatalogue* catalogue);

}  // namespace gyre::coverage
