#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/http/response.h"
#include "services/wms/layer_query.h"
#include "services/wms/request.h"

namespace gyre::wms {

/// Chunks of a Zarr store may be written again in place, of which its generation tells nothing;
/// whoever reads them looks at each.
[[nodiscard]] bool may_change_unseen(const coverage::Dataset& dataset);

/// Pictures that were asked for last, up to so many bytes. One is found again while each of its
/// layers is of the same generation of its dataset and shows the same sample of each dimension.
/// Thread-safe.
class MapCache {
 public:
  explicit MapCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  [[nodiscard]] std::optional<http::Response> find(const GetMap& request,
                                                   const std::vector<LayerQuery>& layers);
  /// Keeps the answer, when it is one piece of text and its data do not change unseen.
  void keep(const GetMap& request, const std::vector<LayerQuery>& layers,
            const http::Response& answer);

  struct Figures {
    std::uint64_t bytes = 0, limit_bytes = 0, hits = 0, misses = 0;
  };
  [[nodiscard]] Figures figures() const;

 private:
  /// What a layer shows beside what the request says.
  struct Shown {
    std::weak_ptr<const coverage::Dataset> published;
    std::string forecasts_of;
    std::vector<std::size_t> samples;  ///< of its dimensions
  };
  struct Kept {
    GetMap request;
    std::vector<Shown> layers;
    http::Response answer;
    std::size_t hash = 0, bytes = 0;
  };
  static std::vector<Shown> shown_by(const std::vector<LayerQuery>& layers);
  static bool is_same(const std::vector<Shown>& kept, const std::vector<LayerQuery>& layers);
  void drop(std::list<Kept>::iterator at);

  std::size_t most_bytes_;
  mutable std::mutex mutex_;
  std::list<Kept> recent_;
  std::unordered_multimap<std::size_t, std::list<Kept>::iterator> places_;  ///< by hash
  std::size_t bytes_ = 0;
  std::uint64_t hits_ = 0, misses_ = 0;
};

}  // namespace gyre::wms
