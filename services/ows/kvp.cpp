#include "services/ows/kvp.h"

#include <algorithm>

#include <fmt/format.h>

#include "services/http/text.h"
#include "services/ows/exception.h"

namespace gyre::ows {
namespace {

constexpr std::size_t kPairs = 1000;

[[noreturn]] void refuse(std::string_view key, const std::string& text) {
  throw Exception("InvalidParameterValue", http::printable_utf8(key), 400, text);
}

/// @param key what to name when `raw` is wrong; empty for the key itself
std::string decoded(std::string_view raw, std::string_view key) {
  const std::string_view locator = key.empty() ? raw : key;
  auto text = http::percent_decode(raw, true);
  if (!text) refuse(locator, "A '%' must be followed by two hexadecimal digits.");
  if (text->find('\0') != std::string::npos) refuse(locator, "A value must not contain %00.");
  if (!http::is_utf8(*text)) refuse(locator, "Values must be percent-encoded UTF-8.");
  return std::move(*text);
}

}  // namespace

Kvp Kvp::parse(std::string_view query) {
  Kvp kvp;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    if (kvp.pairs_.size() == kPairs) {
      refuse("query", fmt::format("A request may have {} parameters at most.", kPairs));
    }
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::string key = decoded(pair.substr(0, equals), {});
    std::string value = decoded(pair.substr(std::min(equals + 1, pair.size())), key);
    kvp.pairs_.emplace_back(std::move(key), std::move(value));
  }
  return kvp;
}

std::optional<std::string> Kvp::optional(std::string_view key) const {
  const std::string* found = nullptr;
  for (const auto& [name, value] : pairs_) {
    if (!http::same_word(name, key)) continue;
    if (found != nullptr && *found != value) {
      refuse(key, fmt::format("{} is given twice with different values.", key));
    }
    found = &value;
  }
  if (found == nullptr) return std::nullopt;
  return *found;
}

std::string Kvp::required(std::string_view key) const {
  auto value = optional(key);
  if (!value || value->empty()) {
    throw Exception("MissingParameterValue", std::string(key), 400,
                    fmt::format("The parameter {} is missing.", key));
  }
  return std::move(*value);
}

std::vector<std::string> Kvp::all(std::string_view key) const {
  std::vector<std::string> values;
  for (const auto& [name, value] : pairs_) {
    if (http::same_word(name, key)) values.push_back(value);
  }
  return values;
}

bool Kvp::has(std::string_view key) const {
  return std::any_of(pairs_.begin(), pairs_.end(),
                     [&](const auto& pair) { return http::same_word(pair.first, key); });
}

}  // namespace gyre::ows
