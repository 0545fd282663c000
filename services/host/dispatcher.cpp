#include "services/host/dispatcher.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "coverage/base/executor.h"
#include "coverage/base/explanation.h"
#include "coverage/base/log.h"
#include "coverage/base/memory_budget.h"
#include "coverage/base/work.h"
#include "services/host/addresses.h"
#include "services/host/answers.h"
#include "services/host/explained.h"
#include "services/host/route.h"
#include "services/http/target.h"
#include "services/http/text.h"
#include "services/ows/exception.h"
#include "services/ows/kvp.h"
#include "services/ows/negotiation.h"

namespace gyre::host {
namespace {

using coverage::ErrorKind;

std::string language_of(const http::Request& request, const ows::ServiceIdentity& identity) {
  for (const std::string_view key : {"LANGUAGE", "ACCEPTLANGUAGES"}) {
    const auto wanted = http::split_list(lenient_value(request.query, key));
    if (auto language = ows::negotiate_language(wanted, identity.languages)) return *language;
  }
  const auto wanted = ows::parse_accept_language(request.header("accept-language").value_or(""));
  return ows::negotiate_language(wanted, identity.languages).value_or(identity.languages.front());
}

/// The request line, for the provenance of files. The query of a hostile client may be long.
std::string request_text(const http::Request& request) {
  constexpr std::size_t kLongest = 2000;
  const char* const method = request.method == http::Method::Post ? "POST" : "GET";
  std::string text = fmt::format("{} {}{}{}", method, request.path,
                                 request.query.empty() ? "" : "?", request.query);
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
  return http::printable_utf8(text);
}

/// Which of ours an error is, so that services need to know no others.
std::shared_ptr<const std::exception> as_ours(const std::exception& error) {
  if (const auto* ours = dynamic_cast<const ows::Exception*>(&error)) {
    return std::make_shared<ows::Exception>(*ours);
  }
  if (const auto* ours = dynamic_cast<const coverage::Error*>(&error)) {
    return std::make_shared<coverage::Error>(*ours);
  }
  return std::make_shared<coverage::Error>(ErrorKind::Internal, "", error.what());
}

/// Behind a proxy that passes the path of public_url on, that is no part of our paths: the request
/// without it. Absent when there is nothing to take off.
std::optional<http::Request> without_prefix(const http::Request& request,
                                            const std::string& public_url) {
  const std::string path = path_of_url(public_url);
  if (path.empty()) return std::nullopt;
  const auto prefix = http::parse_target(path);
  if (!prefix || request.segments.size() < prefix->segments.size() ||
      !std::equal(prefix->segments.begin(), prefix->segments.end(), request.segments.begin())) {
    return std::nullopt;
  }
  http::Request shorter = request;
  shorter.segments.erase(
      shorter.segments.begin(),
      shorter.segments.begin() + static_cast<std::ptrdiff_t>(prefix->segments.size()));
  shorter.path = "/" + fmt::format("{}", fmt::join(shorter.segments, "/"));
  return shorter;
}

/// Library text and broken files are the operator's business: they go to the log.
void log_failure(const std::exception& error, const http::Request& request) {
  const auto* ours = dynamic_cast<const coverage::Error*>(&error);
  if (ours == nullptr) return;
  switch (ours->kind()) {
    case ErrorKind::Internal:
    case ErrorKind::MalformedHolding:
    case ErrorKind::UnsupportedHolding:
    case ErrorKind::HoldingChanged:
    case ErrorKind::Unreachable:
      coverage::log(coverage::LogLevel::Error,
                    fmt::format("request {}: {}{}{}", request.id, ours->subject(),
                                ours->subject().empty() ? "" : ": ", ours->what()));
      break;
    default:
      break;
  }
}

/// What a slow client makes an answer wait for does not count as time that the request takes.
class PatientSink final : public http::Sink {
 public:
  PatientSink(http::Sink& sink, const coverage::AbortToken& abort) : sink_(sink), abort_(abort) {}
  void write(std::string_view bytes) override {
    const auto begin = coverage::AbortToken::Clock::now();
    sink_.write(bytes);
    abort_.extend(coverage::AbortToken::Clock::now() - begin);
  }

