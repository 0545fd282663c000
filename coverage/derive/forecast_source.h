#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coverage/derive/derived_source.h"

namespace gyre::coverage {

/// Reads variables over runs and leads along a series of forecasts.
class ForecastSource final : public DerivedSource {
 public:
  struct Series {
    std::string dimension;    ///< along which the forecasts lie
    std::string runs, leads;  ///< dimensions of the original
    std::vector<Forecast> forecasts;
    /// Valid times, where no variable of the original has them: its name and values.
    std::string time_variable;
    std::vector<double> times;
  };
  /// @param original what the dataset says of itself
  ForecastSource(std::shared_ptr<const Dataset> dataset,
                 std::shared_ptr<const HoldingSchema> original,
                 std::shared_ptr<const HoldingSchema> schema, Series series);

  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  void explain(const std::string& variable, const IndexBox& box,
               Explanation& explanation) const override;
  [[nodiscard]] RawBlock read_wanted(const std::string& variable, const IndexBox& box,
                                     std::span<const std::uint8_t> wanted) const override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override;

 private:
  [[nodiscard]] bool leaves(const std::string& variable) const override {
    return variable != series_.time_variable && !place_of(variable);
  }
  /// How a variable of the original lies along the series.
  struct Place {
    const VariableSchema* original = nullptr;
    std::optional<std::size_t> run, lead;  ///< its dimensions of runs and leads
    std::size_t at = 0;                    ///< the dimension that stands for them
  };
  /// Absent where it does not vary along runs or leads.
  [[nodiscard]] std::optional<Place> place_of(const std::string& variable) const;
  [[nodiscard]] RawBlock read_series(const Place& place, const IndexBox& box) const;
  /// The box of the original that holds some forecasts of a box of the series.
  [[nodiscard]] static IndexBox original_box(const Place& place, const IndexBox& box,
                                             IndexRange runs, IndexRange leads);

  std::shared_ptr<const HoldingSchema> original_;
  Series series_;
};

}  // namespace gyre::coverage
