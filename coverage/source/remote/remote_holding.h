#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/file_identity.h"
#include "coverage/source/holding_kind.h"
#include "coverage/source/zarr/zarr_store.h"

namespace gyre::coverage::remote {

/// A document of a store far away, or a whole object.
struct RemoteDocument {
  bool present = false;
  std::string version;
  std::int64_t modified_s = 0;
  Bytes bytes;
};

/// What was found at an address when it was looked at: its kind, what tells its generation, and all
/// documents that describing it needs, so that nothing is asked for these again.
struct RemoteHolding {
  std::string address;
  KindOfHolding kind;
  FileIdentity identity;
  std::string version;                              ///< of a single object, as HttpAnswer has it
  std::uint64_t size = 0;                           ///< likewise
  std::map<std::string, RemoteDocument> documents;  ///< by key; "" is the object itself
  std::map<std::string, std::vector<std::string>> folders;

  /// Names its generation among what is kept.
  [[nodiscard]] std::string generation() const;
};

/// What is known of the holding at `address`. What is older than RemoteSettings::recheck_s is
/// looked at again meanwhile, without being waited for; only the first look is, for first_look_s.
/// @throws Error{MalformedHolding | Unreachable}
[[nodiscard]] GYRE_API std::shared_ptr<const RemoteHolding> remote_holding(
    const std::string& address);

/// Does the address name many: s3://bucket/folder/ (all directly in it) or s3://bucket/*.zarr?
[[nodiscard]] GYRE_API bool names_many(const std::string& address);
/// The addresses of what it names, sorted; known and waited for as a holding is.
/// @throws Error{MalformedHolding | Unreachable}
[[nodiscard]] GYRE_API std::vector<std::string> members_of(const std::string& address);

/// Its identity when it was last looked at; asks nobody. Absent when it is not known (any more).
[[nodiscard]] GYRE_API std::optional<FileIdentity> known_identity(const std::string& address);

/// Called, by any thread, with the address of a holding that turned out to be another than it was.
/// One a process; an empty one for none. When this returns no call of the one before is under way.
GYRE_API void on_change(std::function<void(const std::string& address)> told);

/// Looks now, for tests. @throws as remote_holding
GYRE_API void look_again(const std::string& address);

}  // namespace gyre::coverage::remote
