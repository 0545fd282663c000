#pragma once

#include <optional>
#include <string>
#include <vector>

#include "coverage/derive/quality.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::wcs {

/// GetCapabilities as asked. Source: WCS 2.0.1 (OGC 09-110r4) 8.2, OWS Common 2.0 (06-121r9) 7.
/// Empty lists mean that the client does not care.
struct GetCapabilities {
  std::vector<std::string> accept_versions = {};  ///< most wanted first
  std::vector<std::string> sections = {};
  std::optional<std::string> update_sequence = {};
  std::vector<std::string> accept_formats = {};    ///< most wanted first
  std::vector<std::string> accept_languages = {};  ///< most wanted first
  bool operator==(const GetCapabilities&) const = default;
};

/// Units of one field, or of all (UNITS: an extension of our own).
struct UnitsItem {
  std::optional<std::string> field = {};  ///< absent: every field asked for
  std::string units = {};
  bool operator==(const UnitsItem&) const = default;
};

/// DescribeCoverage as asked. Source: OGC 09-110r4 8.3.
struct DescribeCoverage {
  std::vector<std::string> coverage_ids = {};  ///< in request order, at least one, none empty
  std::vector<UnitsItem> units = {};           ///< empty: as stored
  bool operator==(const DescribeCoverage&) const = default;
};

/// One SUBSET: a trim or slice, and the CRS its positions are in when the older spelling
/// `SUBSET=axis,CRS(low,high)` names one.
struct Subset {
  coverage::DimensionSubset dimension;
  std::optional<std::string> crs = {};
  bool operator==(const Subset&) const = default;
};

/// A field, or all from `first` to `last` in the order of the range type (OGC 12-040).
struct RangeItem {
  std::string first = {};
  std::optional<std::string> last = {};
  bool operator==(const RangeItem&) const = default;
};

/// How many cells the answer has along its axes (OGC 12-039): by one factor, or for axes of their
/// own by factors, sizes or extents of grid indices. One of the four.
struct Scaling {
  struct AxisFactor {
    std::string axis_label;
    double factor = 1;
    bool operator==(const AxisFactor&) const = default;
  };
  struct AxisSize {
    std::string axis_label;
    double size = 1;  ///< a whole number, as clients write it ("2.0")
    bool operator==(const AxisSize&) const = default;
  };
  struct AxisExtent {
    std::string axis_label;
    double low = 0, high = 0;  ///< whole numbers, inclusive
    bool operator==(const AxisExtent&) const = default;
  };
  std::optional<double> factor = {};
  std::vector<AxisFactor> axis_factors = {};
  std::vector<AxisSize> axis_sizes = {};
  std::vector<AxisExtent> axis_extents = {};
  bool operator==(const Scaling&) const = default;
};

/// How values are found between samples (OGC 12-049): one method for all axes, or some of their
/// own.
struct InterpolationWish {
  struct PerAxis {
    std::string axis_label, method;
    bool operator==(const PerAxis&) const = default;
  };
  std::optional<std::string> method = {};
  std::vector<PerAxis> per_axis = {};
  bool operator==(const InterpolationWish&) const = default;
};

/// GetCoverage as asked, whatever the binding. Source: OGC 09-110r4 8.4.1.
struct GetCoverage {
  std::string coverage_id = {};
  std::vector<Subset> subsets = {};          ///< in request order
  std::vector<RangeItem> range_subset = {};  ///< empty: all fields
  std::optional<std::string> format = {};    ///< media type; absent: the native format
  bool multipart = false;                    ///< mediaType=multipart/related
  std::optional<std::string> subsetting_crs = {},
                             output_crs = {};  ///< URIs as written (OGC 11-053)
  std::optional<Scaling> scaling = {};
  std::optional<InterpolationWish> interpolation = {};
  std::vector<UnitsItem> units = {};   ///< empty: as stored
  bool clip = false;                   ///< CLIP: samples outside of a trim are missing
  coverage::QualityWish quality = {};  ///< QC; empty: all samples
  bool operator==(const GetCoverage&) const = default;
};

}  // namespace gyre::wcs