 private:
  http::Sink& sink_;
  const coverage::AbortToken& abort_;
};

}  // namespace

std::shared_ptr<const Settings> make_settings(Configuration configuration,
                                              std::string spool_directory) {
  auto settings = std::make_shared<Settings>();
  settings->identity = std::make_shared<ows::ServiceIdentity>(configuration.identity);
  settings->configuration = std::move(configuration);
  settings->spool_directory = std::move(spool_directory);
  return settings;
}

Dispatcher::Dispatcher(std::vector<LoadedService> services, const coverage::Clock& clock,
                       const ows::Access& access, coverage::Executor* executor,
                       AddFigures add_figures)
    : services_(std::move(services)),
      clock_(&clock),
      access_(&access),
      executor_(executor),
      add_figures_(std::move(add_figures)),
      started_us_(clock.now_us()) {
  auto links = std::make_shared<std::vector<ows::ServiceLink>>();
  for (const LoadedService& one : services_) {
    links->push_back({one.service->name(), one.service->ows_name(), one.service->title()});
  }
  links_ = std::move(links);
}

http::Response Dispatcher::run(const Route& route, const http::Request& request,
                               const ows::Context& context, bool& refused) const {
  refused = false;
  try {
    try {
      const auto& limits = context.limits;
      if (request.query.size() > limits.query_bytes) {
        throw ows::Exception(
            "InvalidParameterValue", "query", 414,
            fmt::format("The query is longer than {} bytes; use POST.", limits.query_bytes));
      }
      if (request.body_too_long) {
        throw ows::Exception("InvalidParameterValue", "body", 413,
                             fmt::format("The body is longer than {} bytes.", limits.body_bytes));
      }
      return route.service->handle(request, route.rest, context);
    } catch (const std::exception& error) {
      refused = true;
      const auto ours = as_ours(error);
      log_failure(*ours, request);
      http::Response response = route.service->refuse(*ours, request, context);
      const auto* const known = dynamic_cast<const coverage::Error*>(ours.get());
      response.outdated = known != nullptr && known->kind() == ErrorKind::HoldingChanged;
      return response;
    }
  } catch (const std::exception& error) {
    coverage::log(coverage::LogLevel::Error,
                  fmt::format("request {}: no answer could be made: {}", request.id, error.what()));
    return plain_page(500, "The server failed; its log says why.", context.base_url);
  }
}

http::Response Dispatcher::answer(const http::Request& request, const Settings& settings,
                                  std::shared_ptr<const coverage::Catalogue> catalogue,
                                  bool explained) const {
  const Configuration& configuration = settings.configuration;
  ows::Context context;
  context.base_url = address_of(request, configuration.server).base_url;
  if (request.method == http::Method::Options) return options_answer();
  if (request.method == http::Method::Other) {
    return plain_page(405, "Only GET, HEAD, POST and OPTIONS are answered here.", context.base_url)
        .with_header("Allow", std::string(kMethods));
  }
  if (request.malformed) return plain_page(400, "The address is malformed.", context.base_url);
  std::optional<Route> route;
  try {
    route = find_route(services_, request.segments, request, *catalogue);
  } catch (const ows::Exception& error) {
    return ows::exception_report_20(error, language_of(request, *settings.identity));
  }
  if (!route) return plain_page(404, "There is nothing at this address.", context.base_url);

  context.request_id = request.id;
  context.language = language_of(request, *settings.identity);
  context.service_url = context.base_url + route->service_path;
  context.dataset_scope = route->dataset_scope;
  context.request_text = request_text(request);
  if (request.method == http::Method::Get || request.method == http::Method::Head) {
    context.asked = fmt::format("{}\n{}\n{}\n{}", context.language, context.base_url, request.path,
                                request.query);
    context.if_none_match = request.header("if-none-match").value_or("");
  }
  context.clock = clock_;
  context.limits = configuration.limits;
  context.caching = configuration.caching;
  const auto allowed = std::chrono::duration_cast<coverage::AbortToken::Clock::duration>(
      std::chrono::duration<double>(context.limits.request_timeout_s));
  context.abort =
      coverage::AbortToken(coverage::AbortToken::Clock::now() + allowed, request.client_gone);
  context.catalogue = route->dataset_scope.empty() ? std::move(catalogue)
                                                   : catalogue->scoped_to(route->dataset_scope);
  context.identity = settings.identity;
  context.services = links_;
  context.access = access_;
  context.executor = executor_;
  context.spool_directory = settings.spool_directory;
  context.wms_exception_status = configuration.wms_exception_status;

  context.trouble = [this] {
    coverage::ArchiveStatus figures;
    if (add_figures_) add_figures_(figures);
    return figures.readers ? figures.readers->trouble : std::string();
  };
  if (may_see_status(request, configuration)) {
    context.status = [this, &configuration, whole = context.catalogue] {
      ows::ServerStatus status{started_us_, configuration.status.everybody,
                               coverage::status_of(*whole, configuration.archive.roots)};
      if (add_figures_) add_figures_(status.archive);
      // Reasons repeat what the file says: not for everybody.
      if (status.everybody && status.archive.refused) {
        status.archive.refused->reason = "the log says why";
      }
      return status;
    };
  }

  coverage::MemoryClaim claim;
  coverage::Work work{context.abort, coverage::Priority::Interactive, executor_, &claim};
  coverage::Explanation explanation;
  if (explained) work.explanation = &explanation;
  const coverage::WorkScope scope(work);
  work.claim = nullptr;  // what is streamed afterwards holds little
  bool refused = false;
  http::Response response = run(*route, request, context, refused);
  if (explained) {
    if (refused) return response;
    return explanation_answer(explanation, claim.bytes(),
                              executor_ == nullptr ? 1 : executor_->threads());
  }
  const auto at_work = [&](auto& written) {
    written = [work, write = std::move(written)](http::Sink& sink, const auto&... range) {
      const coverage::WorkScope again(work);
      PatientSink patient(sink, work.abort);
      write(patient, range...);
    };
  };
  if (auto* const streamed = std::get_if<http::Streamed>(&response.body)) at_work(*streamed);
  if (auto* const sized = std::get_if<http::Sized>(&response.body)) at_work(sized->write);
  if (context.identity->languages.size() > 1) response.varies_by("Accept-Language");
  return response;
}

http::Response Dispatcher::handle(const http::Request& request,
                                  const std::shared_ptr<const Settings>& settings,
                                  std::shared_ptr<const coverage::Catalogue> catalogue) const {
  http::Response response;
  try {
    auto changed = without_prefix(request, settings->configuration.server.public_url);
    bool explained = false;
    for (std::string http::Request::*const parameters :
         {&http::Request::query, &http::Request::body}) {
      const auto rest = without_explain(request.*parameters);
      if (!rest) continue;
      explained = true;
      if (!changed) changed = request;
      (*changed).*parameters = *rest;
    }
    response = answer(changed ? *changed : request, *settings, std::move(catalogue), explained);
  } catch (const std::exception& error) {
    coverage::log(coverage::LogLevel::Error,
                  fmt::format("request {}: {}", request.id, error.what()));
    response = plain_page(500, "The server failed; its log says why.", "");
  }
  finish(response, request);
  return response;
}

}  // namespace gyre::host
