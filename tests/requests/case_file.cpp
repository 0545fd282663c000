#include "tests/requests/case_file.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace gyre::requests {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string rest_of(std::istream& stream) {
  std::ostringstream rest;
  if (stream.peek() != std::istream::traits_type::eof()) rest << stream.rdbuf();
  return rest.str();
}

}  // namespace

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

http::Request read_request(const std::string& path) {
  std::istringstream file(read_file(path));
  std::string line;
  std::string first;
  while (first.empty() && std::getline(file, line)) {
    if (line.empty() || line[0] != '#') first = trimmed(line);
  }
  const std::size_t blank = first.find(' ');
  if (blank == std::string::npos) {
    throw std::runtime_error(path + ": begins with 'GET /path?query' or 'POST /path'");
  }
  const std::string method = first.substr(0, blank);
  std::string target = trimmed(first.substr(blank + 1));
  http::Request request;
  request.method = method == "POST"      ? http::Method::Post
                   : method == "HEAD"    ? http::Method::Head
                   : method == "OPTIONS" ? http::Method::Options
                                         : http::Method::Get;
  bool headers = true;
  while (headers && std::getline(file, line)) {
    const std::string text = trimmed(line);
    if (text.empty()) {
      headers = false;
    } else if (text[0] == '&' || text[0] == '?') {
      target += text;  // a long query may go over several lines
    } else if (const std::size_t colon = text.find(':'); colon != std::string::npos) {
      request.headers.emplace_back(lower(text.substr(0, colon)), trimmed(text.substr(colon + 1)));
    } else {
      throw std::runtime_error(path + ": neither '&key=value' nor 'Header: value': " + text);
    }
  }
  http::Request addressed = http::request_for(request.method, target);
  addressed.headers = std::move(request.headers);
  request = std::move(addressed);
  request.host = "gyre.test";
  request.remote_address = "127.0.0.1";
  request.id = "00000000000000000000000000000001";
  if (request.method == http::Method::Post) request.body = rest_of(file);
  return request;
}

Expectation read_expectation(const std::string& path) {
  std::istringstream file(read_file(path));
  Expectation expectation;
  std::string line;
  while (std::getline(file, line)) {
    const std::string text = trimmed(line);
    if (text.empty() || text[0] == '#') continue;
    if (text.starts_with("--- ")) {
      expectation.body_form = trimmed(text.substr(4));
      expectation.body = rest_of(file);
      break;
    }
    const std::size_t blank = text.find(' ');
    if (blank == std::string::npos) throw std::runtime_error(path + ": not understood: " + text);
    expectation.assertions.push_back({text.substr(0, blank), trimmed(text.substr(blank + 1))});
  }
  return expectation;
}

std::string to_text(const Expectation& expectation) {
  std::string text;
  for (const Assertion& assertion : expectation.assertions) {
    text += assertion.kind + " " + assertion.text + "\n";
  }
  if (!expectation.body_form.empty()) {
    text += "--- " + expectation.body_form + "\n" + expectation.body;
    if (!text.ends_with('\n')) text += '\n';
  }
  return text;
}

}  // namespace gyre::requests
