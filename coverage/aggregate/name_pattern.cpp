#include "coverage/aggregate/name_pattern.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/base/error.h"

namespace gyre::coverage::aggregation {
namespace {

constexpr std::string_view kCodes = "YymbdjHMSL";
constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
/// Steps of one match: patterns of many stars take no more.
constexpr std::size_t kMostSteps = 100'000;

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

[[noreturn]] void refuse(std::string_view pattern, const std::string& why) {
  throw Error(ErrorKind::InvalidParameter, std::string(pattern),
              fmt::format("the pattern \"{}\" {}", pattern, why));
}

std::size_t digits_of(char code) {
  switch (code) {
    case 'Y':
      return 4;
    case 'j':
    case 'L':
      return 3;
    default:
      return 2;
  }
}

std::optional<int> month_named(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto found = std::find(kMonths.begin(), kMonths.end(), lower);
  if (found == kMonths.end()) return std::nullopt;
  return static_cast<int>(found - kMonths.begin()) + 1;
}

/// Puts what a % code says into `time`; a day of the year becomes a month of 0 and that day.
bool put(char code, std::string_view text, CivilTime& time) {
  if (code == 'b') {
    const auto month = month_named(text);
    if (month) time.month = *month;
    return month.has_value();
  }
  int number = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    number = number * 10 + (c - '0');
  }
  switch (code) {
    case 'Y':
      time.year = number;
      break;
    case 'y':
      time.year = number < 69 ? 2000 + number : 1900 + number;  // POSIX
      break;
    case 'm':
      time.month = number;
      return number >= 1 && number <= 12;
    case 'd':
      time.day = number;
      return number >= 1 && number <= 31;
    case 'j':
      time.month = 0;
      time.day = number;
      return number >= 1 && number <= 366;
    case 'H':
      time.hour = number;
      return number <= 24;
    case 'M':
      time.minute = number;
      return number < 60;
    case 'S':
      time.second = number;
      return number <= 60;
    default:
      time.microsecond = number * 1000;
  }
  return true;
}

}  // namespace

NamePattern::NamePattern(std::string_view pattern) : text_(pattern) {
  if (pattern.empty()) refuse(pattern, "is empty");
  whole_ = pattern.starts_with('/');
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '{') {
      const auto end = pattern.find('}', i);
      if (end == std::string_view::npos) refuse(pattern, "has a '{' without its '}'");
      try {
        add_field(pattern.substr(i + 1, end - i - 1));
      } catch (const Error& error) {
        refuse(pattern, error.what());
      }
      i = end;
    } else if (c == '}') {
      refuse(pattern, "has a '}' without its '{'");
    } else if (c == '*' && pattern.substr(i, 2) == "**") {
      ++i;
      const bool folders = i + 1 < pattern.size() && pattern[i + 1] == '/';
      if (folders) ++i;
      tokens_.push_back({Token::Kind::Across, folders ? '/' : '\0'});
      slashes_ = 1'000'000;
    } else if (c == '*') {
      tokens_.push_back({Token::Kind::Within});
    } else if (c == '?') {
      tokens_.push_back({Token::Kind::One});
    } else {
      tokens_.push_back({Token::Kind::Character, c});
      slashes_ += c == '/' ? 1 : 0;
    }
  }
}

NamePattern NamePattern::glob(std::string_view pattern) {
  NamePattern made;
  made.text_ = pattern;
  made.slashes_ = 1'000'000;  // of the path it is given, whatever that is
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '*' && pattern.substr(i, 2) == "**") {
      ++i;
      const bool folders = i + 1 < pattern.size() && pattern[i + 1] == '/';
      if (folders) ++i;
      made.tokens_.push_back({Token::Kind::Across, folders ? '/' : '\0'});
    } else {
      const auto kind = c == '*'   ? Token::Kind::Within
                        : c == '?' ? Token::Kind::One
                                   : Token::Kind::Character;
      made.tokens_.push_back({kind, c});
    }
  }
  return made;
}

