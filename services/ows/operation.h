#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "coverage/base/export.h"
#include "services/http/request.h"
#include "services/http/response.h"
#include "services/ows/context.h"
#include "services/ows/kvp.h"
#include "services/ows/xml_reader.h"

namespace gyre::ows {

/// For services that keep nothing between requests.
struct Stateless {};

/// One row of a service's table of operations: binding -> typed request -> operation.
/// `State` is what the service keeps between requests (documents it cached by generation).
template <class State = Stateless>
struct Operation {
  std::string_view name;
  http::Response (*by_kvp)(const Kvp&, const Context&, State&) = nullptr;
  http::Response (*by_xml)(const XmlElement&, const Context&, State&) = nullptr;  ///< may be null
};

namespace detail {

template <auto Run, class Request, class State>
http::Response run(const Request& request, const Context& context, State& state) {
  if constexpr (std::is_invocable_v<decltype(Run), const Request&, const Context&, State&>) {
    return Run(request, context, state);
  } else {
    return Run(request, context);
  }
}

}  // namespace detail

/// `ows::operation<get_coverage_from_kvp, get_coverage_from_xml, get_coverage>("GetCoverage")`:
/// compiles only if both bindings build one type and the operation takes it. Nothing is captured.
template <auto FromKvp, auto FromXml, auto Run, class State = Stateless>
constexpr Operation<State> operation(std::string_view name) {
  using Request = std::invoke_result_t<decltype(FromKvp), const Kvp&>;
  static_assert(std::is_same_v<Request, std::invoke_result_t<decltype(FromXml), const XmlElement&>>,
                "both bindings must build one typed request");
  return {name,
          [](const Kvp& kvp, const Context& context, State& state) {
            return detail::run<Run, Request, State>(FromKvp(kvp), context, state);
          },
          [](const XmlElement& xml, const Context& context, State& state) {
            return detail::run<Run, Request, State>(FromXml(xml), context, state);
          }};
}

/// For protocols without an XML binding (WMS).
template <auto FromKvp, auto Run, class State = Stateless>
constexpr Operation<State> kvp_operation(std::string_view name) {
  using Request = std::invoke_result_t<decltype(FromKvp), const Kvp&>;
  return {name,
          [](const Kvp& kvp, const Context& context, State& state) {
            return detail::run<Run, Request, State>(FromKvp(kvp), context, state);
          },
          nullptr};
}

/// Whether REQUEST=getmap is GetMap. WCS values are case-sensitive (OGC 09-147r3 req. 4), WMS
/// clients are careless.
enum class NameCase { Exact, Ignored };

/// What a request carries: parameters (of the query, and of a form body), or an XML document.
struct GYRE_API Asked {
  Kvp kvp;
  std::optional<XmlElement> xml;
  std::string operation;  ///< value of REQUEST, or the root element's name
};

/// @throws ows::Exception MissingParameterValue (locator "request"), InvalidEncodingSyntax for
/// bodies that are neither a form nor XML, and what Kvp::parse and parse_xml throw
[[nodiscard]] GYRE_API Asked read_request(const http::Request& request, const Context& context);

/// @throws ows::Exception OperationNotSupported 501, the locator naming the operation
[[noreturn]] GYRE_API void refuse_operation(const std::string& name);
[[nodiscard]] GYRE_API bool same_operation(std::string_view offered, std::string_view asked,
                                           NameCase name_case);

/// Runs the row that is asked for. @throws what read_request, bindings and operations throw
template <class State>
http::Response dispatch(std::span<const Operation<State>> operations, const Asked& asked,
                        const Context& context, State& state,
                        NameCase name_case = NameCase::Exact) {
  for (const Operation<State>& one : operations) {
    if (!same_operation(one.name, asked.operation, name_case)) continue;
    if (!asked.xml) return one.by_kvp(asked.kvp, context, state);
    if (one.by_xml != nullptr) return one.by_xml(*asked.xml, context, state);
  }
  refuse_operation(asked.operation);
}

}  // namespace gyre::ows
