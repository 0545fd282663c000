#include "coverage/archive/name_tokens.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace gyre::coverage {
namespace {

constexpr std::string_view kDigits = "0123456789";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  std::string lower(word);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::find(words.begin(), words.end(), lower) != words.end();
}

constexpr std::array<std::string_view, 9> kMembers{
    "m", "mem", "member", "ens", "ensemble", "realization", "realisation", "number", "r"};
constexpr std::array<std::string_view, 6> kLeads{"f", "fh", "fhr", "lead", "leadtime", "step"};
constexpr std::array<std::string_view, 5> kHours{"h", "hr", "hrs", "hour", "hours"};

/// CMIP's "r1i1p1f1" at `at`; its length, 0: it is none.
std::size_t variant_at(std::string_view name, std::size_t at) {
  std::size_t i = at;
  for (const char letter : std::string_view("ripf")) {
    const bool there = i + 1 < name.size() && name[i] == letter && is_digit(name[i + 1]);
    if (!there) {
      if (letter != 'f') return 0;  // CMIP5 has no forcing
      break;
    }
    i = std::min(name.find_first_not_of(kDigits, i + 1), name.size());
  }
  return i < name.size() && is_letter(name[i]) ? 0 : i - at;
}

/// The format of a date that begins at `at`, with its digits; absent: it is none.
/// @param end of the first digits; becomes that of the date
std::optional<std::string> date_at(std::string_view name, std::size_t at, std::size_t& end) {
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = 0;
    for (std::size_t i = from; i < from + count; ++i) value = value * 10 + (name[i] - '0');
    return value;
  };
  const auto digits_at = [&](std::size_t from) {
    return from > name.size() ? 0
                              : std::min(name.find_first_not_of(kDigits, from), name.size()) - from;
  };
  constexpr int kFirst = 1800, kLast = 2300;
  const std::size_t size = end - at;
  if (size < 4 || size > 14 || size % 2 != 0) return std::nullopt;
  const int year = number(at, 4);
  if (year < kFirst || year > kLast) return std::nullopt;
  if (size == 4) {
    const bool dashed = end + 6 <= name.size() && name[end] == '-' && digits_at(end + 1) == 2 &&
                        name[end + 3] == '-' && digits_at(end + 4) == 2;
    if (!dashed) return "%Y";
    const int month = number(end + 1, 2), day = number(end + 4, 2);
    if (month < 1 || month > 12 || day < 1 || day > 31) return "%Y";
    end += 6;
    return "%Y-%m-%d";
  }
  const int month = number(at + 4, 2);
  if (month < 1 || month > 12) return std::nullopt;
  if (size == 6) return "%Y%m";
  const int day = number(at + 6, 2);
  if (day < 1 || day > 31) return std::nullopt;
  const auto clock = [&](std::size_t from, std::size_t count) -> std::optional<std::string> {
    if (count != 2 && count != 4 && count != 6) return std::nullopt;
    if (number(from, 2) > 24) return std::nullopt;
    if (count > 2 && number(from + 2, 2) > 59) return std::nullopt;
    if (count > 4 && number(from + 4, 2) > 60) return std::nullopt;
    return count == 2 ? "%H" : count == 4 ? "%H%M" : "%H%M%S";
  };
  if (size > 8) {
    const auto rest = clock(at + 8, size - 8);
    return rest ? std::optional("%Y%m%d" + *rest) : std::nullopt;
  }
  if (end < name.size() && name[end] == 'T') {
    const std::size_t count = digits_at(end + 1);
    if (const auto rest = clock(end + 1, count)) {
      end += 1 + count;
      return "%Y%m%dT" + *rest;
    }
  }
  return "%Y%m%d";
}

/// What letters around digits make of them.
void tell(std::string_view name, NameToken& token) {
  std::size_t before = token.begin;
  while (before > 0 && is_letter(name[before - 1])) --before;
  std::size_t word_end = token.begin;  // of the letters before
  if (before == token.begin && before > 1 && (name[before - 1] == '_' || name[before - 1] == '-')) {
    word_end = before - 1;  // "member_01"; a single letter would say too little
    std::size_t start = word_end;
    while (start > 0 && is_letter(name[start - 1])) --start;
    if (word_end - start >= 3) before = start;
  }
  const bool bounded = before == 0 || !is_digit(name[before - 1]);
  const std::string_view word =
      before < token.begin && bounded ? name.substr(before, word_end - before) : "";
  std::size_t after = token.end;
  while (after < name.size() && is_letter(name[after])) ++after;
  const std::string_view letters = name.substr(token.end, after - token.end);
  const bool hours = one_of(kHours, letters);
  const bool plus = token.begin > 0 && name[token.begin - 1] == '+';
  const std::size_t size = token.end - token.begin;
  if (size > 4) return;
  if (letters.empty() && one_of(kMembers, word)) {
    token.kind = NameToken::Kind::Member;
  } else if ((one_of(kLeads, word) && (word.size() > 1 || size > 1) &&
              (letters.empty() || hours)) ||
             (plus && (letters.empty() || hours)) || (hours && word.empty())) {
    token.kind = NameToken::Kind::Lead;
  } else {
    return;
  }
  token.word_begin = word.empty() ? token.begin : before;
  token.word_end = after;
}

}  // namespace

std::vector<NameToken> tokens_of(std::string_view name) {
  std::vector<NameToken> tokens;
  for (std::size_t i = 0; i < name.size();) {
    const bool begins = i == 0 || (!is_letter(name[i - 1]) && !is_digit(name[i - 1]));
    NameToken token;
    token.begin = token.word_begin = i;
    if (const std::size_t size = begins ? variant_at(name, i) : 0; size > 0) {
      token.kind = NameToken::Kind::Member;
      token.end = token.word_end = i += size;
      tokens.push_back(std::move(token));
      continue;
    }
    if (!is_digit(name[i])) {
      ++i;
      continue;
    }
    token.end = std::min(name.find_first_not_of(kDigits, i), name.size());
    if (auto format = date_at(name, i, token.end)) {
      token.kind = NameToken::Kind::Date;
      token.format = std::move(*format);
    }
    token.word_end = token.end;
    if (token.kind == NameToken::Kind::Digits) tell(name, token);
    i = token.end;
    tokens.push_back(std::move(token));
  }
  return tokens;
}

}  // namespace gyre::coverage
