#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::coverage::remote {

/// How one server, or one part of it, is asked. Never printed: it holds secrets.
struct StoreSettings {
  std::string name;
  std::string url;       ///< "s3://bucket/prefix" or "https://host/path": what it is for
  std::string endpoint;  ///< of S3: "https://minio.example.org:9000"; empty: Amazon's
  std::string region = "us-east-1";
  std::string access_key, secret_key, session_token;
  bool anonymous = false;     ///< requests are not signed
  bool virtual_host = false;  ///< with an endpoint: the bucket in the name of the host
  bool opendap = false;       ///< what lies below is asked by DAP, not read in ranges
  double timeout_s = 20;      ///< without a byte
  std::size_t connections = 16;

  [[nodiscard]] bool is_signed() const { return !anonymous && !access_key.empty(); }
  bool operator==(const StoreSettings&) const = default;
};

/// All that reading over the network needs to know. One a process: sources are opened by their
/// address alone.
struct RemoteSettings {
  std::vector<StoreSettings> stores;
  std::string cache_folder;  ///< empty: nothing is kept on disk
  std::uint64_t cache_bytes = std::uint64_t{1} << 30;
  double recheck_s = 60;     ///< how old what is known of a holding's version may become
  double first_look_s = 60;  ///< how long the first look at a holding is waited for
  double max_age_s = 86400;  ///< chunks of stores kept longer are asked again
  /// What tables of references may read beside what lies in their own folder: folders, and
  /// beginnings of addresses.
  std::vector<std::string> references_may_read;
  bool operator==(const RemoteSettings&) const = default;
};

/// Replaces the settings in force; what is open goes on with its own.
GYRE_API void configure(RemoteSettings settings);
[[nodiscard]] GYRE_API std::shared_ptr<const RemoteSettings> settings();

/// The store whose url is the longest that `address` lies within; else the usual settings.
[[nodiscard]] GYRE_API std::shared_ptr<const StoreSettings> store_of(const std::string& address);

}  // namespace gyre::coverage::remote
