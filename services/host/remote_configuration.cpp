#include "services/host/remote_configuration.h"

#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <sys/stat.h>

#include "coverage/base/log.h"

namespace gyre::host {
namespace {

/// What stands in a file of one line. Its content is never repeated.
std::string secret_in(const std::string& path, const std::string& key, bool secret) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {  // a pipe gives nothing
    throw ConfigError(fmt::format("{}: {} is no regular file", key, path));
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  std::string content = text.str();
  while (!content.empty() && (content.back() == '\n' || content.back() == '\r')) {
    content.pop_back();
  }
  constexpr std::size_t kLongest = 16384;
  if (!file || content.empty() || content.size() > kLongest ||
      content.find_first_of("\r\n") != std::string::npos) {
    throw ConfigError(fmt::format("{}: {} cannot be read, or is not one line", key, path));
  }
  if (secret && (status.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    coverage::log(coverage::LogLevel::Warning,
                  fmt::format("{}: {} can be read by others: chmod 600 {}", key, path, path));
  }
  return content;
}

}  // namespace

coverage::remote::RemoteSettings remote_settings(const Configuration& configuration,
                                                 const Credentials& environment) {
  coverage::remote::RemoteSettings settings;
  settings.cache_folder = configuration.state_directory + "/remote";
  settings.cache_bytes = configuration.remote.cache_bytes;
  settings.recheck_s = configuration.remote.recheck_s;
  settings.max_age_s = configuration.remote.max_age_s;
  settings.first_look_s = 3;  // local data do not wait longer for others to answer
  settings.references_may_read = configuration.archive.roots;
  settings.references_may_read.insert(settings.references_may_read.end(),
                                      configuration.remote.references_may_read.begin(),
                                      configuration.remote.references_may_read.end());
  for (const StoreKeys& keys : configuration.stores) {
    coverage::remote::StoreSettings store = keys.settings;
    const std::string path = "stores." + store.name;
    if (keys.from_environment) {
      store.access_key = environment.access_key;
      store.secret_key = environment.secret_key;
      store.session_token = environment.session_token;
      if (store.access_key.empty() || store.secret_key.empty()) {
        throw ConfigError(path +
                          ".from_environment: AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY "
                          "is not set");
      }
    }
    if (!keys.access_key_file.empty()) {
      store.access_key = secret_in(keys.access_key_file, path + ".access_key_file", false);
    }
    if (!keys.secret_key_file.empty()) {
      store.secret_key = secret_in(keys.secret_key_file, path + ".secret_key_file", true);
    }
    if (!keys.session_token_file.empty()) {
      store.session_token = secret_in(keys.session_token_file, path + ".session_token_file", true);
    }
    if (store.access_key.empty() != store.secret_key.empty()) {
      throw ConfigError(path + ": an access key without secret key, or the other way round");
    }
    settings.stores.push_back(std::move(store));
  }
  return settings;
}

}  // namespace gyre::host
