#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "coverage/base/error.h"
#include "coverage/base/export.h"
#include "services/http/response.h"

namespace gyre::ows {

/// An OGC exception: what the client did wrong, where, and what to do.
class GYRE_API Exception : public std::runtime_error {
 public:
  Exception(std::string code, std::string locator, int status, const std::string& text)
      : std::runtime_error(text),
        code_(std::move(code)),
        locator_(std::move(locator)),
        status_(status) {}
  [[nodiscard]] const std::string& code() const noexcept { return code_; }
  [[nodiscard]] const std::string& locator() const noexcept { return locator_; }
  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  std::string code_, locator_;
  int status_;
};

/// One row of a service's table from domain error to the standard's code.
struct Refusal {
  coverage::ErrorKind kind;
  std::string_view code;
  int status;
};

/// The exception for a domain error: the service's own row, else the common ones (TooLarge ->
/// InvalidParameterValue 400, DeadlineExceeded -> NoApplicableCode 503, Internal -> 500 with
/// words of our own). The locator is the error's subject.
[[nodiscard]] GYRE_API Exception to_exception(const coverage::Error& error,
                                              std::span<const Refusal> table);

/// ows:ExceptionReport 2.0 (OWS Common 2.0, OGC 06-121r9, 8).
[[nodiscard]] GYRE_API http::Response exception_report_20(const Exception& exception,
                                                          std::string_view language);

}  // namespace gyre::ows
