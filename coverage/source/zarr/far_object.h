#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "coverage/source/zarr/zarr_store.h"

namespace gyre::coverage {

/// Thrown where bytes are read that were not fetched yet; it is noted which.
struct NotYetThere {};

/// The value of one key of a store that is far, as far as it was fetched: reading the rest notes
/// what is wanted and throws NotYetThere, so that all that many chunks want is fetched together and
/// the reading is tried again.
class FarObject final : public ByteSource {
 public:
  explicit FarObject(std::string key) : key_(std::move(key)) {}

  [[nodiscard]] const std::string& key() const { return key_; }
  /// Is it known that there is nothing of that key?
  [[nodiscard]] bool absent() const { return fetched_ && !present_; }
  /// What was asked for since the last call.
  [[nodiscard]] std::vector<WantedBytes> take_wanted() { return std::exchange(wanted_, {}); }
  /// @returns whether it is of the generation of what came before
  [[nodiscard]] bool put(const WantedBytes& asked, FetchedBytes found);
  /// Everything put so far.
  [[nodiscard]] const std::vector<WantedBytes>& parts() const { return parts_; }

  [[nodiscard]] std::uint64_t size() const override;
  void read(std::uint64_t offset, std::span<std::byte> into) const override;
  [[nodiscard]] Bytes all(std::uint64_t limit) const override;
  [[nodiscard]] Bytes head(std::size_t size) const override;
  [[nodiscard]] Bytes tail(std::size_t size) const override;

 private:
  [[noreturn]] void want(WantedBytes::Part part, std::uint64_t offset, std::uint64_t size) const;

  std::string key_, version_;
  bool fetched_ = false, present_ = false;
  std::uint64_t total_ = 0;
  std::optional<Bytes> whole_;
  std::map<std::uint64_t, Bytes> ranges_, tails_;  ///< by offset, and by size asked
  std::vector<WantedBytes> parts_;
  mutable std::vector<WantedBytes> wanted_;
};

}  // namespace gyre::coverage
