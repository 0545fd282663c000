#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/time_instant.h"

namespace gyre::coverage::aggregation {

/// What one field of a pattern found in a name.
struct NameField {
  std::string text;
  std::optional<CivilTime> time;  ///< fields with % codes
  bool operator==(const NameField&) const = default;
};

/// A pattern of paths that tells values.
///
///   *  **  ?            anything within a name; across folders too; one character
///   {member}            text up to what follows, the shortest that fits; no '/'
///   {lead:d}            digits, with a sign perhaps
///   {time:%Y%m%d}       a date: %Y %y %m %b %d %j %H %M %S %L (milliseconds), other text as it is
///
/// A pattern without '/' is one of file names, one with '/' of as many last parts of the path; one
/// that begins with '/' is one of the whole path.
class GYRE_API NamePattern {
 public:
  /// @throws Error{InvalidParameter} with what is wrong and where
  explicit NamePattern(std::string_view pattern);
  /// A pattern without fields: braces are themselves.
  [[nodiscard]] static NamePattern glob(std::string_view pattern);

  /// The fields in the order of names(); absent when the path does not fit, or a date is none.
  [[nodiscard]] std::optional<std::vector<NameField>> match(std::string_view path) const;
  [[nodiscard]] bool fits(std::string_view path) const;
  /// Of the fields, as the pattern has them.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] bool is_time(std::size_t field) const { return timed_[field]; }
  /// Letters that stand right before and after a field: "f" of "_f{lead:d}", "H" of "{lead:d}H".
  [[nodiscard]] std::string letters_before(std::size_t field) const;
  [[nodiscard]] std::string letters_after(std::size_t field) const;
  /// As it was given.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  struct Token {
    enum class Kind : std::uint8_t { Character, One, Within, Across, Text, Digits, Date } kind;
    char code = 0;          ///< of Character and Date (its % code)
    std::size_t field = 0;  ///< of Text, Digits, Date
    bool opens = false;     ///< first token of its field
  };
  NamePattern() = default;
  void add_field(std::string_view inside);
  bool match(std::string_view rest, std::size_t token, std::vector<NameField>& fields,
             std::size_t& budget) const;
  [[nodiscard]] std::string_view part_of(std::string_view path) const;

  std::string text_;
  std::vector<Token> tokens_;
  std::vector<std::string> names_;
  std::vector<bool> timed_;
  std::size_t slashes_ = 0;
  bool whole_ = false;
};

}  // namespace gyre::coverage::aggregation
