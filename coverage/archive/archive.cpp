#include "coverage/archive/archive.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "coverage/archive/aggregates.h"
#include "coverage/archive/dataset_builder.h"
#include "coverage/archive/dataset_ids.h"
#include "coverage/archive/holdings.h"
#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/source/remote/address.h"

namespace gyre::coverage {
namespace {

bool is_at_or_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// A dataset as it was published, for as long as nothing of it changes.
struct PublishedBefore {
  std::shared_ptr<const Dataset> opened, published;
  std::string id;
  std::set<std::string> ids_below;  ///< datasets whose ids could be those of its coverages
};

}  // namespace

bool is_meant(const DatasetOverlay& overlay, const std::string& relative) {
  const std::filesystem::path path(relative);
  return overlay.path == relative ||
         overlay.path == (path.parent_path() / path.stem()).generic_string() ||
         overlay.path == dataset_id_of(relative);
}

struct Archive::State {
  ArchiveSettings settings;
  /// Canonical, as they were at the last look at everything: a link may lead elsewhere since.
  std::vector<std::string> roots;
  std::uint64_t next_generation;
  ArchiveParts parts;
  std::shared_ptr<geometry::GeometryStore> geometries;
  HoldingsFound found;
  std::map<std::string, OpenedHolding> opened;    ///< by path; aggregations by what names them
  std::map<std::string, Fingerprint> aggregated;  ///< of each, what it was made of
  NcmlDocuments documents;
  std::map<std::string, PublishedBefore> published_before;
  std::shared_ptr<const Catalogue> catalogue;
  std::set<std::string> warned;  ///< of the configuration

  // ---- what there is --------------------------------------------------------------------------

  /// Paths below the roots that the index knows and that were not found.
  [[nodiscard]] std::vector<std::string> gone() const {
    std::vector<std::string> paths;
    const auto snapshot = parts.index->snapshot();
    auto next = found.holdings.begin();
    for (std::size_t i = 0; i < snapshot->size(); ++i) {
      const std::string_view path = snapshot->path(i);
      while (next != found.holdings.end() && next->path < path) ++next;
      if (next != found.holdings.end() && next->path == path) continue;
      if (below_roots(path)) paths.emplace_back(path);
    }
    return paths;
  }

  [[nodiscard]] std::optional<std::uint32_t> below_roots(std::string_view path) const {
    for (const std::string& root : roots) {
      if (const auto from = relative_from(path, root)) return from;
    }
    return std::nullopt;
  }

  void find_from_index() {
    const auto snapshot = parts.index->snapshot();
    found = {};
    for (std::size_t i = 0; i < snapshot->size(); ++i) {
      const std::string_view path = snapshot->path(i);
      if (const auto from = below_roots(path)) {
        found.holdings.push_back({std::string(path), *from});
      }
    }
  }

  /// Puts what is at `at.path` now in the place of what was there.
  /// @returns the paths that were there and are not any more
  std::vector<std::string> replace_found(HoldingsAt at) {
    std::vector<std::string> vanished;
    auto& all = found.holdings;
    std::vector<HoldingFound> fresh = std::move(at.found.holdings);
    std::vector<HoldingFound> kept;
    const auto by_path = [](const HoldingFound& a, const HoldingFound& b) {
      return a.path < b.path;
    };
    std::erase_if(all, [&](const HoldingFound& one) {
      if (!is_at_or_below(one.path, at.path)) return false;
      if (!std::binary_search(fresh.begin(), fresh.end(), one, by_path)) {
        vanished.push_back(one.path);
      }
      return true;
    });
    std::set_union(all.begin(), all.end(), fresh.begin(), fresh.end(), std::back_inserter(kept),
                   by_path);
    all = std::move(kept);
    std::erase_if(found.folders,
                  [&](const std::string& one) { return is_at_or_below(one, at.path); });
    found.folders.merge(at.found.folders);
    return vanished;
  }

  // ---- what becomes of it ---------------------------------------------------------------------

