#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "coverage/encode/netcdf_plan.h"

namespace gyre::coverage {

/// How the chunks of a Zarr array are made of its values. Source: Zarr v2, "Metadata".
struct ZarrForm {
  std::string dtype;                ///< "<f4", "<U12"
  std::vector<std::size_t> chunks;  ///< one extent per dimension
  bool deflated = false;            ///< zlib; else as they are
  std::size_t shuffled = 0;         ///< bytes of an item that are shuffled before; 0: none are
};

/// The text as it is where it is UTF-8; else as documents have it (plain_text).
[[nodiscard]] std::string utf8_text(const std::string& text);

[[nodiscard]] std::string zarr_dtype(ElementType type);

/// `.zarray`. The fill value is the _FillValue, or what netCDF takes for one where a field of
/// `view` has none: Zarr knows no defaults.
[[nodiscard]] nlohmann::ordered_json zarr_array_document(const PlannedVariable& planned,
                                                         const View& view, const ZarrForm& form);
/// `.zattrs`, with the names of the dimensions as xarray has them where they are given. JSON knows
/// no NaN, which is missing anyhow: of missing_value it is left out, elsewhere it is a text.
[[nodiscard]] nlohmann::ordered_json zarr_attributes_document(
    const Attributes& attributes, const std::vector<std::string>* dimensions);

}  // namespace gyre::coverage
