#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/source/remote/remote_holding.h"
#include "coverage/source/zarr/zarr_store.h"

namespace gyre::coverage::remote {

/// Where one member of a zip archive lies.
struct ZipMember {
  std::uint64_t header = 0;  ///< of its local header
  std::uint64_t stored = 0;  ///< bytes in the archive
  std::uint64_t size = 0;    ///< bytes of its content
  std::uint32_t crc = 0;
  std::uint16_t method = 0;  ///< 0: stored, 8: deflated
  std::uint16_t name_and_extra = 0;
  bool encrypted = false;
};

/// The central directory of the archive at `address`, by one or two requests.
/// @throws Error{MalformedHolding | Unreachable}
[[nodiscard]] Bytes zip_directory_bytes(const std::string& address, std::uint64_t size,
                                        const std::string& version);

/// Its members by name. Source: APPNOTE.TXT 6.3.10 of PKWARE, 4.3.12 and 4.5.3 (Zip64).
/// @param limit where the directory begins: members end before. @throws Error{MalformedHolding}
[[nodiscard]] GYRE_API std::map<std::string, ZipMember> zip_members(std::string_view directory,
                                                                    std::uint64_t limit);

/// A Zarr store in a zip archive far away, read in ranges: one request a stored member.
class ZipFarStore final : public ZarrStore {
 public:
  /// @pre holding.documents[""] has the archive's directory. @throws Error{MalformedHolding}
  explicit ZipFarStore(std::shared_ptr<const RemoteHolding> holding);
  [[nodiscard]] std::unique_ptr<ByteSource> open(const std::string& key) const override;
  [[nodiscard]] std::vector<std::string> folders(const std::string& prefix) const override;
  [[nodiscard]] bool is_far() const override { return true; }
  [[nodiscard]] std::vector<FetchedBytes> fetch(
      const std::vector<WantedBytes>& wanted) const override;

 private:
  [[nodiscard]] std::vector<FetchedBytes> ranges(
      const std::vector<std::pair<std::uint64_t, std::uint64_t>>& list) const;
  [[nodiscard]] FetchedBytes content(const ZipMember& member, FetchedBytes found,
                                     const WantedBytes& wanted) const;

  std::shared_ptr<const RemoteHolding> holding_;
  std::map<std::string, ZipMember> members_;
  std::string top_;  ///< "" or "store.zarr/"
  std::map<std::string, std::set<std::string>> folders_;
};

}  // namespace gyre::coverage::remote