  [[nodiscard]] const DatasetOverlay* overlay_of(const std::string& relative) const {
    const auto& all = settings.datasets;
    const auto met = std::find_if(all.begin(), all.end(), [&](const auto& one) {
      return !one.aggregation && is_meant(one, relative);
    });
    return met == all.end() ? nullptr : &*met;
  }

  /// Calls action(holding found, as indexed) for each that is indexed, by path.
  template <typename Action>
  void for_each_indexed(const Action& action) const {
    const auto snapshot = parts.index->snapshot();
    std::size_t i = 0;
    for (const HoldingFound& one : found.holdings) {
      while (i < snapshot->size() && snapshot->path(i) < one.path) ++i;
      if (i == snapshot->size()) return;
      if (snapshot->path(i) != one.path) continue;
      try {
        action(one, snapshot->holding(i, one.relative_from));
      } catch (const Error& error) {  // a damaged record: looked into again at the next scan
        log(LogLevel::Warning, fmt::format("{}: {}", one.path, error.what()));
      }
    }
  }

  /// Makes datasets of what is new or changed, and forgets those that are gone.
  void open_all() {
    std::map<std::string, OpenedHolding> now;
    const AggregatePlans plans = plan_aggregates(found.holdings, settings.datasets, documents);
    std::vector<std::shared_ptr<const IndexedHolding>> members(found.holdings.size());
    for_each_indexed([&](const HoldingFound& one, std::shared_ptr<const IndexedHolding> holding) {
      if (holding->no_holding()) return;
      const auto at = static_cast<std::size_t>(&one - found.holdings.data());
      if (plans.member[at] != 0) members[at] = holding;
      if (plans.hidden[at] != 0) return;
      const auto before = opened.find(one.path);
      if (before != opened.end() && before->second.identity == holding->identity()) {
        now.insert(opened.extract(before));
        return;
      }
      const DatasetOverlay* const overlay = overlay_of(std::string(one.relative()));
      now.emplace(one.path,
                  open_holding(holding, *parts.opener, geometries, parts.index->catalogue(),
                               overlay == nullptr ? SchemaOverlay() : overlay->schema));
    });
    std::map<std::string, Fingerprint> made_of;
    for (const AggregatePlan& plan : plans.plans) {
      const Fingerprint generation = generation_of(plan, members);
      const auto before = opened.find(plan.path);
      const auto known = aggregated.find(plan.path);
      if (before != opened.end() && known != aggregated.end() && known->second == generation) {
        now.insert(opened.extract(before));
      } else {
        now.insert_or_assign(plan.path, open_aggregate(plan, members, parts.opener, geometries,
                                                       parts.index->catalogue()));
      }
      made_of[plan.path] = generation;
    }
    aggregated = std::move(made_of);
    opened = std::move(now);
    parts.index->snapshot()->rest();  // what datasets need of it they have
  }

  [[nodiscard]] std::shared_ptr<const Dataset> published_as(const std::string& path,
                                                            const std::string& id,
                                                            const std::set<std::string>& all_ids,
                                                            const DatasetOverlay* overlay) {
    const auto& dataset = opened.at(path).dataset;
    const auto low = all_ids.lower_bound(id + "."), high = all_ids.lower_bound(id + "/");
    PublishedBefore& before = published_before[path];
    std::set<std::string> below(low, high);
    if (before.opened != dataset || before.id != id || before.ids_below != below) {
      before = {dataset, published(*dataset, id, all_ids, overlay), id, std::move(below)};
    }
    return before.published;
  }

