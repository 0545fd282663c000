#include "coverage/source/netcdf/hdf5_filters.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <fmt/format.h>

namespace gyre::coverage {
namespace {

// Identifiers: docs/RegisteredFilterPlugins.md of HDFGroup/hdf5_plugins.
constexpr int kBzip2 = 307, kLzf = 32000, kBlosc = 32001, kLz4 = 32004, kBitshuffle = 32008,
              kZstd = 32015;

struct Named {
  int id;
  std::string_view name;
};
constexpr std::array kNames{Named{H5Z_FILTER_SZIP, "szip"},
                            Named{H5Z_FILTER_NBIT, "n-bit"},
                            Named{H5Z_FILTER_SCALEOFFSET, "scale-offset"},
                            Named{305, "LZO"},
                            Named{kBzip2, "bzip2"},
                            Named{kLzf, "LZF"},
                            Named{kBlosc, "Blosc"},
                            Named{32002, "MAFISC"},
                            Named{32003, "Snappy"},
                            Named{kLz4, "LZ4"},
                            Named{32005, "APAX"},
                            Named{32006, "CBF"},
                            Named{32007, "JPEG-XR"},
                            Named{kBitshuffle, "bitshuffle"},
                            Named{32009, "SPDP"},
                            Named{32010, "LPC-Rice"},
                            Named{32011, "CCSDS-123"},
                            Named{32012, "JPEG-LS"},
                            Named{32013, "ZFP"},
                            Named{32014, "fpzip"},
                            Named{kZstd, "Zstandard"},
                            Named{32016, "B3D"},
                            Named{32017, "SZ"},
                            Named{32018, "FCIDECOMP"},
                            Named{32019, "JPEG"},
                            Named{32020, "VBZ"},
                            Named{32021, "FAPEC"},
                            Named{32022, "BitGroom"},
                            Named{32023, "Granular BitRound"},
                            Named{32024, "SZ3"},
                            Named{32025, "Delta-Rice"},
                            Named{32026, "Blosc2"},
                            Named{32027, "FLAC"},
                            Named{32028, "SPERR"},
                            Named{32029, "TERSE/PROLIX"},
                            Named{32030, "FFMPEG"}};

std::string name_of(int id) {
  const auto named =
      std::find_if(kNames.begin(), kNames.end(), [id](const Named& one) { return one.id == id; });
  return named == kNames.end() ? fmt::format("HDF5's filter {}", id)
                               : fmt::format("{} (HDF5's filter {})", named->name, id);
}

struct Filter {
  int id = H5Z_FILTER_ERROR;
  std::array<unsigned, 8> settings{};
  std::size_t number = 0;  ///< of settings
};

Filter filter_at(hid_t properties, int place) {
  Filter filter;
  unsigned flags = 0, config = 0;
  std::size_t number = filter.settings.size();
  filter.id = H5Pget_filter2(properties, static_cast<unsigned>(place), &flags, &number,
                             filter.settings.data(), 0, nullptr, &config);
  filter.number = std::min(number, filter.settings.size());
  return filter;
}

constexpr unsigned kLargestItem = 1U << 16;

bool is_item_size(unsigned size) { return size > 0 && size <= kLargestItem; }

/// Its settings: two numbers of the version, the size of an item, items a block, the compressor.
std::optional<StorageFilter> bitshuffle_of(const Filter& filter) {
  constexpr std::size_t kItem = 2, kBlock = 3, kCompressor = 4;
  constexpr unsigned kNone = 0, kOfLz4 = 2, kOfZstd = 3;
  if (filter.number <= kItem || !is_item_size(filter.settings[kItem])) return std::nullopt;
  StorageFilter found{StorageFilter::Kind::Bitshuffle, filter.settings[kItem], 0};
  switch (filter.number > kCompressor ? filter.settings[kCompressor] : kNone) {
    case kNone:
      if (filter.number > kBlock) found.block_size = filter.settings[kBlock];
      if (found.block_size % 8 != 0) return std::nullopt;
      return found;
    case kOfLz4:
      found.kind = StorageFilter::Kind::BitshuffleLz4;
      return found;
    case kOfZstd:
      found.kind = StorageFilter::Kind::BitshuffleZstd;
      return found;
    default:
      return std::nullopt;
  }
}

std::optional<StorageFilter> storage_filter(const Filter& filter) {
  using Kind = StorageFilter::Kind;
  switch (filter.id) {
    case H5Z_FILTER_DEFLATE:
      return StorageFilter{Kind::Deflate, 0, 0};
    case H5Z_FILTER_SHUFFLE:
      if (filter.number < 1 || !is_item_size(filter.settings[0])) return std::nullopt;
      return StorageFilter{Kind::Shuffle, filter.settings[0], 0};
    case H5Z_FILTER_FLETCHER32:
      return StorageFilter{Kind::Fletcher32, 0, 0};
    case kZstd:
      return StorageFilter{Kind::Zstd, 0, 0};
    case kLz4:
      return StorageFilter{Kind::Lz4, 0, 0};
    case kBlosc:
      return StorageFilter{Kind::Blosc, 0, 0};
    case kBzip2:
      return StorageFilter{Kind::Bzip2, 0, 0};
    case kLzf:
      return StorageFilter{Kind::Lzf, 0, 0};
    case kBitshuffle:
      return bitshuffle_of(filter);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<std::vector<StorageFilter>> filters_of(hid_t properties) {
  std::vector<StorageFilter> filters;
  const int count = H5Pget_nfilters(properties);
  for (int i = 0; i < count; ++i) {
    const auto filter = storage_filter(filter_at(properties, i));
    if (!filter) return std::nullopt;
    filters.push_back(*filter);
  }
  return filters;
}

std::optional<std::string> filter_not_had(hid_t properties) {
  const int count = H5Pget_nfilters(properties);
  for (int i = 0; i < count; ++i) {
    const int id = filter_at(properties, i).id;
    if (id < 0 || H5Zfilter_avail(id) > 0) continue;
    return fmt::format(
        "its values are compressed by {}, which is not read here; write the file anew with deflate "
        "or zstd",
        name_of(id));
  }
  return std::nullopt;
}

}  // namespace gyre::coverage
