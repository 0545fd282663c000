#include "coverage/reader/fatal_files.h"

namespace gyre::coverage::reader {
namespace {

constexpr int kDeaths = 3;
constexpr std::size_t kFiles = 100'000;

}  // namespace

std::optional<std::string> FatalFiles::reason(const std::string& path,
                                              const FileIdentity& identity) const {
  const std::lock_guard lock(mutex_);
  const auto known = files_.find(path);
  if (known == files_.end() || known->second.in_a_row < kDeaths ||
      !(known->second.identity == identity)) {
    return std::nullopt;
  }
  return known->second.reason;
}

void FatalFiles::died(const std::string& path, const FileIdentity& identity,
                      const std::string& reason) {
  const std::lock_guard lock(mutex_);
  if (files_.size() >= kFiles && !files_.contains(path)) files_.erase(files_.begin());
  Deaths& deaths = files_[path];
  if (!(deaths.identity == identity)) deaths = {identity, 0, ""};
  ++deaths.in_a_row;
  deaths.reason = reason;
}

void FatalFiles::survived(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!files_.empty()) files_.erase(path);
}

}  // namespace gyre::coverage::reader
