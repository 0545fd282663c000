#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gyre::schemas {

/// The rewriteURI entries of an OASIS XML catalog: address prefixes and the folders they mean.
class Catalog {
 public:
  /// Reads `root`/catalog.xml. @throws std::runtime_error when it is missing or not a catalog
  static Catalog read(const std::string& root);

  /// The file an absolute address means, by the longest matching prefix; also a file: address
  /// below the root, as relative includes of mapped schemas resolve to. Absent: refused.
  [[nodiscard]] std::optional<std::string> file_for(std::string_view address) const;

 private:
  std::string root_;
  std::vector<std::pair<std::string, std::string>> prefixes_;
};

/// `reference` against `base` (RFC 3986, 5.2), with "." and ".." taken out: schemas include each
/// other by several spellings, and two spellings of one file would be parsed without end.
[[nodiscard]] std::string resolve_address(std::string_view base, std::string_view reference);

}  // namespace gyre::schemas
