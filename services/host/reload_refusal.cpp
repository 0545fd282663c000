#include "services/host/reload_refusal.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace gyre::host {

coverage::ArchiveStatus::Refused refused_by(const std::string& message,
                                            const std::string& config_file, std::int64_t now_us) {
  coverage::ArchiveStatus::Refused refused{
      now_us, std::filesystem::path(config_file).filename().string(), 0, message};
  if (config_file.empty() || !message.starts_with(config_file + ":")) return refused;
  std::string rest = message.substr(config_file.size() + 1);
  int line = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), line);
  if (error == std::errc() && *end == ':') {
    refused.line = line;
    rest.erase(0, static_cast<std::size_t>(end - rest.data()) + 1);
  }
  refused.reason = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
  return refused;
}

}  // namespace gyre::host
