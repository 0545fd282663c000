#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coverage/source/remote/remote_holding.h"
#include "coverage/source/zarr/zarr_store.h"

namespace gyre::coverage::remote {

/// A Zarr store by HTTP or S3: its documents as they were when it was looked at, its chunks by one
/// request each.
class RemoteStore final : public ZarrStore {
 public:
  explicit RemoteStore(std::shared_ptr<const RemoteHolding> holding)
      : holding_(std::move(holding)) {}
  [[nodiscard]] std::unique_ptr<ByteSource> open(const std::string& key) const override;
  [[nodiscard]] std::vector<std::string> folders(const std::string& prefix) const override;
  [[nodiscard]] bool is_far() const override { return true; }
  [[nodiscard]] std::vector<FetchedBytes> fetch(
      const std::vector<WantedBytes>& wanted) const override;
  void forget(const std::vector<WantedBytes>& parts) const override;

 private:
  std::shared_ptr<const RemoteHolding> holding_;
};

}  // namespace gyre::coverage::remote
