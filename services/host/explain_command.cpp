#include "services/host/explain_command.h"

#include <array>
#include <fstream>
#include <iterator>
#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace gyre::host {
namespace {

constexpr long kPatience_s = 120;

std::size_t append(const char* data, std::size_t size, std::size_t count, void* to) {
  static_cast<std::string*>(to)->append(data, size * count);
  return size * count;
}

struct Answer {
  long status = 0;
  std::string body, problem;
};

Answer ask(const std::string& url, const std::string& body) {
  Answer answer;
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
  if (!handle) return {0, "", "libcurl cannot be started"};
  curl_slist* const xml = curl_slist_append(nullptr, "Content-Type: application/xml");
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(xml, curl_slist_free_all);
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, kPatience_s);
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &answer.body);
  if (!body.empty()) {
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  }
  const CURLcode code = curl_easy_perform(handle.get());
  if (code != CURLE_OK) answer.problem = curl_easy_strerror(code);
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

std::string bytes_text(double bytes) {
  constexpr std::array kUnits{"bytes", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < kUnits.size()) {
    bytes /= 1000;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, kUnits[unit]);
}

void tell(const nlohmann::json& json, std::ostream& out) {
  if (json.at("kept_answer").get<bool>()) {
    out << "The answer is kept from another request: nothing is read.\n";
    return;
  }
  const auto& chunks = json.at("chunks");
  const auto& bytes = json.at("bytes");
  out << fmt::format("{} files, {} chunks: {} decoded already, {} to decode",
                     json.at("files").dump(), chunks.at("touched").dump(),
                     chunks.at("kept_decoded").dump(), chunks.at("to_decode").dump());
  if (chunks.at("handed_on").get<std::size_t>() > 0) {
    out << fmt::format(", {} handed on as they are stored", chunks.at("handed_on").dump());
  }
  if (chunks.at("never_written").get<std::size_t>() > 0) {
    out << fmt::format("; {} never written", chunks.at("never_written").dump());
  }
  out << fmt::format("\n{} to read, {} once decoded: about {:.0f} ms of decoding\n",
                     bytes_text(bytes.at("to_read").get<double>()),
                     bytes_text(bytes.at("to_decode").get<double>()),
                     json.at("estimated_decoding_ms").get<double>());
  if (const auto values = bytes.at("values_in_answer").get<double>(); values > 0) {
    out << fmt::format("{} of values in the answer\n", bytes_text(values));
  }
  out << fmt::format("{} of working memory\n",
                     bytes_text(bytes.at("working_memory").get<double>()));
}

}  // namespace

int run_explain(const std::string& url, const std::string& body_file, bool as_json,
                std::ostream& out, std::ostream& errors) {
  std::string body;
  if (!body_file.empty()) {
    std::ifstream file(body_file, std::ios::binary);
    body.assign(std::istreambuf_iterator<char>(file), {});
    if (body.empty()) {
      errors << "gyre explain: " << body_file << " cannot be read, or is empty\n";
      return 1;
    }
  }
  const char* const joint = url.find('?') == std::string::npos ? "?" : "&";
  const Answer answer = ask(url + joint + "GYRE=explain", body);
  if (!answer.problem.empty()) {
    errors << "gyre explain: no answer: " << answer.problem << "\n";
    return 1;
  }
  const auto json = nlohmann::json::parse(answer.body, nullptr, false);
  if (!json.is_object() || !json.contains("chunks")) {
    errors << fmt::format("gyre explain: the server refuses the request (HTTP {}):\n{}\n",
                          answer.status, answer.body.substr(0, 2000));
    return 1;
  }
  if (as_json) {
    out << answer.body;
  } else {
    tell(json, out);
  }
  return 0;
}

}  // namespace gyre::host
