#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/base/fingerprint.h"
#include "coverage/model/holding_schema.h"
#include "coverage/model/index_range.h"
#include "coverage/model/raw_block.h"
#include "coverage/source/stored_chunk.h"

namespace gyre::coverage {

class DecodedChunks;
class Explanation;

/// Of each dimension of a variable the indices wanted: at least one, ascending, none twice.
using Picks = std::vector<std::vector<std::size_t>>;

/// One file or store. Thread-safe. Arguments and results are plain values (no handle, no
/// callback), so that an implementation can live in another process.
class GYRE_API Source {
 public:
  Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;
  /// No other source of this process has, or had, the same: what is made of one's values is kept
  /// by it.
  [[nodiscard]] std::uint64_t serial() const { return serial_; }
  [[nodiscard]] virtual HoldingSchema describe() const = 0;
  /// The raw values of `variable` in `box` (one range per dimension of the variable, file order).
  /// The block's type is the declared type with _Unsigned applied.
  /// @throws Error{MalformedHolding} when it cannot be decoded, Error{HoldingChanged} when the
  /// file changed since describe()
  [[nodiscard]] virtual RawBlock read(const std::string& variable, const IndexBox& box) const = 0;
  /// Are values computed when they are read, so that it pays to say which cells matter?
  [[nodiscard]] virtual bool computes() const { return false; }
  /// As read(); cells that are 0 in `wanted` (row-major, one per cell of the box) do not matter,
  /// and may have any value.
  [[nodiscard]] virtual RawBlock read_wanted(const std::string& variable, const IndexBox& box,
                                             std::span<const std::uint8_t> /*wanted*/) const {
    return read(variable, box);
  }
  /// As read(), of the cells at all combinations of `picks` alone: few of a large plane, say.
  [[nodiscard]] virtual RawBlock read_picked(const std::string& variable, const Picks& picks) const;
  /// Notes what read() would read of `box`. Nothing is read that was not known before, besides
  /// small indices of where chunks lie. Of variables that are computed, what they are computed of,
  /// by and large.
  virtual void explain(const std::string& variable, const IndexBox& box,
                       Explanation& explanation) const;
  /// The same of read_picked(): whoever overrides one overrides both.
  virtual void explain_picked(const std::string& variable, const Picks& picks,
                              Explanation& explanation) const;
  /// What tells the values of `variable` in `box` from those that were there before, of a holding
  /// that may be written again piece by piece. Absent: nothing does. Cheap; nothing is read.
  [[nodiscard]] virtual std::optional<Fingerprint> state_of(const std::string& /*variable*/,
                                                            const IndexBox& /*box*/) const {
    return std::nullopt;
  }
  /// How the chunks of `variable` are stored, where they may be handed on without being decoded.
  /// Absent: they may not. Cheap; nothing of the values is read.
  [[nodiscard]] virtual std::optional<StoredForm> stored_form(
      const std::string& /*variable*/) const {
    return std::nullopt;
  }
  /// The chunk whose first cell is `corner`, as stored in `form`: what read() gives for its cells,
  /// not decoded. Absent where it is not stored so (never written, or otherwise): read() tells.
  /// @throws as read()
  /// @pre stored_form(variable) is `form`, and `corner` a corner of its chunks
  [[nodiscard]] virtual std::optional<StoredChunk> read_stored(
      const std::string& /*variable*/, const StoredForm& /*form*/,
      const std::vector<std::size_t>& /*corner*/) const {
    return std::nullopt;
  }
  /// The values of a variable of type String, row-major. A variable of characters is one of texts
  /// without its last dimension, here as in describe().
  [[nodiscard]] virtual std::vector<std::string> read_strings(
      const std::string& variable) const = 0;

 private:
  std::uint64_t serial_;
};

/// Opens `path` and describes it: a NetCDF file by netCDF-C, a Zarr store (a directory or a zip
/// archive, here or at an address) and a table of references by ZarrSource, what a server offers by
/// OPeNDAP by DapSource. (GDAL 3.6 reads NetCDF
/// as well, but through handles of its own, and HDF5 crashes over two handles on one file; it also
/// hides attributes and widens int8. Of Zarr it reads no version 3.)
/// @throws Error{UnsupportedHolding | MalformedHolding | HoldingChanged | Unreachable}; what() is
/// the rest of a sentence about the holding ("it is truncated: ..."), without a path
/// @param decoded where sources that decode chunks keep them; null: nowhere
[[nodiscard]] GYRE_API std::shared_ptr<const Source> open_source(
    const std::string& path, std::shared_ptr<DecodedChunks> decoded = nullptr);

}  // namespace gyre::coverage
