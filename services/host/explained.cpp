#include "services/host/explained.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "coverage/source/chunks/decode_turn.h"
#include "services/http/text.h"

namespace gyre::host {
namespace {

/// Milliseconds to decode what is not kept; what drawing and writing take comes to it.
double decoding_ms(const coverage::Explanation::Figures& figures, std::size_t threads) {
  const std::size_t at_once = std::clamp<std::size_t>(
      figures.chunks - figures.kept - figures.handed_on, 1, std::max<std::size_t>(1, threads));
  return 1e3 * static_cast<double>(figures.decoded_bytes) /
         coverage::DecodeTurn::bytes_per_second() / static_cast<double>(at_once);
}

}  // namespace

std::optional<std::string> without_explain(std::string_view query) {
  std::string rest;
  bool found = false;
  for (std::string_view left = query; !left.empty();) {
    const std::string_view pair = left.substr(0, left.find('&'));
    left.remove_prefix(std::min(left.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (http::same_word(pair.substr(0, equals), "GYRE") && equals != std::string_view::npos &&
        http::same_word(pair.substr(equals + 1), "explain")) {
      found = true;
      continue;
    }
    rest.append(rest.empty() ? "" : "&").append(pair);
  }
  if (!found) return std::nullopt;
  return rest;
}

http::Response explanation_answer(const coverage::Explanation& explanation,
                                  std::size_t working_bytes, std::size_t threads) {
  const coverage::Explanation::Figures figures = explanation.figures();
  nlohmann::ordered_json json;
  json["kept_answer"] = figures.kept_answer;
  json["files"] = figures.files;
  json["chunks"] = {{"touched", figures.chunks},
                    {"kept_decoded", figures.kept},
                    {"handed_on", figures.handed_on},
                    {"to_decode", figures.chunks - figures.kept - figures.handed_on},
                    {"never_written", figures.never_written}};
  json["bytes"] = {{"to_read", figures.stored_bytes},
                   {"to_decode", figures.decoded_bytes},
                   {"values_in_answer", figures.value_bytes},
                   {"working_memory", working_bytes}};
  json["estimated_decoding_ms"] = decoding_ms(figures, threads);
  http::Response response;
  response.media_type = "application/json";
  response.body = json.dump(2) + "\n";
  response.with_header("Cache-Control", "no-store");
  return response;
}

}  // namespace gyre::host
