#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "coverage/base/single_flight.h"
#include "services/http/response.h"
#include "services/wms/layer_query.h"
#include "services/wms/request.h"

namespace gyre::wms {

/// Pictures that were asked for last, up to so many bytes. One is found again while each of its
/// layers is of the same generation of its dataset and shows the same sample of each dimension.
/// One that several ask for at the same time is drawn once. Those of holdings that may change
/// unseen are drawn each time. Thread-safe.
class MapCache {
 public:
  explicit MapCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// The picture, drawn by `draw` unless it is kept or somebody else draws it already: that is
  /// waited for. Kept are answers that are one piece of text. What data that change unseen show,
  /// and what is drawn while the work is explained, is drawn for each and not kept.
  /// @throws what `draw` throws, and coverage::Error{Aborted | DeadlineExceeded} as the current
  /// work's
  [[nodiscard]] http::Response get(const GetMap& request, const std::vector<LayerQuery>& layers,
                                   const std::function<http::Response()>& draw);

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
  /// All that tells one picture from another.
  struct Key {
    GetMap request;
    std::vector<Shown> layers;
    std::size_t hash;
    Key(const GetMap& asked, const std::vector<LayerQuery>& of);
    bool operator==(const Key& other) const;
    struct Hash {
      std::size_t operator()(const Key& key) const { return key.hash; }
    };
  };
  struct Kept {
    Key key;
    http::Response answer;
    std::size_t bytes = 0;
  };
  std::optional<http::Response> find(const Key& key);
  void keep(const Key& key, const http::Response& answer);
  void drop(std::list<Kept>::iterator at);

  std::size_t most_bytes_;
  mutable std::mutex mutex_;
  std::list<Kept> recent_;
  std::unordered_multimap<std::size_t, std::list<Kept>::iterator> places_;  ///< by hash
  coverage::SingleFlight<Key, http::Response, Key::Hash> flights_;
  std::size_t bytes_ = 0;
  std::uint64_t hits_ = 0, misses_ = 0;
};

}  // namespace gyre::wms
