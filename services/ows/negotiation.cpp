#include "services/ows/negotiation.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "services/http/text.h"
#include "services/ows/exception.h"

namespace gyre::ows {
namespace {

/// ISO 639-2 (bibliographic and terminological) of the official languages of the EU and its
/// neighbours, and their ISO 639-1 codes.
constexpr std::array<std::pair<std::string_view, std::string_view>, 41> kThreeLetters{{
    {"bul", "bg"}, {"cze", "cs"}, {"ces", "cs"}, {"dan", "da"}, {"ger", "de"}, {"deu", "de"},
    {"gre", "el"}, {"ell", "el"}, {"eng", "en"}, {"spa", "es"}, {"est", "et"}, {"fin", "fi"},
    {"fre", "fr"}, {"fra", "fr"}, {"gle", "ga"}, {"hrv", "hr"}, {"hun", "hu"}, {"ice", "is"},
    {"isl", "is"}, {"ita", "it"}, {"lit", "lt"}, {"lav", "lv"}, {"mlt", "mt"}, {"dut", "nl"},
    {"nld", "nl"}, {"nor", "no"}, {"pol", "pl"}, {"por", "pt"}, {"rum", "ro"}, {"ron", "ro"},
    {"slo", "sk"}, {"slk", "sk"}, {"slv", "sl"}, {"swe", "sv"}, {"tur", "tr"}, {"ukr", "uk"},
    {"jpn", "ja"}, {"kor", "ko"}, {"chi", "zh"}, {"zho", "zh"}, {"rus", "ru"},
}};

/// "FRE" -> "fr", "fr-CA" -> "fr".
std::string primary(std::string_view language) {
  std::string code = http::lower_case(language.substr(0, language.find('-')));
  for (const auto& [three, two] : kThreeLetters) {
    if (code == three) return std::string(two);
  }
  return code;
}

double weight_of(std::string_view parameters) {
  const std::string text = http::lower_case(parameters);
  const std::size_t at = text.find("q=");
  if (at == std::string::npos) return 1;
  double weight = 0;
  const auto [end, error] =
      std::from_chars(text.data() + at + 2, text.data() + text.size(), weight);
  return error == std::errc() && weight >= 0 && weight <= 1 ? weight : 0;
}

}  // namespace

std::vector<std::string> parse_accept_language(std::string_view header) {
  std::vector<std::pair<double, std::string>> weighted;
  for (const std::string& item : http::split_list(header)) {
    const std::size_t semicolon = std::min(item.find(';'), item.size());
    const double weight = weight_of(std::string_view(item).substr(semicolon));
    if (weight > 0) weighted.emplace_back(weight, http::trimmed(item.substr(0, semicolon)));
  }
  std::stable_sort(weighted.begin(), weighted.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> languages;
  for (auto& [weight, language] : weighted) languages.push_back(std::move(language));
  return languages;
}

std::optional<std::string> negotiate_language(std::span<const std::string> wanted,
                                              std::span<const std::string> offered) {
  if (offered.empty()) return std::nullopt;
  for (const std::string& one : wanted) {
    if (one == "*") return offered.front();
    for (const std::string& language : offered) {
      if (http::same_word(one, language)) return language;
    }
    for (const std::string& language : offered) {
      if (primary(one) == primary(language)) return language;
    }
  }
  return std::nullopt;
}

std::string negotiate_version(std::span<const std::string> accepted,
                              std::span<const std::string_view> offered) {
  if (accepted.empty()) return std::string(offered.front());
  for (const std::string& version : accepted) {
    if (std::find(offered.begin(), offered.end(), version) != offered.end()) return version;
  }
  throw Exception("VersionNegotiationFailed", "acceptVersions", 400,
                  fmt::format("None of the accepted versions is offered; there is {}.",
                              fmt::join(offered, ", ")));
}

bool is_current(const std::optional<std::string>& update_sequence, std::uint64_t generation) {
  if (!update_sequence || update_sequence->empty()) return false;
  // Clients that count in floating point send 1.795253791E9.
  double asked = 0;
  const char* const end = update_sequence->data() + update_sequence->size();
  const auto [stop, error] = std::from_chars(update_sequence->data(), end, asked);
  if (error != std::errc() || stop != end || !(asked <= static_cast<double>(generation))) {
    throw Exception("InvalidUpdateSequence", "updateSequence", 400,
                    fmt::format("updateSequence is {} now; '{}' was never given out.", generation,
                                *update_sequence));
  }
  return asked == static_cast<double>(generation);
}

}  // namespace gyre::ows