  /// @param whole all that was found is looked into: what is not there now, is not there
  [[nodiscard]] std::shared_ptr<const Catalogue> make_catalogue(bool whole = true) {
    open_all();
    std::vector<Naming> names;
    std::vector<const DatasetOverlay*> overlays;
    std::vector<NotServed> not_served = found.unreachable;
    std::set<const DatasetOverlay*> used;
    const auto add = [&](const std::string& path, const std::string& relative,
                         const DatasetOverlay* overlay, const std::optional<std::string>& id) {
      const auto holding = opened.find(path);
      if (holding == opened.end()) return;
      const bool hidden = overlay != nullptr && overlay->hidden;  // absent everywhere
      if (!hidden) {
        const auto& reasons = holding->second.not_served;
        not_served.insert(not_served.end(), reasons.begin(), reasons.end());
      }
      if (!holding->second.dataset) return;
      overlays.push_back(overlay);
      names.push_back({path, relative, id});
    };
    for (const HoldingFound& one : found.holdings) {
      if (!opened.contains(one.path)) continue;  // most are members of others
      const std::string relative(one.relative());
      const DatasetOverlay* const overlay = overlay_of(relative);
      used.insert(overlay);
      add(one.path, relative, overlay, overlay == nullptr ? std::nullopt : overlay->id);
    }
    for (const DatasetOverlay& overlay : settings.datasets) {
      if (!overlay.aggregation) continue;
      std::string id = overlay.id.value_or(overlay.path);
      std::replace(id.begin(), id.end(), '/', '.');
      add(overlay.path, overlay.path, &overlay, id);
    }
    const std::vector<std::string> ids = assign_ids(names);
    const std::set<std::string> all_ids(ids.begin(), ids.end());

    struct Placed {
      std::pair<long, std::ptrdiff_t> order;
      std::shared_ptr<const Dataset> dataset;
    };
    std::vector<Placed> placed;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (overlays[i] != nullptr && overlays[i]->hidden) continue;
      constexpr std::pair kLast{std::numeric_limits<long>::max(),
                                std::numeric_limits<std::ptrdiff_t>::max()};
      const auto order = overlays[i] == nullptr
                             ? kLast
                             : std::pair{overlays[i]->order.value_or(kLast.first),
                                         overlays[i] - settings.datasets.data()};
      try {
        placed.push_back({order, published_as(names[i].path, ids[i], all_ids, overlays[i])});
      } catch (const std::exception& error) {  // one bad file takes only itself out
        log(LogLevel::Error, fmt::format("{}: not served: {}", names[i].path, error.what()));
        not_served.push_back({names[i].relative, "", "it cannot be understood; the log says more"});
      }
    }
    std::erase_if(published_before, [&](const auto& one) { return !opened.contains(one.first); });
    std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
      return std::tie(a.order, a.dataset->id) < std::tie(b.order, b.dataset->id);
    });
    std::vector<std::shared_ptr<const Dataset>> datasets;
    for (Placed& one : placed) datasets.push_back(std::move(one.dataset));
    return std::make_shared<const Catalogue>(
        std::move(datasets), std::move(not_served), next_generation++,
        whole ? overlays_but(used) : std::vector<std::string>());
  }

  /// Those that mean no dataset; logged when it turns out.
  [[nodiscard]] std::vector<std::string> overlays_but(const std::set<const DatasetOverlay*>& used) {
    std::vector<std::string> warnings;
    for (const DatasetOverlay& overlay : settings.datasets) {
      if (overlay.aggregation || used.contains(&overlay)) continue;  // a join's reasons say more
      warnings.push_back(fmt::format(
          "{}{}datasets.{}: there is no such dataset to describe; its key is the path of "
          "a file below the data roots (not of one that is joined with others, nor one "
          "described above), or an id",
          overlay.where, overlay.where.empty() ? "" : ": ", overlay.path));
    }
    for (const std::string& one : warnings) {
      if (!warned.contains(one)) log(LogLevel::Warning, one);
    }
    warned = {warnings.begin(), warnings.end()};
    return warnings;
  }

  const Published& bring_up_to_date(const std::vector<HoldingFound>& look_into,
                                    const std::vector<std::string>& vanished, bool changed,
                                    const AbortToken& abort, const Meanwhile& meanwhile) {
    Indexer indexer(*parts.opener, *parts.index);
    using Clock = std::chrono::steady_clock;
    Clock::time_point next_catalogue = Clock::now();
    const auto on_progress = [&](const IndexProgress& progress, bool committed) {
      if (!meanwhile) return;
      if (committed && Clock::now() >= next_catalogue) {
        const auto start = Clock::now();
        catalogue = make_catalogue(false);
        constexpr int kShare = 10;  // of the time, at most, goes into catalogues of some of it
        next_catalogue = Clock::now() + kShare * (Clock::now() - start);
      }
      meanwhile(catalogue, progress);
    };
    changed = documents.changed(found.holdings) || changed;
    changed = indexer.update(look_into, vanished, abort, on_progress) || changed;
    if (changed || !catalogue) catalogue = make_catalogue();
    return catalogue;
  }
};

