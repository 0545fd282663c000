#include "coverage/source/remote/remote_store.h"

#include "coverage/source/describe_limits.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/fetching.h"

namespace gyre::coverage::remote {
namespace {

std::vector<FarPart> parts_of(const RemoteHolding& holding,
                              const std::vector<WantedBytes>& wanted) {
  std::vector<FarPart> parts;
  for (const WantedBytes& one : wanted) {
    parts.push_back({below(holding.address, one.key), one.part, one.offset, one.size,
                     holding.generation(), ""});
  }
  return parts;
}

}  // namespace

std::unique_ptr<ByteSource> RemoteStore::open(const std::string& key) const {
  if (const auto known = holding_->documents.find(key); known != holding_->documents.end()) {
    if (!known->second.present) return nullptr;
    return std::make_unique<MemoryBytes>(known->second.bytes);
  }
  auto found = fetch({{key, WantedBytes::Part::Whole, 0, DescribeLimits::kZarrChunkBytes}});
  if (!found[0].problem.empty()) throw DamagedChunk(found[0].problem);
  if (!found[0].present) return nullptr;
  return std::make_unique<MemoryBytes>(std::move(found[0].bytes));
}

std::vector<std::string> RemoteStore::folders(const std::string& prefix) const {
  const auto found = holding_->folders.find(prefix);
  return found == holding_->folders.end() ? std::vector<std::string>() : found->second;
}

std::vector<FetchedBytes> RemoteStore::fetch(const std::vector<WantedBytes>& wanted) const {
  return remote::fetch(parts_of(*holding_, wanted));
}

void RemoteStore::forget(const std::vector<WantedBytes>& parts) const {
  for (const FarPart& part : parts_of(*holding_, parts)) remote::forget(part);
}

}  // namespace gyre::coverage::remote
