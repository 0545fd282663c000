#include "coverage/model/dataset.h"

#include <atomic>
#include <random>

#include <fmt/format.h>

#include "coverage/base/error.h"

namespace gyre::coverage {

std::size_t Coverage::field_named(std::string_view name) const {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return i;
  }
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].standard_name != name || name.empty()) continue;
    if (found) {
      throw Error(
          ErrorKind::NoSuchField, std::string(name),
          fmt::format("Several fields have the standard_name '{}': ask for one by its name.",
                      name));
    }
    found = i;
  }
  if (found) return *found;
  std::string names;
  for (const Field& field : fields) names += (names.empty() ? "" : ", ") + field.name;
  throw Error(ErrorKind::NoSuchField, std::string(name),
              fmt::format("There is no field '{}'; the fields are {}.", name, names));
}

std::vector<std::pair<const Dataset*, const Coverage*>> all_coverages(const Dataset& dataset) {
  std::vector<std::pair<const Dataset*, const Coverage*>> all;
  for (const Coverage& coverage : dataset.coverages) all.emplace_back(&dataset, &coverage);
  for (const auto view : {&Coverage::best, &Coverage::lonlat}) {
    for (const Coverage& coverage : dataset.coverages) {
      const Dataset* const made = (coverage.*view).get();
      if (made != nullptr) all.emplace_back(made, &made->coverages.front());
    }
  }
  return all;
}

std::shared_ptr<Dataset> without_coverages(const Dataset& dataset) {
  auto made = std::make_shared<Dataset>();
  made->id = dataset.id;
  made->path = dataset.path;
  made->format = dataset.format;
  made->description = dataset.description;
  made->attributes = dataset.attributes;
  made->modified_us = dataset.modified_us;
  made->version = dataset.version;
  made->native_format = dataset.native_format;
  made->closed_after_days = dataset.closed_after_days;
  return made;
}

std::uint64_t next_version() {
  // Runs do not know of each other's: each counts from a place of its own.
  static std::atomic<std::uint64_t> next = [] {
    std::random_device random;
    return std::uint64_t{random()} << 32 | random() | 1;
  }();
  const std::uint64_t version = next.fetch_add(1);
  return version == 0 ? next.fetch_add(1) : version;
}

std::string layer_name(const Dataset& dataset, const Field& field) {
  std::string name = dataset.id + "/";
  for (const char c : field.name) {
    if (c == ',') {
      name += "%2C";
    } else if (c == '%') {
      name += "%25";
    } else {
      name += c;
    }
  }
  return name;
}

Catalogue::Catalogue(std::vector<std::shared_ptr<const Dataset>> datasets,
                     std::vector<NotServed> not_served, std::uint64_t generation,
                     std::vector<std::string> warnings)
    : datasets_(std::move(datasets)),
      not_served_(std::move(not_served)),
      generation_(generation),
      warnings_(std::move(warnings)) {
  for (std::size_t d = 0; d < datasets_.size(); ++d) {
    ids_.emplace(datasets_[d]->id, d);
    const auto add = [this](const std::shared_ptr<const Dataset>& dataset) {
      if (!dataset) return;
      for (const Coverage& coverage : dataset->coverages) {
        coverages_.emplace(coverage.id, std::pair(dataset, &coverage));
      }
    };
    add(datasets_[d]);
    for (const Coverage& coverage : datasets_[d]->coverages) {
      add(coverage.best);
      add(coverage.lonlat);
    }
  }
}

std::shared_ptr<const Dataset> Catalogue::find_dataset(std::string_view id) const {
  const auto found = ids_.find(id);
  return found == ids_.end() ? nullptr : datasets_[found->second];
}

std::pair<std::shared_ptr<const Dataset>, const Coverage*> Catalogue::coverage(
    std::string_view id) const {
  const auto found = coverages_.find(id);
  if (found == coverages_.end()) {
    throw Error(
        ErrorKind::NoSuchCoverage, std::string(id),
        fmt::format("There is no coverage '{}'; GetCapabilities lists those there are.", id));
  }
  return found->second;
}

std::optional<LayerRef> Catalogue::layer(std::string_view name,
                                         std::string_view dataset_scope) const {
  const auto in_dataset = [](const Dataset* dataset,
                             std::string_view variable) -> std::optional<LayerRef> {
    for (const Coverage& coverage : dataset->coverages) {
      for (std::size_t i = 0; i < coverage.fields.size(); ++i) {
        if (coverage.fields[i].name == variable) return LayerRef{dataset, &coverage, i};
      }
    }
    return std::nullopt;
  };
  if (!dataset_scope.empty()) {
    if (const auto dataset = find_dataset(dataset_scope)) {
      if (const auto found = in_dataset(dataset.get(), name)) return found;
    }
  }
  const auto slash = name.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto dataset = find_dataset(name.substr(0, slash));
  if (!dataset) return std::nullopt;
  return in_dataset(dataset.get(), name.substr(slash + 1));
}

std::shared_ptr<const Catalogue> Catalogue::scoped_to(std::string_view dataset_id) const {
  std::vector<std::shared_ptr<const Dataset>> one;
  if (auto dataset = find_dataset(dataset_id)) one.push_back(std::move(dataset));
  return std::make_shared<const Catalogue>(std::move(one), std::vector<NotServed>{}, generation_);
}

}  // namespace gyre::coverage
