#pragma once

#include <cstddef>

namespace gyre::coverage {

/// Bounds on what a holding may declare, so that a hostile one exhausts neither memory nor time.
struct DescribeLimits {
  static constexpr std::size_t kVariables = 10'000;
  static constexpr std::size_t kAttributes = 4'096;             ///< of one variable or group
  static constexpr std::size_t kAttributeBytes = 4u << 20;      ///< of one attribute
  static constexpr std::size_t kAllAttributeBytes = 64u << 20;  ///< of the whole holding
  static constexpr std::size_t kGroupDepth = 16;
  static constexpr std::size_t kMetadataBytes = 64u << 20;    ///< Zarr metadata documents together
  static constexpr std::size_t kStringBytes = 64u << 20;      ///< of one string variable
  static constexpr std::size_t kReadBytes = 1u << 30;         ///< of one block, or one chunk
  static constexpr std::size_t kZarrChunkBytes = 512u << 20;  ///< of one chunk of Zarr, decoded
};

}  // namespace gyre::coverage
