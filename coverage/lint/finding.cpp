#include "coverage/lint/finding.h"

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gyre::coverage::lint {
namespace {

/// For a shell, within single quotes.
std::string shell(std::string_view text) {
  const bool plain = !text.empty() && text.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789_-+./:,") == std::string_view::npos;
  if (plain) return std::string(text);
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// As a YAML scalar within a flow mapping.
std::string yaml(std::string_view text) {
  const bool plain = !text.empty() &&
                     text.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789_./ -") == std::string_view::npos &&
                     text.front() != ' ' && text.front() != '-' && text.back() != ' ';
  if (plain) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// ncatted's letter of a type.
std::string_view letter_of(ElementType type) {
  switch (type) {
    case ElementType::Int8:
      return "b";
    case ElementType::UInt8:
      return "ub";
    case ElementType::Int16:
      return "s";
    case ElementType::UInt16:
      return "us";
    case ElementType::Int32:
      return "i";
    case ElementType::UInt32:
      return "ui";
    case ElementType::Int64:
      return "ll";
    case ElementType::UInt64:
      return "ull";
    case ElementType::Float32:
      return "f";
    case ElementType::Float64:
      return "d";
    case ElementType::String:
      return "c";
  }
  return "c";
}

std::string overlay_of(std::string_view variable, std::string_view attribute,
                       const std::string& value) {
  return variable.empty() ? fmt::format("global_attributes: {{{}: {}}}", yaml(attribute), value)
                          : fmt::format("attributes: {{{}: {{{}: {}}}}}", yaml(variable),
                                        yaml(attribute), value);
}

std::string ncatted(std::string_view attribute, std::string_view variable, std::string_view mode,
                    std::string_view type, std::string_view value) {
  return fmt::format("ncatted -h -a {} {{file}}",
                     shell(fmt::format("{},{},{},{},{}", attribute,
                                       variable.empty() ? "global" : variable, mode, type, value)));
}

}  // namespace

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Hint:
      return "hint";
  }
  return "hint";
}

Fix set_text(std::string_view variable, std::string_view attribute, std::string_view value) {
  return {ncatted(attribute, variable, "o", "c", value),
          overlay_of(variable, attribute, yaml(value))};
}

Fix set_numbers(std::string_view variable, std::string_view attribute, ElementType type,
                const std::vector<double>& values) {
  std::vector<std::string> texts;
  for (const double value : values) texts.push_back(number_text(value, type));
  const std::string list = fmt::format("{}", fmt::join(texts, ","));
  const std::string in_yaml =
      texts.size() == 1 ? texts.front() : fmt::format("[{}]", fmt::join(texts, ", "));
  return {ncatted(attribute, variable, "o", letter_of(type), list),
          overlay_of(variable, attribute, in_yaml)};
}

Fix remove_attribute(std::string_view variable, std::string_view attribute) {
  return {ncatted(attribute, variable, "d", "", ""), overlay_of(variable, attribute, "null")};
}

std::string number_text(double value, ElementType type) {
  if (type == ElementType::Float32) return fmt::format("{}", static_cast<float>(value));
  return fmt::format("{}", value);
}

std::string size_text(double bytes) {
  if (bytes < 1e3) return fmt::format("{:.0f} bytes", bytes);
  if (bytes < 1e6) return fmt::format("{:.3g} kB", bytes / 1e3);
  if (bytes < 1e9) return fmt::format("{:.3g} MB", bytes / 1e6);
  return fmt::format("{:.3g} GB", bytes / 1e9);
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace gyre::coverage::lint
