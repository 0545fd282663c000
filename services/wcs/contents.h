#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "services/ows/context.h"

namespace gyre::wcs {

/// The wcs:CoverageSummary elements of a catalogue, in one language, with kBasePlaceholder where
/// the base URL belongs.
[[nodiscard]] std::string write_summaries(const coverage::Catalogue& catalogue,
                                          const std::string& language);

/// Plain ASCII, since writers may turn other characters into references; nobody writes it.
inline constexpr std::string_view kBasePlaceholder = "{gyre:base-url}";

/// Summaries made once per catalogue generation, visibility class, scope and language, so that
/// the cost of GetCapabilities does not grow with the archive but by copying. Thread-safe.
class ContentsCache {
 public:
  /// The summaries that `context`'s principal may see, base URL filled in.
  [[nodiscard]] std::string summaries(const ows::Context& context, const std::string& language);

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // class, scope, language
  struct Entry {
    std::uint64_t generation = 0;
    std::shared_ptr<const std::string> text;
  };
  std::mutex mutex_;
  std::map<Key, Entry> entries_;
};

}  // namespace gyre::wcs
