#include "services/ows/operation.h"

#include <fmt/format.h>

#include "services/http/text.h"
#include "services/ows/exception.h"

namespace gyre::ows {
namespace {

std::string media_type_of(const http::Request& request) {
  const std::string_view header = request.header("content-type").value_or("");
  return http::lower_case(http::trimmed(header.substr(0, header.find(';'))));
}

bool looks_like_xml(std::string_view body) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (body.starts_with(kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());
  return http::trimmed(body).starts_with('<');
}

}  // namespace

Asked read_request(const http::Request& request, const Context& context) {
  Asked asked;
  std::string parameters = request.query;
  const bool posted = request.method == http::Method::Post && !request.body.empty();
  if (posted && looks_like_xml(request.body)) {
    asked.xml = parse_xml(request.body, {.bytes = context.limits.body_bytes});
    asked.kvp = Kvp::parse(parameters);
    asked.operation = asked.xml->name;
    return asked;
  }
  if (posted) {
    if (media_type_of(request) != "application/x-www-form-urlencoded") {
      throw Exception("InvalidEncodingSyntax", "body", 400,
                      "The body is neither XML nor a form (application/x-www-form-urlencoded).");
    }
    parameters += (parameters.empty() ? "" : "&") + request.body;
  }
  asked.kvp = Kvp::parse(parameters);
  asked.operation = asked.kvp.required("request");
  return asked;
}

void refuse_operation(const std::string& name) {
  throw Exception("OperationNotSupported", name, 501,
                  fmt::format("There is no operation '{}' here; GetCapabilities lists those there "
                              "are.",
                              name));
}

bool same_operation(std::string_view offered, std::string_view asked, NameCase name_case) {
  return name_case == NameCase::Exact ? offered == asked : http::same_word(offered, asked);
}

}  // namespace gyre::ows
