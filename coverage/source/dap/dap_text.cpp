#include "coverage/source/dap/dap_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "coverage/base/error.h"

namespace gyre::coverage::dap {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
  return -1;
}

/// What a server sent, fit to be read: a few characters, all of them printable.
std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 40;
  std::string out;
  for (const char c : text.substr(0, kMost)) out += c >= ' ' && c < '\x7f' ? c : '?';
  return text.size() > kMost ? out + "..." : out;
}

}  // namespace

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

DapText::DapText(std::string_view text, std::string_view document, std::string_view punctuation)
    : text_(text), document_(document), punctuation_(punctuation) {
  advance();
}

DapText::Token DapText::take() {
  Token taken = std::move(next_);
  if (taken.kind != Token::Kind::End) advance();
  return taken;
}

void DapText::advance() {
  while (at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == '#')) {
    if (text_[at_] == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      line_ += text_[at_++] == '\n' ? 1 : 0;
    }
  }
  next_ = {Token::Kind::End, "", line_};
  if (at_ == text_.size()) return;
  const char first = text_[at_];
  if (first == '"') return take_quoted();
  if (punctuation_.find(first) != punctuation_.npos) {
    next_ = {Token::Kind::Punctuation, std::string(1, first), line_};
    ++at_;
    return;
  }
  const std::size_t begin = at_;
  while (at_ < text_.size() && !is_blank(text_[at_]) && text_[at_] != '"' &&
         punctuation_.find(text_[at_]) == punctuation_.npos) {
    ++at_;
  }
  next_ = {Token::Kind::Word, std::string(text_.substr(begin, at_ - begin)), line_};
}

void DapText::take_quoted() {
  const std::size_t line = line_;
  std::string meaning;
  for (++at_; at_ < text_.size() && text_[at_] != '"';) {
    const char c = text_[at_++];
    line_ += c == '\n' ? 1 : 0;
    meaning += c == '\\' && at_ < text_.size() ? escaped_byte() : c;
  }
  if (at_ == text_.size()) {
    line_ = line;
    refuse("a text that begins there has no closing quotation mark");
  }
  ++at_;
  next_ = {Token::Kind::Quoted, std::move(meaning), line};
}

char DapText::escaped_byte() {
  const char c = text_[at_++];
  line_ += c == '\n' ? 1 : 0;
  if (c == 'n') return '\n';
  if (c == 'r') return '\r';
  if (c == 't') return '\t';
  const auto digit = [&](std::size_t i, char last) {
    return at_ + i < text_.size() && text_[at_ + i] >= '0' && text_[at_ + i] <= last;
  };
  if (c >= '0' && c <= '3' && digit(0, '7') && digit(1, '7')) {
    const int value = (c - '0') * 64 + (text_[at_] - '0') * 8 + (text_[at_ + 1] - '0');
    at_ += 2;
    return static_cast<char>(value);
  }
  if (c == 'x' && at_ + 1 < text_.size()) {
    const int high = hex_digit(text_[at_]), low = hex_digit(text_[at_ + 1]);
    if (high >= 0 && low >= 0) {
      at_ += 2;
      return static_cast<char>(high * 16 + low);
    }
  }
  return c;
}

void DapText::expect(char punctuation) {
  if (!next_.is(punctuation)) refuse_next(fmt::format("'{}'", punctuation));
  take();
}

std::string DapText::name(std::string_view of_what) {
  if (next_.kind != Token::Kind::Word) refuse_next(of_what);
  if (next_.text.size() > kLongestName) {
    refuse(fmt::format("{} is longer than {} bytes", of_what, kLongestName));
  }
  return take().text;
}

void DapText::refuse(const std::string& why) const {
  throw Error(ErrorKind::MalformedHolding, "",
              fmt::format("line {} of its {}: {}",
                          next_.kind == Token::Kind::End ? line_ : next_.line, document_, why));
}

void DapText::refuse_next(std::string_view expected) const {
  if (next_.kind == Token::Kind::End) refuse(fmt::format("it ends where {} should be", expected));
  refuse(fmt::format("'{}' stands where {} should be", shown(next_.text), expected));
}

}  // namespace gyre::coverage::dap
