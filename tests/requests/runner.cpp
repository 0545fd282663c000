// Sends every *.request below the given folders through the dispatcher and compares the answer
// with *.expected by meaning. --update writes what was answered; --only TEXT picks cases.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "schemas/validator.h"
#include "tests/requests/case_file.h"
#include "tests/requests/meaning.h"
#include "tests/requests/world.h"

namespace gyre::requests {
namespace {

namespace fs = std::filesystem;

struct Answer {
  http::Response response;
  std::string body;
  [[nodiscard]] bool is_xml() const {
    const std::string type = response.media_type.substr(0, response.media_type.find(';'));
    return type.ends_with("xml") && !body.empty();
  }
  [[nodiscard]] bool is_netcdf() const {
    return response.media_type.find("netcdf") != std::string::npos;
  }
  [[nodiscard]] bool is_raster() const { return response.media_type.starts_with("image/"); }
};

std::string header_of(const Answer& answer, const std::string& name) {
  for (const auto& [key, value] : answer.response.headers) {
    if (key == name) return value;
  }
  return "(none)";
}

std::string form_for(const Answer& answer) {
  if (answer.body.empty()) return "";
  if (answer.is_xml()) return "xml";
  if (answer.is_netcdf()) return "cdl";
  if (answer.is_raster()) return "raster";
  return "text";
}

std::string in_form(const std::string& form, const std::string& body) {
  if (form == "xml") return xml_text(body);
  if (form == "cdl") return cdl_text(body);
  if (form == "raster") return raster_text(body);
  std::string text = body;
  std::erase(text, '\r');
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

std::string first_difference(const std::string& expected, const std::string& actual) {
  std::istringstream left(expected);
  std::istringstream right(actual);
  std::string a;
  std::string b;
  for (int line = 1;; ++line) {
    const bool more_a = static_cast<bool>(std::getline(left, a));
    const bool more_b = static_cast<bool>(std::getline(right, b));
    if (!more_a && !more_b) return "";
    if (!more_a) a = "(end)";
    if (!more_b) b = "(end)";
    if (a != b) {
      return fmt::format("body differs at line {}\n    expected {}\n    actual   {}", line, a, b);
    }
  }
}

/// Empty when it holds, else what is there instead.
std::string check(const Assertion& assertion, const Answer& answer) {
  const auto compare = [&](const std::string& expected, const std::string& actual) {
    return expected == actual
               ? std::string()
               : fmt::format("{} {}\n    actual   {}", assertion.kind, assertion.text, actual);
  };
  if (assertion.kind == "status") {
    return compare(assertion.text, std::to_string(answer.response.status));
  }
  if (assertion.kind == "type") return compare(assertion.text, answer.response.media_type);
  if (assertion.kind == "header") {
    const std::size_t colon = assertion.text.find(": ");
    return compare(assertion.text.substr(colon + 2),
                   header_of(answer, assertion.text.substr(0, colon)));
  }
  if (assertion.kind == "code") {
    return compare(assertion.text, xpath_value(answer.body,
                                               "string(//ows:Exception/@exceptionCode | "
                                               "//*[local-name()='ServiceException']/@code)"));
  }
  if (assertion.kind == "locator") {
    return compare(assertion.text, xpath_value(answer.body, "string(//@locator)"));
  }
  if (assertion.kind == "xpath") {
    const std::size_t equals = assertion.text.rfind(" = ");
    return compare(assertion.text.substr(equals + 3),
                   xpath_value(answer.body, assertion.text.substr(0, equals)));
  }
  if (assertion.kind == "contains") {
    return answer.body.find(assertion.text) != std::string::npos ? "" : "lacks " + assertion.text;
  }
  return "unknown assertion " + assertion.kind;
}

/// Elements of languages that have no schema of their own among the standards' are not validated.
bool has_schema(const Answer& answer) {
  return answer.body.find("opengis.net/wcs/2.0") != std::string::npos ||
         answer.body.find("opengis.net/ows/2.0") != std::string::npos ||
         answer.body.find("opengis.net/wms\"") != std::string::npos ||
         answer.body.find("opengis.net/ogc\"") != std::string::npos;
}

class Runner {
 public:
  Runner(const std::string& data, const std::string& modules, const std::string& schema_root,
         bool update)
      : world_(data, modules), validator_(schema_root), update_(update) {}

  bool run(const fs::path& request_file) {
    std::vector<std::string> problems;
    try {
      const http::Request request = read_request(request_file.string());
      Answer answer{world_.answer(request), {}};
      if (request.method != http::Method::Head) answer.body = bytes_of(answer.response);
      if (answer.is_xml() && has_schema(answer)) {
        for (const schemas::Problem& problem : validator_.validate(answer.body)) {
          problems.push_back(
              fmt::format("not valid: {}:{} {}", problem.line, problem.column, problem.text));
        }
      }
      compare(fs::path(request_file).replace_extension(".expected"), answer, problems);
    } catch (const std::exception& error) {
      problems.emplace_back(error.what());
    }
    if (problems.empty()) return true;
    std::cout << "FAILED " << request_file.string() << "\n";
    for (const std::string& problem : problems) std::cout << "  " << problem << "\n";
    return false;
  }

 private:
  void compare(const fs::path& expected_file, const Answer& answer,
               std::vector<std::string>& problems) const {
    if (!fs::exists(expected_file) && !update_) {
      problems.push_back(fmt::format("no {}; --update writes it", expected_file.string()));
      return;
    }
    Expectation expected;
    if (fs::exists(expected_file)) expected = read_expectation(expected_file.string());
    if (update_ && (!fs::exists(expected_file) || !expected.body_form.empty())) {
      write(expected_file, expected, answer);
      return;
    }
    for (const Assertion& assertion : expected.assertions) {
      if (const std::string problem = check(assertion, answer); !problem.empty()) {
        problems.push_back(problem);
      }
    }
    if (expected.body_form.empty()) return;
    std::string wanted = expected.body;
    if (expected.body_form == "xml") wanted = xml_text(expected.body);
    const std::string difference =
        first_difference(wanted, in_form(expected.body_form, answer.body));
    if (!difference.empty()) problems.push_back(difference);
  }

  static void write(const fs::path& file, Expectation expected, const Answer& answer) {
    if (expected.assertions.empty()) {
      expected.assertions = {{"status", std::to_string(answer.response.status)},
                             {"type", answer.response.media_type}};
    }
    for (Assertion& assertion : expected.assertions) {
      if (assertion.kind == "status") assertion.text = std::to_string(answer.response.status);
      if (assertion.kind == "type") assertion.text = answer.response.media_type;
    }
    if (expected.body_form.empty()) expected.body_form = form_for(answer);
    expected.body = in_form(expected.body_form, answer.body);
    std::ofstream(file) << to_text(expected);
  }

  World world_;
  schemas::Validator validator_;
  bool update_;
};

int run_all(const std::vector<std::string>& arguments) {
  std::string data;
  std::string modules;
  std::string schema_root;
  std::string only;
  bool update = false;
  std::vector<std::string> folders;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool more = i + 1 < arguments.size();
    if (arguments[i] == "--data" && more) {
      data = arguments[++i];
    } else if (arguments[i] == "--modules" && more) {
      modules = arguments[++i];
    } else if (arguments[i] == "--schemas" && more) {
      schema_root = arguments[++i];
    } else if (arguments[i] == "--only" && more) {
      only = arguments[++i];
    } else if (arguments[i] == "--update") {
      update = true;
    } else {
      folders.push_back(arguments[i]);
    }
  }
  std::vector<fs::path> files;
  for (const std::string& folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.path().extension() == ".request" &&
          entry.path().string().find(only) != std::string::npos) {
        files.push_back(entry.path());
      }
    }
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    std::cout << "no *.request found\n";
    return 1;
  }
  Runner runner(data, modules, schema_root, update);
  std::size_t failed = 0;
  for (const fs::path& file : files) failed += runner.run(file) ? 0 : 1;
  std::cout << fmt::format("{} passed, {} failed\n", files.size() - failed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace gyre::requests

int main(int argc, char** argv) {
  try {
    return gyre::requests::run_all({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cout << error.what() << "\n";
    return 1;
  }
}
