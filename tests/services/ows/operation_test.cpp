#include "services/ows/operation.h"

#include <array>

#include <catch2/catch.hpp>

#include "services/ows/exception.h"

namespace gyre::ows {
namespace {

/// A service of one operation, by both bindings, that counts what it answers.
struct Greet {
  std::string name;
};
struct Count {
  int answered = 0;
};
Greet greet_from_kvp(const Kvp& kvp) { return {kvp.required("name")}; }
Greet greet_from_xml(const XmlElement& xml) {
  return {xml.child("Name") != nullptr ? xml.child("Name")->text : ""};
}
http::Response greet(const Greet& request, const Context& context, Count& count) {
  ++count.answered;
  http::Response response;
  response.body = "hello " + request.name + " " + context.language;
  return response;
}
Greet plain_from_kvp(const Kvp&) { return {}; }
http::Response plain(const Greet&, const Context&) { return {}; }

constexpr std::array kOperations{
    operation<greet_from_kvp, greet_from_xml, greet, Count>("Greet"),
    kvp_operation<plain_from_kvp, plain, Count>("Plain"),
};

std::string answer(const http::Request& request, NameCase name_case = NameCase::Exact) {
  Context context;
  context.language = "en";
  Count count;
  const http::Response response =
      dispatch<Count>(kOperations, read_request(request, context), context, count, name_case);
  return std::get<std::string>(response.body);
}

http::Request posted(const std::string& media_type, const std::string& body) {
  http::Request request = http::request_for(http::Method::Post, "/x");
  request.headers = {{"content-type", media_type}};
  request.body = body;
  return request;
}

}  // namespace

TEST_CASE("KVP, a form and XML lead to one operation", "[ows]") {
  CHECK(answer(http::request_for(http::Method::Get, "/x?request=Greet&name=a")) == "hello a en");
  CHECK(answer(posted("application/x-www-form-urlencoded; charset=utf-8",
                      "REQUEST=Greet&NAME=b")) == "hello b en");
  CHECK(answer(posted("text/xml", "<Greet><Name>c</Name></Greet>")) == "hello c en");
  CHECK(answer(posted("", "\n<Greet><Name>d</Name></Greet>")) == "hello d en");
}

TEST_CASE("operations that are not there are refused by name", "[ows]") {
  const auto code = [](const http::Request& request) {
    try {
      (void)answer(request);
    } catch (const Exception& error) {
      return error.code() + " " + error.locator() + " " + std::to_string(error.status());
    }
    return std::string();
  };
  using http::Method;
  CHECK(code(http::request_for(Method::Get, "/x?request=greet&name=a")) ==
        "OperationNotSupported greet 501");
  CHECK(code(http::request_for(Method::Get, "/x")) == "MissingParameterValue request 400");
  CHECK(code(posted("text/xml", "<Plain/>")) == "OperationNotSupported Plain 501");
  CHECK(code(posted("application/json", "{}")) == "InvalidEncodingSyntax body 400");
}

TEST_CASE("careless clients may write operations in any case", "[ows]") {
  CHECK(answer(http::request_for(http::Method::Get, "/x?request=greet&name=a"),
               NameCase::Ignored) == "hello a en");
}

}  // namespace gyre::ows
