#include "coverage/archive/archive.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "coverage/archive/dataset_builder.h"
#include "coverage/archive/dataset_ids.h"
#include "coverage/archive/holdings.h"
#include "coverage/base/error.h"
#include "coverage/base/log.h"

namespace gyre::coverage {

bool is_meant(const DatasetOverlay& overlay, const std::string& relative) {
  const std::filesystem::path path(relative);
  return overlay.path == relative ||
         overlay.path == (path.parent_path() / path.stem()).generic_string() ||
         overlay.path == dataset_id_of(relative);
}

struct Archive::State {
  ArchiveSettings settings;
  std::uint64_t next_generation;
  std::shared_ptr<geometry::GeometryStore> geometries;
  std::map<std::string, OpenedHolding> opened;  ///< by path
  std::vector<HoldingFound> holdings;
  std::vector<NotServed> unreachable;
  std::shared_ptr<const Catalogue> catalogue;

  /// Opens what is new or changed, forgets what is gone. @returns whether anything published, or
  /// any reason, may differ
  bool look() {
    HoldingsFound found = find_holdings(settings.roots, settings.left_out);
    bool changed = !catalogue || found.unreachable != unreachable;
    std::map<std::string, OpenedHolding> now;
    for (const HoldingFound& holding : found.holdings) {
      if (now.contains(holding.path)) continue;  // two roots that overlap
      const auto before = opened.find(holding.path);
      if (before != opened.end() && unchanged(before->second, holding.path)) {
        now.insert(opened.extract(before));
        continue;
      }
      const DatasetOverlay* const overlay = overlay_of(holding.relative);
      OpenedHolding one = open_holding(holding.path, holding.relative, geometries,
                                       overlay == nullptr ? SchemaOverlay() : overlay->schema);
      changed = changed || !one.silent;
      now.emplace(holding.path, std::move(one));
    }
    // What is left in `opened` is gone or was opened anew.
    changed = changed || std::any_of(opened.begin(), opened.end(),
                                     [](const auto& gone) { return !gone.second.silent; });
    opened = std::move(now);
    holdings = std::move(found.holdings);
    unreachable = std::move(found.unreachable);
    return changed;
  }

  static bool unchanged(const OpenedHolding& before, const std::string& path) {
    try {
      return identity_of(path) == before.identity;
    } catch (const Error&) {
      return before.identity == FileIdentity{};  // as unreachable as it was
    }
  }

  [[nodiscard]] const DatasetOverlay* overlay_of(const std::string& relative) const {
    const auto& all = settings.datasets;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const auto& one) { return is_meant(one, relative); });
    return found == all.end() ? nullptr : &*found;
  }

  /// Holdings that have a dataset, each once.
  [[nodiscard]] std::vector<const HoldingFound*> with_dataset() const {
    std::vector<const HoldingFound*> list;
    std::set<std::string> seen;
    for (const HoldingFound& holding : holdings) {
      if (opened.at(holding.path).dataset && seen.insert(holding.path).second) {
        list.push_back(&holding);
      }
    }
    return list;
  }

  [[nodiscard]] std::shared_ptr<const Catalogue> make_catalogue(std::uint64_t generation) const {
    const std::vector<const HoldingFound*> list = with_dataset();
    std::vector<Naming> names;
    std::vector<const DatasetOverlay*> overlays;
    for (const HoldingFound* const holding : list) {
      const DatasetOverlay* const overlay = overlay_of(holding->relative);
      overlays.push_back(overlay);
      names.push_back(
          {holding->path, holding->relative, overlay == nullptr ? std::nullopt : overlay->id});
    }
    const std::vector<std::string> ids = assign_ids(names);
    const std::set<std::string> all_ids(ids.begin(), ids.end());

    struct Placed {
      std::pair<long, std::ptrdiff_t> order;
      std::shared_ptr<const Dataset> dataset;
    };
    std::vector<Placed> placed;
    std::vector<NotServed> not_served = unreachable;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (overlays[i] != nullptr && overlays[i]->hidden) continue;
      constexpr std::pair kLast{std::numeric_limits<long>::max(),
                                std::numeric_limits<std::ptrdiff_t>::max()};
      const auto order = overlays[i] == nullptr
                             ? kLast
                             : std::pair{overlays[i]->order.value_or(kLast.first),
                                         overlays[i] - settings.datasets.data()};
      const OpenedHolding& one = opened.at(list[i]->path);
      try {
        placed.push_back({order, published(*one.dataset, ids[i], all_ids, overlays[i])});
      } catch (const std::exception& error) {  // one bad file takes only itself out
        log(LogLevel::Error, fmt::format("{}: not served: {}", list[i]->path, error.what()));
        not_served.push_back({list[i]->relative, "", "it cannot be understood; the log says more"});
      }
    }
    add_reasons(not_served);
    std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
      return std::tie(a.order, a.dataset->id) < std::tie(b.order, b.dataset->id);
    });
    std::vector<std::shared_ptr<const Dataset>> datasets;
    for (Placed& one : placed) datasets.push_back(std::move(one.dataset));
    return std::make_shared<const Catalogue>(std::move(datasets), std::move(not_served),
                                             generation);
  }

  void add_reasons(std::vector<NotServed>& not_served) const {
    std::set<std::string> seen;
    for (const HoldingFound& holding : holdings) {
      if (!seen.insert(holding.path).second) continue;
      const DatasetOverlay* const overlay = overlay_of(holding.relative);
      if (overlay != nullptr && overlay->hidden) continue;  // absent everywhere
      const auto& reasons = opened.at(holding.path).not_served;
      not_served.insert(not_served.end(), reasons.begin(), reasons.end());
    }
  }

  void warn_of_overlays_without_holding() const {
    for (const DatasetOverlay& overlay : settings.datasets) {
      const bool used = std::any_of(holdings.begin(), holdings.end(), [&](const auto& holding) {
        return is_meant(overlay, holding.relative);
      });
      if (!used) {
        log(LogLevel::Warning,
            fmt::format("datasets: '{}' is no holding below the data roots", overlay.path));
      }
    }
  }
};

Archive::Archive(ArchiveSettings settings, std::uint64_t first_generation)
    : state_(std::make_unique<State>()) {
  state_->settings = std::move(settings);
  state_->next_generation = first_generation;
  state_->geometries = std::make_shared<geometry::GeometryStore>(state_->settings.grids);
}

Archive::~Archive() = default;

std::shared_ptr<const Catalogue> Archive::scan() {
  const bool first = !state_->catalogue;
  if (state_->look()) {
    state_->catalogue = state_->make_catalogue(state_->next_generation++);
    if (first) state_->warn_of_overlays_without_holding();
  }
  return state_->catalogue;
}

std::shared_ptr<const Catalogue> build_catalogue(const ArchiveSettings& settings,
                                                 std::uint64_t generation) {
  return Archive(settings, generation).scan();
}

}  // namespace gyre::coverage