ArchiveParts parts_in_process() {
  return {opener_in_process(), std::make_shared<HoldingIndex>("")};
}

Archive::Archive(ArchiveSettings settings, std::uint64_t first_generation, ArchiveParts parts)
    : state_(std::make_unique<State>()) {
  state_->settings = std::move(settings);
  state_->next_generation = first_generation;
  state_->parts = std::move(parts);
  state_->geometries = std::make_shared<geometry::GeometryStore>(state_->settings.grids);
}

Archive::~Archive() = default;

Archive::Published Archive::known() {
  state_->roots = canonical_roots(state_->settings.roots);
  state_->find_from_index();
  if (state_->found.holdings.empty()) return nullptr;
  return state_->catalogue = state_->make_catalogue();
}

Archive::Published Archive::scan(const AbortToken& abort, const Meanwhile& meanwhile) {
  const auto unreachable = std::exchange(state_->found, {}).unreachable;
  const auto roots = std::exchange(state_->roots, canonical_roots(state_->settings.roots));
  state_->found = find_holdings(state_->roots, state_->settings.left_out);
  return state_->bring_up_to_date(
      state_->found.holdings, state_->gone(),
      state_->found.unreachable != unreachable || state_->roots != roots, abort, meanwhile);
}

Archive::Published Archive::look_at(const std::set<std::string>& paths, const AbortToken& abort,
                                    const Meanwhile& meanwhile) {
  // What could not be reached may be reachable now: only a look at everything tells.
  // Nor is it worth while to put so many changes in their places one by one.
  constexpr std::size_t kMostOneByOne = 64;
  const bool far = std::any_of(paths.begin(), paths.end(), remote::is_address);
  if (!state_->found.unreachable.empty() || paths.size() > kMostOneByOne || far) {
    return scan(abort, meanwhile);
  }
  std::vector<HoldingFound> look_into;
  std::vector<std::string> vanished;
  std::set<std::string> done;
  for (const std::string& path : paths) {
    HoldingsAt at = find_holdings_at(path, state_->roots, state_->settings.left_out);
    if (!done.insert(at.path).second) continue;
    look_into.insert(look_into.end(), at.found.holdings.begin(), at.found.holdings.end());
    const auto gone = state_->replace_found(std::move(at));
    vanished.insert(vanished.end(), gone.begin(), gone.end());
  }
  return state_->bring_up_to_date(look_into, vanished, false, abort, meanwhile);
}

const std::set<std::string>& Archive::folders() const { return state_->found.folders; }

bool Archive::all_there() const {
  return std::all_of(state_->roots.begin(), state_->roots.end(), [](const std::string& root) {
    std::error_code ignored;
    return remote::is_address(root) || std::filesystem::exists(root, ignored);
  });
}

std::set<std::string> Archive::remote_roots() const {
  std::set<std::string> roots;
  std::copy_if(state_->roots.begin(), state_->roots.end(), std::inserter(roots, roots.end()),
               [](const std::string& root) { return remote::is_address(root); });
  return roots;
}

std::shared_ptr<const Catalogue> build_catalogue(const ArchiveSettings& settings,
                                                 std::uint64_t generation) {
  return Archive(settings, generation).scan();
}

}  // namespace gyre::coverage
