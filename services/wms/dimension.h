#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coverage/model/domain_set.h"
#include "services/wms/time_extent.h"

namespace gyre::wms {

/// An axis beside x and y as WMS publishes it (06-042, annex C).
struct Dimension {
  enum class Kind : std::uint8_t { Time, Number, Name };
  Kind kind = Kind::Number;
  std::size_t axis = 0;  ///< index in the domain set
  std::string name;      ///< "time", "elevation", "reference_time", else the label in lower case
  std::string units;     ///< "ISO8601", "CRS:88" for heights in metres, else the file's
  std::string unit_symbol;
  /// Published number = factor * centre: metres, up positive, for metric vertical axes.
  double factor = 1;
  bool operator==(const Dimension&) const = default;
};

/// A label as it may stand in DIM_<name> and in the name attribute: lower case, no blanks, no
/// signs.
[[nodiscard]] std::string plain_name(const std::string& label);

/// All dimensions of a domain set. Scalar coordinates that are no time (height = 2 m) leave no
/// choice and are none.
[[nodiscard]] std::vector<Dimension> dimensions_of(const coverage::DomainSet& domain_set);

/// Does the nearest step serve where none is as asked? Members stand for themselves, as names do.
[[nodiscard]] bool takes_nearest(const coverage::Axis& axis, const Dimension& dimension);

/// One value as published: "2024-01-31T12:00:00Z", "-0.494025", a member's name.
[[nodiscard]] std::string value_text(const coverage::Axis& axis, const Dimension& dimension,
                                     std::size_t index);

/// The step that serves when none is asked for. Time: the last one not after `now_us`, else the
/// first. Heights and depths: the one nearest to the surface; pressure: the highest; else the
/// first.
[[nodiscard]] std::size_t default_index(const coverage::Axis& axis, const Dimension& dimension,
                                        std::int64_t now_us);
/// When the default of a time axis changes next, if ever: the first step after `now_us`.
[[nodiscard]] std::optional<std::int64_t> next_default_us(const coverage::Axis& axis,
                                                          std::int64_t now_us);

/// The whole extent as published: a list, with regular runs of time as first/last/period. Times of
/// more than `most` parts as time_extent says, so many numbers as low/high/0: every request for
/// either is answered by the nearest. Names are always listed.
[[nodiscard]] std::string extent_text(const coverage::Axis& axis, const Dimension& dimension,
                                      std::size_t most = kMostListed);
/// How many parts it has without a bound.
[[nodiscard]] std::size_t extent_parts(const coverage::Axis& axis, const Dimension& dimension);

}  // namespace gyre::wms
