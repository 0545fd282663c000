#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/domain_set.h"
#include "coverage/model/field.h"
#include "coverage/model/forecast_runs.h"
#include "coverage/model/holding_schema.h"
#include "coverage/model/vertical_transform.h"

namespace gyre::coverage {

class Source;
struct Description;
struct AggregateReport;
struct Dataset;

/// The variables of a dataset that share one domain set.
struct Coverage {
  std::string id;  ///< NCName, DESIGN 2
  DomainSet domain_set;
  std::vector<Field> fields;  ///< file order
  /// Default colour range per field {low, high} in physical units, DESIGN 4; as many as fields.
  std::vector<std::pair<double, double>> colour_ranges;
  /// Where the holding tells by formula_terms which heights or pressures its levels have; null:
  /// not.
  std::shared_ptr<const VerticalTransform> vertical = nullptr;
  /// Where it holds the forecasts of several runs: when each is valid; null: not.
  std::shared_ptr<const ForecastRuns> forecasts = nullptr;
  /// Fields that are the length and the direction of one vector: maps draw arrows of them.
  struct Vector {
    std::size_t speed = 0, direction = 0;  ///< indices of fields; degrees clockwise from true
                                           ///< north, to which it goes
    bool operator==(const Vector&) const = default;
  };
  std::vector<Vector> vectors = {};
  /// Where it is another coverage on a regular grid: the dataset whose coverage of this index has
  /// the samples; null: it has its own.
  std::shared_ptr<const Dataset> samples = nullptr;
  std::size_t samples_index = 0;
  /// Coverages made of it and published beside it, each of a dataset of its own that holds this one
  /// without them; no layers of their own. Null: none.
  std::shared_ptr<const Dataset> best = nullptr;    ///< the best of its forecasts
  std::shared_ptr<const Dataset> lonlat = nullptr;  ///< on a regular grid

  /// By name, else by standard_name when unambiguous. @throws Error{NoSuchField}
  [[nodiscard]] GYRE_API std::size_t field_named(std::string_view name) const;
};

/// What a centre publishes under one id. Immutable once in a catalogue.
struct Dataset {
  std::string id;
  std::string path;                 ///< of the holding; for logs and reading, never for clients
  std::string format;               ///< of the holding, "NetCDF-4" ...
  std::vector<Coverage> coverages;  ///< principal first
  std::shared_ptr<const Source> source;
  /// What source->describe() said when the dataset was made, so that encoders carry companions
  /// (bounds, grid mappings, ...) without asking again. Absent: they ask.
  std::shared_ptr<const HoldingSchema> schema;
  std::shared_ptr<const Description> description;
  Attributes attributes;         ///< global attributes of the holding, for writing out again
  std::int64_t modified_us = 0;  ///< of the holding
  /// Of what is published: another one whenever the holding or what is said of it changes, and in
  /// another run of the server. 0: it changes without being published anew, or is not published.
  std::uint64_t version = 0;
  /// What in the holding contradicts itself or cannot be used, and what was made of it, in words
  /// for operators.
  std::vector<std::string> warnings = {};
  std::string native_format = "application/netcdf";  ///< media type WCS answers by default
  /// Steps whose time was so many days ago do not change any more; absent: nobody says so.
  std::optional<long> closed_after_days = {};
  /// Of several holdings joined: what became of them; null: it is one holding.
  std::shared_ptr<const AggregateReport> aggregate = nullptr;

  /// May values be written again where they are, as chunks of a Zarr store, of which its generation
  /// tells nothing? Whoever reads them looks at each; see Source::state_of.
  [[nodiscard]] bool may_change_unseen() const { return format.starts_with("Zarr"); }
};

/// What is published of a dataset: its coverages, then their best forecasts and regular grids, each
/// with the dataset it belongs to.
[[nodiscard]] GYRE_API std::vector<std::pair<const Dataset*, const Coverage*>> all_coverages(
    const Dataset& dataset);

/// All that is said of a dataset but its coverages, source and schema: for one made of it.
[[nodiscard]] GYRE_API std::shared_ptr<Dataset> without_coverages(const Dataset& dataset);

/// A version that no dataset had before. Thread-safe.
[[nodiscard]] GYRE_API std::uint64_t next_version();

/// A holding, or a variable of one, that is not published, and why, in words for operators.
struct NotServed {
  std::string path;      ///< below the data root
  std::string variable;  ///< empty: the whole holding
  std::string reason;
  bool operator==(const NotServed&) const = default;
};

/// "dataset/variable", the name of a field's layer. A ',' of the variable's name, which separates
/// names in WMS, and its '%' are percent-coded.
[[nodiscard]] GYRE_API std::string layer_name(const Dataset& dataset, const Field& field);

/// A field as WMS names it.
struct LayerRef {
  const Dataset* dataset = nullptr;
  const Coverage* coverage = nullptr;
  std::size_t field = 0;
};

/// Everything that is published, at one moment. Replaced whole; whoever holds it keeps it alive.
class GYRE_API Catalogue {
 public:
  Catalogue(std::vector<std::shared_ptr<const Dataset>> datasets, std::vector<NotServed> not_served,
            std::uint64_t generation, std::vector<std::string> warnings = {});

  [[nodiscard]] const std::vector<std::shared_ptr<const Dataset>>& datasets() const {
    return datasets_;
  }
  [[nodiscard]] const std::vector<NotServed>& not_served() const { return not_served_; }
  /// What the configuration says and no dataset is meant by, in words for operators.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  /// Changes whenever anything published changes; the updateSequence of capabilities.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }

  [[nodiscard]] std::shared_ptr<const Dataset> find_dataset(std::string_view id) const;
  /// @throws Error{NoSuchCoverage}
  [[nodiscard]] std::pair<std::shared_ptr<const Dataset>, const Coverage*> coverage(
      std::string_view id) const;
  /// "dataset/variable"; within a dataset-scoped endpoint also "variable".
  [[nodiscard]] std::optional<LayerRef> layer(std::string_view name,
                                              std::string_view dataset_scope = {}) const;
  /// The same catalogue with this one dataset only: what a dataset-scoped endpoint shows.
  [[nodiscard]] std::shared_ptr<const Catalogue> scoped_to(std::string_view dataset_id) const;

 private:
  std::vector<std::shared_ptr<const Dataset>> datasets_;
  std::vector<NotServed> not_served_;
  std::uint64_t generation_;
  std::vector<std::string> warnings_;
  std::map<std::string, std::pair<std::shared_ptr<const Dataset>, const Coverage*>, std::less<>>
      coverages_;
  std::map<std::string, std::size_t, std::less<>> ids_;
};

}  // namespace gyre::coverage
