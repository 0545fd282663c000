#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gyre::coverage::dap {

/// Words, quoted texts and punctuation of the documents of DAP2 (DDS, DAS), one after the other.
///
/// A word is anything without blanks and without the punctuation of its document; `#` begins a
/// comment. In quoted texts `\n`, `\r`, `\t`, three octal digits (libdap) and `\x41` stand for a
/// byte, and any other character after a backslash for itself. Texts may hold line ends.
class DapText {
 public:
  struct Token {
    enum class Kind { Word, Quoted, Punctuation, End };
    Kind kind = Kind::End;
    std::string text;  ///< of a quoted text its meaning
    std::size_t line = 1;
    [[nodiscard]] bool is(char punctuation) const {
      return kind == Kind::Punctuation && text[0] == punctuation;
    }
  };

  /// @param document "DDS" or "DAS", for errors; @param punctuation what is a token of its own.
  /// `text` is to live as long as this does.
  DapText(std::string_view text, std::string_view document, std::string_view punctuation);

  [[nodiscard]] const Token& peek() const { return next_; }
  /// The next token, which is left behind. @throws Error{MalformedHolding}
  Token take();
  /// @throws Error{MalformedHolding} when the next token is another
  void expect(char punctuation);
  /// A name: a word of at most kLongestName bytes. @throws Error{MalformedHolding}
  std::string name(std::string_view of_what);

  /// "line 7 of its DDS: ..." @throws Error{MalformedHolding}
  [[noreturn]] void refuse(const std::string& why) const;
  /// What stands here instead of `expected`. @throws Error{MalformedHolding}
  [[noreturn]] void refuse_next(std::string_view expected) const;

  static constexpr std::size_t kLongestName = 1024;

 private:
  void advance();
  void take_quoted();
  [[nodiscard]] char escaped_byte();

  std::string_view text_, document_, punctuation_;
  std::size_t at_ = 0, line_ = 1;
  Token next_;
};

/// The texts are equal but for the case of ASCII letters.
[[nodiscard]] bool same_word(std::string_view a, std::string_view b);

}  // namespace gyre::coverage::dap
