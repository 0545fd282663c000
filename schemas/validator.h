#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::schemas {

/// What is wrong with a document, and where.
struct Problem {
  std::size_t line = 0, column = 0;  ///< from 1; 0 where the parser does not know
  std::string text;
  bool operator==(const Problem&) const = default;
};

/// The grammars that WCS 2.0.1 and WMS 1.3.0 answers and requests are made of, with the
/// extensions and GML 3.3 grids: addresses as the standards give them.
[[nodiscard]] GYRE_API std::span<const std::string_view> service_grammars();

/// Validates XML against schemas that lie in a local folder, by Xerces-C++.
///
/// Addresses of schemas are looked up in `catalog.xml` of that folder; what it does not map, or
/// what is no file there, is refused and reported: nothing is ever fetched. Documents with a
/// DOCTYPE are refused too, so no entity is ever expanded.
class GYRE_API Validator {
 public:
  /// Reads the catalog and loads `grammars`. validate() may be called from any thread.
  /// @throws std::runtime_error naming the address and the reason when one cannot be loaded
  explicit Validator(const std::string& schema_root,
                     std::span<const std::string_view> grammars = service_grammars());
  ~Validator();
  Validator(const Validator&) = delete;
  Validator& operator=(const Validator&) = delete;

  /// Empty when the document is valid. A document whose root element no grammar knows is not.
  /// At most 100 problems. Thread-safe.
  [[nodiscard]] std::vector<Problem> validate(std::string_view document) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gyre::schemas
