#include "coverage/source/remote/s3_signature.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "coverage/base/error.h"
#include "coverage/source/remote/address.h"

namespace gyre::coverage::remote {
namespace {

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string sha256(std::string_view text) {
  std::array<unsigned char, 32> digest{};
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), length};
}

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, 32> digest{};
  unsigned int length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &length);
  return {reinterpret_cast<const char*>(digest.data()), length};
}

std::string canonical_query(std::string_view query) {
  std::vector<std::string> parameters;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    std::string one(query.substr(0, end));
    if (one.find('=') == std::string::npos) one += '=';
    if (one != "=") parameters.push_back(std::move(one));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  std::sort(parameters.begin(), parameters.end());
  return fmt::format("{}", fmt::join(parameters, "&"));
}

}  // namespace

std::string s3_url(const std::string& address, const StoreSettings& store,
                   const std::string& query) {
  std::string_view rest = std::string_view(address).substr(std::string_view("s3://").size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::string bucket(rest.substr(0, slash));
  const bool plain = !bucket.empty() && std::all_of(bucket.begin(), bucket.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  });
  if (!plain) throw Error(ErrorKind::MalformedHolding, "", "its address names no bucket");
  const std::string key = escaped(rest.substr(std::min(slash + 1, rest.size())), true);
  const std::string tail = query.empty() ? "" : "?" + query;
  if (store.endpoint.empty()) {
    // A certificate for *.s3... covers no bucket with a dot.
    const std::string host = fmt::format("s3.{}.amazonaws.com", store.region);
    if (bucket.find('.') != std::string::npos) {
      return fmt::format("https://{}/{}/{}{}", host, bucket, key, tail);
    }
    return fmt::format("https://{}.{}/{}{}", bucket, host, key, tail);
  }
  std::string endpoint = store.endpoint;
  while (endpoint.ends_with('/')) endpoint.pop_back();
  if (!store.virtual_host) return fmt::format("{}/{}/{}{}", endpoint, bucket, key, tail);
  const std::size_t host = endpoint.find("://") + 3;
  return fmt::format("{}{}.{}/{}{}", endpoint.substr(0, host), bucket, endpoint.substr(host), key,
                     tail);
}

std::vector<std::string> s3_headers(const std::string& method, const std::string& url,
                                    const StoreSettings& store, std::time_t now) {
  std::string_view rest = std::string_view(url).substr(url.find("://") + 3);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string host(rest.substr(0, slash));
  // curl leaves the usual port out of the header Host.
  for (const auto& [scheme, port] : {std::pair{"http://", ":80"}, std::pair{"https://", ":443"}}) {
    if (url.starts_with(scheme) && host.ends_with(port)) {
      host.resize(host.size() - std::string_view(port).size());
    }
  }
  const std::string_view target = rest.substr(slash);
  const std::size_t question = std::min(target.find('?'), target.size());
  const std::string path = question == 0 ? "/" : std::string(target.substr(0, question));
  const std::string query = canonical_query(target.substr(std::min(question + 1, target.size())));

  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> stamp{};
  static_cast<void>(std::strftime(stamp.data(), stamp.size(), "%Y%m%dT%H%M%SZ", &utc));
  const std::string time(stamp.data()), day = time.substr(0, 8);
  const std::string body = hex(sha256(""));

  std::string headers =
      fmt::format("host:{}\nx-amz-content-sha256:{}\nx-amz-date:{}\n", host, body, time);
  std::string names = "host;x-amz-content-sha256;x-amz-date";
  if (!store.session_token.empty()) {
    headers += fmt::format("x-amz-security-token:{}\n", store.session_token);
    names += ";x-amz-security-token";
  }
  const std::string request =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}", method, path, query, headers, names, body);
  const std::string scope = fmt::format("{}/{}/s3/aws4_request", day, store.region);
  const std::string text =
      fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", time, scope, hex(sha256(request)));
  std::string key = hmac("AWS4" + store.secret_key, day);
  for (const std::string_view part :
       {std::string_view(store.region), std::string_view("s3"), std::string_view("aws4_request")}) {
    key = hmac(key, part);
  }
  std::vector<std::string> out{
      "x-amz-content-sha256: " + body, "x-amz-date: " + time,
      fmt::format("Authorization: AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, "
                  "Signature={}",
                  store.access_key, scope, names, hex(hmac(key, text)))};
  if (!store.session_token.empty()) {
    out.push_back("x-amz-security-token: " + store.session_token);
  }
  return out;
}

}  // namespace gyre::coverage::remote
