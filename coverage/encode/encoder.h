#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/abort_token.h"
#include "coverage/base/export.h"
#include "coverage/subset/view.h"

namespace gyre::coverage {

/// Words about the request that made a file, for its history and provenance attributes.
struct Provenance {
  std::string request;      ///< the request as asked (URL or a summary of the XML)
  std::string service;      ///< "Gyre 0.1 WCS 2.0.1"
  std::int64_t now_us = 0;  ///< when; of one answer given twice, the same
};

/// Where a file goes, front to back.
using PutBytes = std::function<void(std::span<const std::byte> bytes)>;

/// A file whose size is known before its values are read, so that none needs to lie anywhere. Holds
/// what it is made of.
struct StreamedFile {
  std::uint64_t size = 0;
  /// Puts its bytes from `begin` up to `end`. Reads as it writes, a slab at a time, and no slab
  /// that nothing is wanted of. @throws as View::read
  std::function<void(std::uint64_t begin, std::uint64_t end, const PutBytes& put)> write;
};

/// One output format. Encoders are stateless and shared; found by media type in the table below.
class GYRE_API Encoder {
 public:
  virtual ~Encoder() = default;
  [[nodiscard]] virtual std::string media_type() const = 0;  ///< the one announced
  [[nodiscard]] virtual std::vector<std::string> aliases() const { return {}; }
  [[nodiscard]] virtual std::string extension() const = 0;  ///< ".nc"
  [[nodiscard]] virtual std::string title() const = 0;      ///< "NetCDF-4"
  /// Refuses, before any I/O, a result it cannot express.
  /// @throws Error{EncodingRefused} naming the ways out
  virtual void check(const View& view) const = 0;
  /// Writes the whole file to `path` (a spool file, removed by the caller on failure too). Memory:
  /// a few slabs whatever the size.
  void write_file(const View& view, const std::string& path, const Provenance& provenance,
                  const AbortToken& abort) const {
    static_cast<void>(write(view, path, provenance, abort));
  }
  /// The whole file, in memory: for answers of a megabyte or two.
  [[nodiscard]] std::string write_small(const View& view, const Provenance& provenance,
                                        const AbortToken& abort) const {
    return write(view, std::nullopt, provenance, abort);
  }
  /// Are chunks of field `k` handed on as the holding stores them, and not decoded?
  [[nodiscard]] virtual bool hands_on(const View& /*view*/, std::size_t /*k*/) const {
    return false;
  }
  /// Of the working memory, beside the slabs that values are read in.
  /// @param values_bytes of all values of the answer, as stored
  [[nodiscard]] virtual std::size_t bytes_held(std::size_t /*values_bytes*/) const { return 0; }
  /// The same file as a stream; absent where the format, or what is asked of it, does not allow it.
  [[nodiscard]] virtual std::optional<StreamedFile> stream(const View& /*view*/,
                                                           const Provenance& /*provenance*/,
                                                           const AbortToken& /*abort*/) const {
    return std::nullopt;
  }

 private:
  /// @param path absent: in memory
  /// @returns the bytes of a file in memory
  [[nodiscard]] virtual std::string write(const View& view, const std::optional<std::string>& path,
                                          const Provenance& provenance,
                                          const AbortToken& abort) const = 0;
};

/// All encoders, in the order they are announced.
[[nodiscard]] GYRE_API const std::vector<std::unique_ptr<const Encoder>>& encoders();
/// By media type or alias with its parameters, in any order, quoted or not; or else without them
/// ("; charset=…"). Case-insensitive. nullptr: none.
[[nodiscard]] GYRE_API const Encoder* find_encoder(std::string_view media_type);

}  // namespace gyre::coverage
