#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/element_type.h"

namespace gyre::coverage {

/// One attribute as the holding declares it, so that it can be written out again unchanged.
/// Integers are held exactly; float32 values are held widened, `type` remembers.
struct Attribute {
  using Value = std::variant<std::string, std::vector<std::string>, std::vector<std::int64_t>,
                             std::vector<std::uint64_t>, std::vector<double>>;
  std::string name;
  ElementType type = ElementType::String;
  Value value;
  bool operator==(const Attribute&) const = default;
};

/// Attributes of a variable or of a holding, in file order.
class GYRE_API Attributes {
 public:
  Attributes() = default;
  explicit Attributes(std::vector<Attribute> list) : list_(std::move(list)) {}

  [[nodiscard]] const Attribute* find(std::string_view name) const;
  /// The text of a string attribute, white space trimmed; absent for numbers and empty text.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  /// Its numbers; text that is wholly a number counts ("-999"), since files in the field have it.
  [[nodiscard]] std::vector<double> numbers(std::string_view name) const;
  [[nodiscard]] std::optional<double> number(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  void set(Attribute attribute);  ///< replaces one of the same name, else appends
  void remove(std::string_view name);
  [[nodiscard]] const std::vector<Attribute>& list() const { return list_; }
  [[nodiscard]] auto begin() const { return list_.begin(); }
  [[nodiscard]] auto end() const { return list_.end(); }
  bool operator==(const Attributes&) const = default;

 private:
  std::vector<Attribute> list_;
};

}  // namespace gyre::coverage
