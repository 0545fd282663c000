#pragma once

#include <memory>
#include <string>

#include "coverage/base/executor.h"
#include "coverage/index/indexed_holding.h"
#include "coverage/reader/reader_pool.h"
#include "coverage/source/chunks/decoded_chunks.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// How holdings are looked into and opened: in this process, or in readers. Thread-safe.
class GYRE_API Opener {
 public:
  virtual ~Opener() = default;
  /// As gyre::coverage::inspect: what a file holds or does is told in the record.
  /// @throws Error{Aborted | DeadlineExceeded | Internal}, which say nothing of the file
  [[nodiscard]] virtual HoldingRecord inspect(const std::string& path, const ReadTerms& terms) = 0;
  /// A source of what was indexed. Reads of it throw HoldingChanged once it is not that any more;
  /// so may this. @throws Error as open_source
  [[nodiscard]] virtual std::shared_ptr<const Source> open(
      std::shared_ptr<const IndexedHolding> holding) = 0;
  /// Of the decoded chunks that are kept for later reads.
  [[nodiscard]] virtual DecodedChunks::Figures decoded() const = 0;
};

/// Opens everything in this process: for tests and tools. A damaged file may end the process.
[[nodiscard]] GYRE_API std::shared_ptr<Opener> opener_in_process();

/// Opens what needs netCDF-C, HDF5 or GDAL in readers, and in this process what our own code reads
/// (Zarr, OPeNDAP).
[[nodiscard]] GYRE_API std::shared_ptr<Opener> opener_by(std::shared_ptr<ReaderPool> pool);

}  // namespace gyre::coverage
