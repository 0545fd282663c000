#include "coverage/source/remote/s3_listing.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include <fmt/format.h>
#include <libxml/parser.h>

#include "coverage/base/error.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/fetching.h"
#include "coverage/source/remote/http_client.h"

namespace gyre::coverage::remote {
namespace {

[[noreturn]] void malformed(const std::string& why) {
  throw Error(ErrorKind::MalformedHolding, "", "it cannot be listed: " + why);
}

bool named(const xmlNode* node, const char* name) {
  return node->type == XML_ELEMENT_NODE &&
         std::string_view(reinterpret_cast<const char*>(node->name)) == name;
}

std::string text_of(const xmlNode* parent, const char* name) {
  for (const xmlNode* child = parent->children; child != nullptr; child = child->next) {
    if (!named(child, name)) continue;
    const std::unique_ptr<xmlChar, void (*)(void*)> text(xmlNodeGetContent(child), xmlFree);
    return text ? reinterpret_cast<const char*>(text.get()) : "";
  }
  return {};
}

}  // namespace

std::string read_listing(const std::string& xml, const std::string& prefix, S3Listing& into) {
  const std::unique_ptr<xmlDoc, void (*)(xmlDoc*)> document(
      xmlReadMemory(xml.data(), static_cast<int>(xml.size()), nullptr, nullptr,
                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING),
      xmlFreeDoc);
  const xmlNode* const root = document ? xmlDocGetRootElement(document.get()) : nullptr;
  if (root == nullptr || !named(root, "ListBucketResult")) {
    malformed("the answer is no list of a bucket");
  }
  for (const xmlNode* child = root->children; child != nullptr; child = child->next) {
    const bool folder = named(child, "CommonPrefixes");
    if (!folder && !named(child, "Contents")) continue;
    std::string key = text_of(child, folder ? "Prefix" : "Key");
    if (!key.starts_with(prefix)) continue;
    key.erase(0, prefix.size());
    if (folder && key.ends_with('/')) key.pop_back();
    if (key.empty() || key.find('/') != std::string::npos) continue;
    (folder ? into.folders : into.objects).push_back(std::move(key));
  }
  return text_of(root, "IsTruncated") == "true" ? text_of(root, "NextContinuationToken") : "";
}

S3Listing list_s3(const std::string& address) {
  std::string_view rest = std::string_view(address).substr(std::string_view("s3://").size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::string bucket(rest.substr(0, slash));
  std::string prefix(rest.substr(std::min(slash + 1, rest.size())));
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  S3Listing listing;
  std::string token;
  constexpr int kMostPages = 1000;  // of a thousand names each
  constexpr std::uint64_t kMostOfPage = 16u << 20;
  for (int page = 0;; ++page) {
    if (page == kMostPages) malformed("it has more than a million names");
    HttpRequest request;
    request.address = fmt::format("s3://{}/", bucket);
    request.most = kMostOfPage;
    request.query = "list-type=2&delimiter=%2F&prefix=" + escaped(prefix, false);
    if (!token.empty()) request.query += "&continuation-token=" + escaped(token, false);
    const HttpAnswer answer = ask({request}, kReadDeadline_s).front();
    if (answer.kind == HttpAnswer::Kind::Absent) malformed("there is no such bucket");
    if (answer.kind != HttpAnswer::Kind::Good) malformed(answer.why);
    token = read_listing({reinterpret_cast<const char*>(answer.body.data()), answer.body.size()},
                         prefix, listing);
    if (token.empty()) break;
  }
  std::sort(listing.folders.begin(), listing.folders.end());
  std::sort(listing.objects.begin(), listing.objects.end());
  return listing;
}

}  // namespace gyre::coverage::remote
