#include "services/home/service.h"

#include "coverage/base/error.h"
#include "services/home/html.h"
#include "services/home/pages.h"
#include "services/ows/exception.h"

namespace gyre::home {
namespace {

constexpr ows::Refusal kRefusals[]{
    {coverage::ErrorKind::NoSuchCoverage, "NoSuchCoverage", 404},
};

http::Response html_page(std::string text, int status = 200) {
  http::Response response;
  response.status = status;
  response.media_type = "text/html; charset=utf-8";
  response.body = std::move(text);
  return response;
}

http::Response status(const http::Request& request, bool as_json, const ows::Context& context) {
  if (!context.status) {
    throw ows::Exception("NoApplicableCode", "", 403,
                         "The status is for who runs this server: status.public and "
                         "status.networks of the configuration say from where it may be seen.");
  }
  const ows::ServerStatus now = context.status();
  http::Response response;
  if (as_json || wants_json(request)) {
    response.media_type = "application/json";
    response.body = status_json(now, context);
  } else {
    response = html_page(status_page(now, context));
  }
  response.with_header("Cache-Control", "no-store").with_header("Vary", "Accept");
  // Else a page from elsewhere, opened beside the server, could read it.
  if (!now.everybody) response.with_header("Cross-Origin-Resource-Policy", "same-origin");
  return response;
}

}  // namespace

http::Response HomeService::handle(const http::Request& request, const std::string& rest,
                                   const ows::Context& context) const {
  const std::string endpoint = context.service_url.substr(context.base_url.size());
  if (endpoint == "/healthz" && rest.empty()) return health(context);
  if ((endpoint == "/status" || endpoint == "/status.json") && rest.empty()) {
    return status(request, endpoint == "/status.json", context);
  }
  if (endpoint == "/datasets" && !rest.empty()) {
    const auto dataset = context.catalogue->find_dataset(rest);
    if (!dataset) {
      throw coverage::Error(coverage::ErrorKind::NoSuchCoverage, rest,
                            "There is no dataset " + rest + ".");
    }
    return html_page(dataset_page(*dataset, context));
  }
  if ((endpoint.empty() || endpoint == "/datasets") && rest.empty()) {
    return html_page(landing_page(context));
  }
  throw ows::Exception("NoApplicableCode", rest, 404, "There is nothing at this address.");
}

http::Response HomeService::refuse(const std::exception& error, const http::Request& /*request*/,
                                   const ows::Context& context) const {
  const auto* domain = dynamic_cast<const coverage::Error*>(&error);
  const ows::Exception said = domain != nullptr ? ows::to_exception(*domain, kRefusals)
                                                : dynamic_cast<const ows::Exception&>(error);
  const std::string reason = said.status() == 404   ? "Not found"
                             : said.status() == 403 ? "Not for everybody"
                                                    : "That did not work";
  return html_page(
      page(reason,
           "<h1>" + escaped(reason) + "</h1><p>" + escaped(said.what()) + "</p><p><a href=\"" +
               escaped(context.base_url) + "/\">What there is</a></p>",
           context),
      said.status());
}

}  // namespace gyre::home
