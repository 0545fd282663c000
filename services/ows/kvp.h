#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::ows {

/// Key-value pairs of a query string or form body, decoded ("+" and %XX), keys compared without
/// regard to case, order kept.
class GYRE_API Kvp {
 public:
  Kvp() = default;
  /// @throws ows::Exception InvalidParameterValue for malformed escapes, %00 and invalid UTF-8,
  /// locator = the key; for more than 1,000 pairs
  static Kvp parse(std::string_view query);

  /// The one value; the same value twice is one. @throws InvalidParameterValue when two values
  /// of `key` differ.
  [[nodiscard]] std::optional<std::string> optional(std::string_view key) const;
  /// @throws MissingParameterValue with locator `key` (as given here) when absent or empty
  [[nodiscard]] std::string required(std::string_view key) const;
  /// All values in request order.
  [[nodiscard]] std::vector<std::string> all(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& pairs() const {
    return pairs_;
  }

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace gyre::ows
