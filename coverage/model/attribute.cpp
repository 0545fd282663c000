#include "coverage/model/attribute.h"

#include <charconv>

namespace gyre::coverage {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n\0");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n\0") - first + 1);
}

std::optional<double> number_in(std::string_view text) {
  text = trimmed(text);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

const Attribute* Attributes::find(std::string_view name) const {
  for (const Attribute& attribute : list_) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

std::optional<std::string> Attributes::text(std::string_view name) const {
  const Attribute* attribute = find(name);
  if (attribute == nullptr) return std::nullopt;
  std::string_view text;
  if (const auto* one = std::get_if<std::string>(&attribute->value)) {
    text = *one;
  } else if (const auto* many = std::get_if<std::vector<std::string>>(&attribute->value)) {
    if (many->size() == 1) text = many->front();
  }
  text = trimmed(text);
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

std::vector<double> Attributes::numbers(std::string_view name) const {
  const Attribute* attribute = find(name);
  if (attribute == nullptr) return {};
  return std::visit(
      [](const auto& value) -> std::vector<double> {
        using Value = std::decay_t<decltype(value)>;
        std::vector<double> numbers;
        if constexpr (std::is_same_v<Value, std::string>) {
          if (const auto number = number_in(value)) numbers.push_back(*number);
        } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
          for (const std::string& text : value) {
            if (const auto number = number_in(text)) numbers.push_back(*number);
          }
        } else {
          for (const auto& number : value) numbers.push_back(static_cast<double>(number));
        }
        return numbers;
      },
      attribute->value);
}

std::optional<double> Attributes::number(std::string_view name) const {
  const std::vector<double> all = numbers(name);
  if (all.empty()) return std::nullopt;
  return all.front();
}

void Attributes::set(Attribute attribute) {
  for (Attribute& present : list_) {
    if (present.name == attribute.name) {
      present = std::move(attribute);
      return;
    }
  }
  list_.push_back(std::move(attribute));
}

void Attributes::remove(std::string_view name) {
  std::erase_if(list_, [&](const Attribute& attribute) { return attribute.name == name; });
}

}  // namespace gyre::coverage
