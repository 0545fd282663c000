#include "services/host/answers.h"

#include <fmt/format.h>

#include "services/http/entity_tag.h"
#include "services/http/text.h"

namespace gyre::host {
namespace {

/// What is kept goes packed as the client likes it best; other text is packed by nginx, which is
/// not to say so once more.
void pack(http::Response& response, const http::Request& request) {
  if (auto* const kept = std::get_if<http::Kept>(&response.body)) {
    kept->coding = kept->document->coding(
        http::negotiate_coding(request.header("accept-encoding").value_or("")));
    if (kept->coding != http::Coding::Identity) {
      response.with_header("Content-Encoding", std::string(http::coding_name(kept->coding)));
    }
  }
  if (http::is_packed_on_the_way(response.media_type)) response.varies_by("Accept-Encoding");
}

/// The service's own tag, or one of the bytes; empty: it has none.
std::string tag_of(const http::Response& response) {
  if (const std::string* const given = response.header("ETag")) return *given;
  const std::string* const caching = response.header("Cache-Control");
  if (caching != nullptr && caching->find("no-store") != std::string::npos) return {};
  if (const auto* const kept = std::get_if<http::Kept>(&response.body)) {
    return kept->document->tag(kept->coding);
  }
  const auto* const body = std::get_if<std::string>(&response.body);
  return body == nullptr ? std::string() : http::strong_tag(*body);
}

/// The part that is asked for of what has a length and a tag, so that parts of one answer are known
/// from those of another.
void cut(http::Response& response, const http::Request& request, const std::string& tag) {
  auto* const text = std::get_if<std::string>(&response.body);
  auto* const sized = std::get_if<http::Sized>(&response.body);
  if (text == nullptr && sized == nullptr) return;
  const std::uint64_t size = text != nullptr ? text->size() : sized->size;
  const http::ByteRange range = http::answer_range(response, request, size, tag);
  if (response.status == 200) return;
  if (response.status == 416) {
    response.body = std::string();
    return;
  }
  if (text != nullptr) {
    *text = text->substr(range.begin, range.size());
    return;
  }
  *sized = {range.size(), [write = std::move(sized->write), begin = range.begin](
                              http::Sink& sink, const http::ByteRange& part) {
              write(sink, {begin + part.begin, begin + part.end});
            }};
}

/// Whatever is fetched whole can be asked for again by its tag, and in parts.
void tag(http::Response& response, const http::Request& request) {
  const bool fetched = request.method == http::Method::Get || request.method == http::Method::Head;
  if (!fetched || response.status != 200) return;
  const std::string tag = tag_of(response);
  if (tag.empty()) return;
  if (response.header("ETag") == nullptr) response.with_header("ETag", tag);
  if (!http::names_tag(request.header("if-none-match").value_or(""), tag)) {
    cut(response, request, tag);
    return;
  }
  response.status = 304;
  response.body = std::string();
  std::erase_if(response.headers, [](const auto& header) {
    return http::same_word(header.first, "Content-Encoding");
  });
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return status < 400 ? "OK" : "Error";
  }
}

http::Response plain_page(int status, std::string_view words, std::string_view base_url) {
  const std::string reason(reason_phrase(status));
  http::Response response;
  response.status = status;
  response.media_type = "text/html; charset=utf-8";
  response.body = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0} {1}</title>\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;"
      "padding:0 1rem;color-scheme:light dark}}</style></head>\n"
      "<body><h1>{0} {1}</h1><p>{2}</p><p><a href=\"{3}/\">What there is</a></p></body></html>\n",
      status, reason, http::escape_html(words), http::escape_html(base_url));
  return response;
}

http::Response options_answer() {
  http::Response response;
  response.status = 204;
  response.media_type.clear();
  response.with_header("Allow", std::string(kMethods))
      .with_header("Access-Control-Allow-Methods", std::string(kMethods))
      .with_header("Access-Control-Allow-Headers", "*, Authorization, Content-Type")
      .with_header("Access-Control-Max-Age", "86400");
  return response;
}

void finish(http::Response& response, const http::Request& request) {
  // What is not for everybody is not for scripts of other sites either.
  if (response.header("Cross-Origin-Resource-Policy") == nullptr) {
    response.with_header("Access-Control-Allow-Origin", "*");
  }
  response
      .with_header("Access-Control-Expose-Headers",
                   "Accept-Ranges, Content-Disposition, Content-Range, ETag, Warning")
      .with_header("X-Content-Type-Options", "nosniff");
  // What nobody said anything of is asked for each time; what failed may go well the next time.
  if (response.header("Cache-Control") == nullptr && request.method != http::Method::Options) {
    response.with_header("Cache-Control", response.status < 300 ? "no-cache" : "no-store");
  }
  pack(response, request);
  tag(response, request);
}

}  // namespace gyre::host
