#include "coverage/source/remote/remote_settings.h"

#include <mutex>

#include "coverage/source/remote/address.h"

namespace gyre::coverage::remote {
namespace {

std::mutex guard;
std::shared_ptr<const RemoteSettings> current = std::make_shared<const RemoteSettings>();

}  // namespace

void configure(RemoteSettings settings) {
  auto fresh = std::make_shared<const RemoteSettings>(std::move(settings));
  const std::lock_guard lock(guard);
  current = std::move(fresh);
}

std::shared_ptr<const RemoteSettings> settings() {
  const std::lock_guard lock(guard);
  return current;
}

std::shared_ptr<const StoreSettings> store_of(const std::string& address) {
  const auto all = settings();
  const StoreSettings* best = nullptr;
  for (const StoreSettings& store : all->stores) {
    if (!is_within(address, store.url)) continue;
    if (best == nullptr || store.url.size() > best->url.size()) best = &store;
  }
  if (best != nullptr) return {all, best};
  static const auto kUsual = std::make_shared<const StoreSettings>();
  return kUsual;
}

}  // namespace gyre::coverage::remote
