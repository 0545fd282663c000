#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "coverage/archive/archive.h"
#include "coverage/source/remote/remote_settings.h"
#include "services/ows/context.h"

namespace gyre::host {

/// What the configuration says of one store; its secrets lie elsewhere.
struct StoreKeys {
  coverage::remote::StoreSettings settings;
  std::string access_key_file, secret_key_file, session_token_file;
  bool from_environment = false;
};

/// Where keys stand in their file: "datasets.sst.id" -> 12; of lists "archive.roots[1]" too.
using KeyLines = std::map<std::string, int>;

/// Everything an operator can say. The keys, their words and defaults: config_keys.cpp.
struct Configuration {
  struct Server {
    std::string public_url;
    std::vector<std::string> names = {"localhost", "127.0.0.1", "[::1]"};
    std::vector<std::string> trusted_proxies;
    std::string socket;
    std::string listen;
    std::size_t threads = 64;
    bool operator==(const Server&) const = default;
  } server;
  std::vector<std::string> services;
  std::vector<std::string> module_paths;
  struct Archive {
    std::vector<std::string> roots;
    double rescan_s = 30;
  } archive;
  struct Readers {
    std::size_t processes = 0;
    std::size_t memory_mb = 2048;
    double inspect_s = 30;
    double read_s = 60;
  } readers;
  struct Status {
    bool everybody = false;
    std::vector<std::string> networks = {"127.0.0.0/8", "::1"};
  } status;
  std::string state_directory;
  std::string log_level = "info";
  std::size_t executor_threads = 0;
  std::size_t memory_mb = 512;
  int wms_exception_status = 200;
  ows::ServiceIdentity identity;
  ows::Limits limits;
  ows::Caching caching;
  struct Remote {
    std::size_t cache_bytes = std::size_t{1} << 30;
    double recheck_s = 60;
    double max_age_s = 86400;
    std::vector<std::string> references_may_read;
  } remote;
  std::vector<StoreKeys> stores;
  std::vector<coverage::DatasetOverlay> datasets;  ///< in the order of the file
  std::string file;                                ///< it was read from; empty: none
  KeyLines lines;                                  ///< of that file

  /// "gyre.yaml:12: archive.roots: " of a key or an item of a list, for messages; of what no file
  /// says the key alone.
  [[nodiscard]] std::string at(const std::string& key) const;
};

/// What no key alone can tell: addresses, and keys that exclude each other.
/// @param source for messages: a file, or what else the values come from. @throws ConfigError
void check_whole(const Configuration& configuration, const std::string& source,
                 const KeyLines& lines = {});

/// @param file_name for messages. @throws ConfigError naming file, line, key and what was expected
[[nodiscard]] Configuration parse_configuration(const std::string& yaml,
                                                const std::string& file_name);
/// @throws ConfigError, also when the file cannot be read
[[nodiscard]] Configuration load_configuration(const std::string& path);

/// The commented sample: every key with its words and default. conf/gyre.yaml is this text.
[[nodiscard]] std::string sample_configuration();
/// JSON Schema (2020-12) of the configuration.
[[nodiscard]] std::string configuration_schema();

/// "gyre.yaml:12: server.thread: there is no such key; did you mean threads?"
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace gyre::host
