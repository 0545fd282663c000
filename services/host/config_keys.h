#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "services/host/configuration.h"

namespace gyre::host {

/// One text, or a list of them.
struct OneOrMore {
  std::vector<std::string>* texts;
};

/// Where a value goes. Its alternative is the type the key wants.
using Slot =
    std::variant<std::string*, std::optional<std::string>*, bool*, int*, std::size_t*,
                 std::optional<long>*, double*, std::vector<std::string>*, coverage::LocalizedText*,
                 OneOrMore, std::optional<std::vector<coverage::JoinedDimension>>*,
                 coverage::AggregationRule::Overlaps*>;

/// One key: the sample, the JSON Schema and the reader are made from these rows.
template <class Owner>
struct Key {
  std::string_view path;     ///< "server.public_url"
  std::string_view words;    ///< for the operator; lines broken by '\n'
  std::string_view example;  ///< what the sample shows instead of the default, may be empty
  Slot (*slot)(Owner&);
  double low = 0, high = 0;       ///< of numbers; both 0: any that is not negative
  std::string_view choices = {};  ///< of strings, "a b c"; empty: any
};

[[nodiscard]] std::span<const Key<Configuration>> configuration_keys();
/// Below `stores: <name>:`.
[[nodiscard]] std::span<const Key<StoreKeys>> store_keys();
/// Below `datasets: <path or id>:`.
[[nodiscard]] std::span<const Key<coverage::DatasetOverlay>> dataset_keys();
/// Below `datasets: <path or id>: fields: <name>:`.
struct FieldOverlay {
  std::string name;
  coverage::Description::FieldText text;
};
[[nodiscard]] std::span<const Key<FieldOverlay>> field_keys();

/// "a number from 1 to 4096": what a key wants, for messages.
[[nodiscard]] std::string expectation(const Slot& slot, double low, double high,
                                      std::string_view choices);

}  // namespace gyre::host
