#pragma once

#include <string>

#include "coverage/source/remote/remote_settings.h"
#include "services/host/configuration.h"

namespace gyre::host {

/// What the environment has of keys for S3 (AWS_ACCESS_KEY_ID ...); read in main.
struct Credentials {
  std::string access_key, secret_key, session_token;
};

/// Reads the files of secrets; warns of those that others can read.
/// @throws ConfigError when one cannot be read
[[nodiscard]] coverage::remote::RemoteSettings remote_settings(const Configuration& configuration,
                                                               const Credentials& environment);

}  // namespace gyre::host
