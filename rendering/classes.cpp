#include "rendering/classes.h"

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>

#include "rendering/classifier.h"

namespace gyre::rendering {
namespace {

using coverage::ElementType;
using coverage::Field;
using coverage::RawBlock;

std::uint8_t number_of(int found) { return static_cast<std::uint8_t>(found + 1); }

/// The class of each bit pattern of a field's stored values.
using Table = Classes;

template <typename Bits>
Table make_table(const Style& style, const Field& field) {
  constexpr std::size_t kPatterns = std::size_t{1} << (8 * sizeof(Bits));
  RawBlock all{field.storage, {kPatterns}, coverage::Bytes(kPatterns * sizeof(Bits))};
  const auto patterns = all.as<Bits>();
  std::iota(patterns.begin(), patterns.end(), Bits{0});
  std::vector<double> values(kPatterns);
  unpack(field, all, values);
  return classes_of(style, values);
}

/// All that a table depends on, as bytes.
class Key {
 public:
  Key(const Style& style, const Field& field) {
    add(style.palette.colours.size());
    add(style.low);
    add(style.high);
    add(style.logarithmic);
    add(style.below.has_value());
    add(style.above.has_value());
    for (const double category : style.categories) add(category);
    add(field.storage);
    add(field.packing.scale);
    add(field.packing.offset);
    add(field.packing.packed);
    add(field.packing.unpacked);
    for (const coverage::Scalar& fill : field.missing.fills) add(fill);
    for (const auto& end : {field.missing.valid_min, field.missing.valid_max}) {
      add(end.has_value());
      if (end) add(*end);
    }
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  template <typename T>
  void add(const T& value) {
    if constexpr (std::is_same_v<T, coverage::Scalar>) {
      add(value.index());
      std::visit([this](auto number) { add(number); }, value);
    } else {
      bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
    }
  }
  std::string bytes_;
};

/// The tables used last: 64 kB each.
class Tables {
 public:
  std::shared_ptr<const Table> of(const Style& style, const Field& field) {
    std::string key = Key(style, field).take();
    {
      const std::lock_guard lock(mutex_);
      const auto found = places_.find(key);
      if (found != places_.end()) {
        recent_.splice(recent_.begin(), recent_, found->second);
        return found->second->second;
      }
    }
    const bool byte = coverage::size_of(field.storage) == 1;
    auto made = std::make_shared<const Table>(byte ? make_table<std::uint8_t>(style, field)
                                                   : make_table<std::uint16_t>(style, field));
    const std::lock_guard lock(mutex_);
    if (places_.contains(key)) return made;
    recent_.emplace_front(key, made);
    places_.emplace(std::move(key), recent_.begin());
    if (recent_.size() > kMost) {
      places_.erase(recent_.back().first);
      recent_.pop_back();
    }
    return made;
  }

 private:
  static constexpr std::size_t kMost = 128;
  using Recent = std::list<std::pair<std::string, std::shared_ptr<const Table>>>;
  std::mutex mutex_;
  Recent recent_;
  std::map<std::string, Recent::iterator, std::less<>> places_;
};

std::shared_ptr<const Table> table_of(const Style& style, const Field& field) {
  static Tables tables;
  return tables.of(style, field);
}

template <typename Bits>
Classes looked_up(const Table& table, const RawBlock& block) {
  const auto samples = block.as<Bits>();
  Classes classes(samples.size());
  std::transform(samples.begin(), samples.end(), classes.begin(),
                 [&](Bits sample) { return table[sample]; });
  return classes;
}

}  // namespace

Classes classes_of(const Style& style, std::span<const double> values) {
  const Classifier classifier(style);
  Classes classes(values.size());
  std::transform(values.begin(), values.end(), classes.begin(),
                 [&](double value) { return number_of(classifier(value)); });
  return classes;
}

Classes classes_of(const Style& style, const Field& field, const RawBlock& block) {
  switch (coverage::size_of(block.type)) {
    case 1:
      return looked_up<std::uint8_t>(*table_of(style, field), block);
    case 2:
      return looked_up<std::uint16_t>(*table_of(style, field), block);
    default: {
      std::vector<double> values(block.cells());
      unpack(field, block, values);
      return classes_of(style, values);
    }
  }
}

}  // namespace gyre::rendering