void NamePattern::add_field(std::string_view inside) {
  const auto fail = [](const std::string& why) {
    throw Error(ErrorKind::InvalidParameter, "", why);
  };
  const auto colon = inside.find(':');
  const std::string name(inside.substr(0, colon));
  const std::string_view format =
      colon == std::string_view::npos ? std::string_view() : inside.substr(colon + 1);
  if (name.empty()) fail("has a field without a name: {name} or {name:%Y%m%d}");
  // One field may stand in several places: {time:%Y}/{time:%m%d}.nc.
  const auto known = std::find(names_.begin(), names_.end(), name);
  const auto field = static_cast<std::size_t>(known - names_.begin());
  const bool timed = format.find('%') != std::string_view::npos;
  if (known == names_.end()) {
    names_.push_back(name);
    timed_.push_back(timed);
  } else if (!timed || !timed_[field]) {
    fail(fmt::format("has the field '{}' twice", name));
  }
  if (format.empty() || format == "s") {
    tokens_.push_back({Token::Kind::Text, 0, field, true});
    return;
  }
  if (format == "d") {
    tokens_.push_back({Token::Kind::Digits, 0, field, true});
    return;
  }
  if (!timed) {
    fail(fmt::format("has the format '{}', where 'd', 's' or codes such as %Y%m%d belong", format));
  }
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      tokens_.push_back({Token::Kind::Character, format[i]});
      slashes_ += format[i] == '/' ? 1 : 0;
      continue;
    }
    if (++i == format.size() || kCodes.find(format[i]) == std::string_view::npos) {
      fail(fmt::format("has a code that is none of %{}", fmt::join(kCodes, " %")));
    }
    tokens_.push_back({Token::Kind::Date, format[i], field});
  }
}

std::string NamePattern::letters_before(std::size_t field) const {
  const auto at = std::find_if(tokens_.begin(), tokens_.end(),
                               [&](const Token& one) { return one.opens && one.field == field; });
  std::string letters;
  for (auto one = at; one != tokens_.begin();) {
    --one;
    if (one->kind != Token::Kind::Character || !is_letter(one->code)) break;
    letters.insert(letters.begin(), one->code);
  }
  return letters;
}

std::string NamePattern::letters_after(std::size_t field) const {
  auto one = std::find_if(tokens_.begin(), tokens_.end(),
                          [&](const Token& token) { return token.opens && token.field == field; });
  std::string letters;
  if (one == tokens_.end()) return letters;
  for (++one; one != tokens_.end(); ++one) {
    if (one->kind != Token::Kind::Character || !is_letter(one->code)) break;
    letters += one->code;
  }
  return letters;
}

std::string_view NamePattern::part_of(std::string_view path) const {
  if (whole_ || slashes_ >= 1'000'000) return path;
  std::size_t at = path.size();
  for (std::size_t i = 0; i <= slashes_; ++i) {
    at = path.rfind('/', at - 1);
    if (at == std::string_view::npos || at == 0) return at == 0 ? path.substr(1) : path;
  }
  return path.substr(at + 1);
}

bool NamePattern::match(std::string_view rest, std::size_t at, std::vector<NameField>& fields,
                        std::size_t& budget) const {
  using Kind = Token::Kind;
  for (; at < tokens_.size(); ++at) {
    if (budget == 0) return false;
    --budget;
    const Token& token = tokens_[at];
    switch (token.kind) {
      case Kind::Character:
        if (rest.empty() || rest.front() != token.code) return false;
        rest.remove_prefix(1);
        break;
      case Kind::One:
        if (rest.empty() || rest.front() == '/') return false;
        rest.remove_prefix(1);
        break;
      case Kind::Date: {
        const std::size_t size = token.code == 'b' ? 3 : digits_of(token.code);
        std::optional<CivilTime>& time = fields[token.field].time;
        if (!time) time.emplace();
        if (rest.size() < size || !put(token.code, rest.substr(0, size), *time)) return false;
        rest.remove_prefix(size);
        break;
      }
      case Kind::Digits: {
        std::size_t size = !rest.empty() && (rest[0] == '-' || rest[0] == '+') ? 1 : 0;
        const std::size_t first = size;
        while (size < rest.size() && is_digit(rest[size])) ++size;
        if (size == first) return false;
        fields[token.field].text = rest.substr(0, size);
        rest.remove_prefix(size);
        break;
      }
      case Kind::Within:
      case Kind::Across:
      case Kind::Text: {
        for (std::size_t size = token.kind == Kind::Text ? 1 : 0; size <= rest.size(); ++size) {
          if (size > 0 && rest[size - 1] == '/' && token.kind != Kind::Across) return false;
          // "**/x" is x in any folder: what it stands for ends where a name begins.
          if (token.code == '/' && size > 0 && rest[size - 1] != '/') continue;
          if (token.kind == Kind::Text) fields[token.field].text = rest.substr(0, size);
          if (match(rest.substr(size), at + 1, fields, budget)) return true;
        }
        return false;
      }
    }
  }
  return rest.empty();
}

std::optional<std::vector<NameField>> NamePattern::match(std::string_view path) const {
  std::vector<NameField> fields(names_.size());
  std::size_t budget = kMostSteps;
  if (!match(part_of(path), 0, fields, budget)) return std::nullopt;
  return fields;
}

bool NamePattern::fits(std::string_view path) const {
  std::vector<NameField> fields(names_.size());
  std::size_t budget = kMostSteps;
  return match(part_of(path), 0, fields, budget);
}

}  // namespace gyre::coverage::aggregation
