#pragma once

#include <array>
#include <cstdint>

namespace gyre::coverage::segment {

/// A segment of the index: what was learnt of some holdings at one time, in one file that never
/// changes. Byte order and alignment of this machine; whatever does not fit is built anew.
///
///     Header
///     Blob       x blobs      in the order of their numbers
///     offsets    x records    uint64, from the start of the file to each Record, by path
///     bytes of blobs, Records (each at a multiple of 8), each followed by its lists and its path
///
/// Blobs are parts of records (a variable's declaration, one attribute, the values of one
/// coordinate): each is there once, however many holdings have it, and is told by its hash.

inline constexpr std::array<char, 8> kMagic = {'G', 'Y', 'R', 'E', 'I', 'D', 'X', '1'};
inline constexpr std::uint32_t kVersion = 3;
inline constexpr std::uint32_t kNone = 0xffffffff;

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t blobs = 0;
  std::uint64_t records = 0;
  std::uint64_t size = 0;  ///< of the whole file
  std::uint64_t blob_table = 0, record_table = 0;
  std::uint64_t check = 0;  ///< XXH3 of all that follows the header
};

struct Blob {
  std::uint64_t high = 0, low = 0;  ///< Fingerprint of its bytes
  std::uint64_t offset = 0;
  std::uint32_t size = 0;
  std::uint32_t holders = 0;  ///< how many name it: what only one has is not worth sharing
};

enum class State : std::uint32_t { Holding, Refused, NoHolding, Removed };

/// A variable (its place in the structure) and the blob that has something of it.
struct Part {
  std::uint32_t variable = 0;
  std::uint32_t blob = 0;
};

/// Of values too large to be kept.
struct Hash {
  std::uint64_t variable = 0;
  std::uint64_t high = 0, low = 0;
};

/// Followed by Hash x hashes, Part x (values + texts + layouts), uint32 x attributes, the path.
struct Record {
  std::uint64_t size = 0;  ///< FileIdentity
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
  State state = State::Holding;
  std::uint32_t refusal = kNone;    ///< blob: the text
  std::uint32_t structure = kNone;  ///< blob
  std::uint32_t path_length = 0;
  std::uint32_t hashes = 0, values = 0, texts = 0, layouts = 0, attributes = 0;
  std::uint32_t check = 0;  ///< of all of the record but this, so that a damaged disk is noticed
};

}  // namespace gyre::coverage::segment
