#pragma once

#include <string>
#include <utility>
#include <vector>

#include "services/http/request.h"

namespace gyre::requests {

/// A line of an .expected file: "status 404", "xpath EXPRESSION = VALUE".
struct Assertion {
  std::string kind, text;
};

/// What an .expected file says. README.md beside tells the format.
struct Expectation {
  std::vector<Assertion> assertions;
  std::string body_form;  ///< "xml", "cdl", "raster", "text", "parts"; empty: no body given
  std::string body;
};

/// @throws std::runtime_error naming file and line
[[nodiscard]] http::Request read_request(const std::string& path);
[[nodiscard]] Expectation read_expectation(const std::string& path);
[[nodiscard]] std::string to_text(const Expectation& expectation);

[[nodiscard]] std::string read_file(const std::string& path);

}  // namespace gyre::requests
