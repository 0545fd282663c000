#include "coverage/source/zarr/reference_templates.h"

#include <cctype>
#include <limits>
#include <stdexcept>

namespace gyre::coverage {
namespace {

[[noreturn]] void refuse() { throw std::invalid_argument("not understood"); }

std::string text_of(const TemplateValue& value) {
  if (const auto* const number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return std::get<std::string>(value);
}

class Expression {
 public:
  Expression(std::string_view text, const TemplateValues& values, int depth)
      : rest_(text), values_(values), depth_(depth) {}

  TemplateValue run() {
    TemplateValue value = sum();
    skip();
    if (!rest_.empty()) refuse();
    return value;
  }

 private:
  void skip() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front())) != 0) {
      rest_.remove_prefix(1);
    }
  }
  bool take(std::string_view word) {
    skip();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  bool peek(std::string_view word) {
    skip();
    return rest_.starts_with(word);
  }
  static std::int64_t number(const TemplateValue& value) {
    if (const auto* const found = std::get_if<std::int64_t>(&value)) return *found;
    refuse();
  }

  template <typename Operation>
  static TemplateValue checked(const TemplateValue& a, const TemplateValue& b,
                               const Operation& operation) {
    std::int64_t result = 0;
    if (operation(number(a), number(b), &result)) refuse();  // overflows
    return result;
  }

  TemplateValue sum() {
    if (++nesting_ > kDeepest) refuse();
    TemplateValue value = product();
    for (;;) {
      if (take("+")) {
        const TemplateValue other = product();
        if (std::holds_alternative<std::string>(value) &&
            std::holds_alternative<std::string>(other)) {
          value = std::get<std::string>(value) + std::get<std::string>(other);
        } else {
          value = checked(value, other, [](auto a, auto b, auto* to) {
            return __builtin_add_overflow(a, b, to);
          });
        }
      } else if (take("-")) {
        value = checked(value, product(),
                        [](auto a, auto b, auto* to) { return __builtin_sub_overflow(a, b, to); });
      } else {
        --nesting_;
        return value;
      }
    }
  }

  TemplateValue product() {
    TemplateValue value = power();
    for (;;) {
      if (!peek("**") && take("*")) {
        value = checked(value, power(),
                        [](auto a, auto b, auto* to) { return __builtin_mul_overflow(a, b, to); });
      } else if (peek("//") || peek("%")) {
        const bool remainder = take("%");  // as Python has it: of the sign of the divisor
        if (!remainder) static_cast<void>(take("//"));
        const std::int64_t a = number(value), b = number(power());
        if (b == 0 || (a == std::numeric_limits<std::int64_t>::min() && b == -1)) refuse();
        std::int64_t quotient = a / b, rest = a % b;
        if (rest != 0 && (rest < 0) != (b < 0)) {
          --quotient;
          rest += b;
        }
        value = remainder ? rest : quotient;
      } else {
        return value;  // '/' gives fractions, which no offset has
      }
    }
  }

  TemplateValue power() {
    TemplateValue base = atom();
    if (!take("**")) return base;
    const TemplateValue exponent = power();
    std::int64_t left = number(exponent);
    if (left < 0 || left > 62) refuse();
    TemplateValue value = std::int64_t{1};
    for (; left > 0; --left) {
      value = checked(value, base,
                      [](auto a, auto b, auto* to) { return __builtin_mul_overflow(a, b, to); });
    }
    return value;
  }

  TemplateValue atom() {
    if (take("(")) {
      TemplateValue value = sum();  // which counts how deep it is
      if (!take(")")) refuse();
      return value;
    }
    if (take("-")) {
      if (++nesting_ > kDeepest) refuse();
      const std::int64_t value = number(atom());
      --nesting_;
      return -value;
    }
    skip();
    if (rest_.empty()) refuse();
    const char first = rest_.front();
    if (std::isdigit(static_cast<unsigned char>(first)) != 0) {
      std::int64_t value = 0;
      while (!rest_.empty() && std::isdigit(static_cast<unsigned char>(rest_.front())) != 0) {
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, rest_.front() - '0', &value)) {
          refuse();
        }
        rest_.remove_prefix(1);
      }
      return value;
    }
    if (first == '\'' || first == '"') return quoted();
    const std::string name = identifier();
    const auto found = values_.find(name);
    if (found == values_.end()) refuse();
    if (!take("(")) return found->second;
    TemplateValues arguments = values_;
    while (!take(")")) {
      const std::string argument = identifier();
      if (!take("=")) refuse();
      arguments[argument] = sum();
      if (!take(",") && !rest_.starts_with(")")) refuse();
    }
    return filled_in(text_of(found->second), arguments, depth_ + 1);
  }

  std::string quoted() {
    const char quote = rest_.front();
    const std::size_t end = rest_.find(quote, 1);
    if (end == rest_.npos) refuse();
    std::string text(rest_.substr(1, end - 1));
    if (text.find('\\') != text.npos) refuse();
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::string identifier() {
    skip();
    std::size_t size = 0;
    while (size < rest_.size() &&
           (std::isalnum(static_cast<unsigned char>(rest_[size])) != 0 || rest_[size] == '_')) {
      ++size;
    }
    if (size == 0) refuse();
    std::string name(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return name;
  }

  static constexpr int kDeepest = 32;
  std::string_view rest_;
  const TemplateValues& values_;
  int depth_, nesting_ = 0;
};

}  // namespace

std::string filled_in(std::string_view text, const TemplateValues& values, int depth) {
  constexpr int kDeepest = 8;
  constexpr std::size_t kLongest = 64u << 10;
  if (depth > kDeepest) refuse();
  std::string out;
  while (!text.empty()) {
    const std::size_t begin = text.find("{{");
    out += text.substr(0, begin);
    if (begin == text.npos) break;
    const std::size_t end = text.find("}}", begin + 2);
    if (end == text.npos) refuse();
    out += text_of(Expression(text.substr(begin + 2, end - begin - 2), values, depth).run());
    text.remove_prefix(end + 2);
    if (out.size() > kLongest) refuse();
  }
  return out;
}

}  // namespace gyre::coverage
