#include "services/wms/kvp_values.h"

#include <cctype>
#include <charconv>
#include <cmath>

#include "services/ows/exception.h"

namespace gyre::wms {
namespace {

[[noreturn]] void refuse(std::string_view text, std::string_view key, const char* expected) {
  constexpr std::size_t kShown = 60;
  throw ows::Exception("InvalidParameterValue", std::string(key), 400,
                       std::string(key) + "=" + std::string(text.substr(0, kShown)) +
                           " is not understood; it takes " + expected);
}

}  // namespace

std::string trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  for (;;) {
    const std::size_t comma = text.find(',');
    items.push_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) return items;
    text.remove_prefix(comma + 1);
  }
}

double number_of(std::string_view text, std::string_view key) {
  std::string digits = trimmed(text);
  // "1e+7" of a client that did not write %2B for its plus sign.
  if (const std::size_t blank = digits.find_first_of(' ');
      blank != std::string::npos && blank > 0 && (digits[blank - 1] | 32) == 'e') {
    digits[blank] = '+';
  }
  if (digits.starts_with('+')) digits.erase(0, 1);
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(number)) {
    refuse(text, key, "numbers such as -12.5 or 1.5e3");
  }
  return number;
}

std::size_t count_of(std::string_view text, std::string_view key) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.size() > 9) {
    refuse(text, key, "a whole number");
  }
  return number;
}

bool truth_of(std::string_view text, std::string_view key) {
  const std::string word = lower_case(text);
  if (word == "true") return true;
  if (word == "false") return false;
  refuse(text, key, "TRUE or FALSE");
}

std::optional<std::string> non_empty(const ows::Kvp& kvp, std::string_view key) {
  std::optional<std::string> value = kvp.optional(key);
  if (value && value->empty()) value.reset();
  return value;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

}  // namespace gyre::wms
