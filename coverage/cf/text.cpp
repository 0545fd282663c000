#include "coverage/cf/text.h"

#include <algorithm>
#include <cctype>

namespace gyre::coverage::cf {
namespace {

bool starts_name(unsigned char c) { return std::isalpha(c) != 0 || c == '_' || c >= 0x80; }

bool continues_name(unsigned char c) {
  return starts_name(c) || std::isdigit(c) != 0 || c == '-' || c == '.';
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::vector<std::string> words(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n,";
  std::vector<std::string> found;
  while (true) {
    const auto first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return found;
    text.remove_prefix(first);
    const auto end = std::min(text.find_first_of(kBlank), text.size());
    found.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::string last_part(std::string_view name) {
  const auto slash = name.rfind('/');
  return std::string(slash == std::string_view::npos ? name : name.substr(slash + 1));
}

std::string ncname(std::string_view name) {
  std::string out;
  for (const char c : name) out += continues_name(static_cast<unsigned char>(c)) ? c : '_';
  if (out.empty() || !starts_name(static_cast<unsigned char>(out.front()))) out.insert(0, 1, '_');
  return out;
}

}  // namespace gyre::coverage::cf
