#include "services/host/dispatcher.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "coverage/base/error.h"
#include "coverage/base/explanation.h"
#include "coverage/base/work.h"
#include "services/host/answers.h"
#include "services/ows/exception.h"

namespace gyre::host {
namespace {

/// Says what it was asked, or throws what the query wants.
class Echo final : public ows::Service {
 public:
  Echo(std::string name, std::string ows_name)
      : name_(std::move(name)), ows_(std::move(ows_name)) {}
  std::string name() const override { return name_; }
  std::string ows_name() const override { return ows_; }
  std::vector<std::string> aliases() const override { return {"def", "alias-" + name_}; }
  std::string title() const override { return "Echo"; }
  http::Response handle(const http::Request& request, const std::string& rest,
                        const ows::Context& context) const override {
    if (request.query == "ows") throw ows::Exception("NoSuchCoverage", "c", 404, "No c.");
    if (request.query == "domain") {
      throw coverage::Error(coverage::ErrorKind::Internal, "", "HDF5 says /secret/path");
    }
    if (request.query == "status") {
      http::Response response;
      response.body = context.status ? context.status().archive.caches.front().name : "not for you";
      response.with_header("Cross-Origin-Resource-Policy", "same-origin");
      return response;
    }
    if (request.query == "work") {
      if (auto* const explanation = coverage::current_work().explanation) {
        explanation->add_chunk("a.nc", 4000, 100, 1000, false);
        explanation->add_chunk("a.nc", 8000, 100, 1000, true);
        explanation->add_chunk("a.nc", 4000, 100, 1000, false);
        explanation->add_never_written();
      }
      http::Response response;
      response.body = "worked";
      return response;
    }
    if (request.query == "std") throw std::runtime_error("/secret/path");
    http::Response response;
    response.body = name_ + "|" + rest + "|" + context.service_url + "|" + context.dataset_scope +
                    "|" + context.language + "|" +
                    std::to_string(context.catalogue->datasets().size());
    return response;
  }
  http::Response refuse(const std::exception& error, const http::Request& request,
                        const ows::Context&) const override {
    if (request.query == "worse") throw std::runtime_error("refuse fails too");
    if (const auto* said = dynamic_cast<const ows::Exception*>(&error)) {
      return ows::exception_report_20(*said, "en");
    }
    return ows::exception_report_20(
        ows::to_exception(dynamic_cast<const coverage::Error&>(error), {}), "en");
  }

 private:
  std::string name_, ows_;
};

struct Server {
  coverage::SystemClock clock;
  OpenAccess access;
  Configuration configuration;
  std::shared_ptr<const coverage::Catalogue> catalogue;
  Dispatcher dispatcher;

  Server()
      : dispatcher({{"home", "", std::make_shared<Echo>("", "")},
                    {"wcs", "", std::make_shared<Echo>("wcs", "WCS")},
                    {"wms", "", std::make_shared<Echo>("wms", "WMS")}},
                   clock, access, nullptr, [](coverage::ArchiveStatus& status) {
                     status.caches.push_back({"decoded chunks", 1, 2, 3, 4});
                   }) {
    configuration.identity.languages = {"en", "fr"};
    std::vector<std::shared_ptr<const coverage::Dataset>> datasets;
    for (const char* const id : {"sst", "ice"}) {
      auto dataset = std::make_shared<coverage::Dataset>();
      dataset->id = id;
      datasets.push_back(dataset);
    }
    catalogue =
        std::make_shared<coverage::Catalogue>(datasets, std::vector<coverage::NotServed>{}, 1);
  }
  [[nodiscard]] http::Response send(http::Request request) const {
    request.host = "localhost";
    return dispatcher.handle(request, make_settings(configuration, "/tmp"), catalogue);
  }
  [[nodiscard]] http::Response get(const std::string& uri) const {
    return send(http::request_for(http::Method::Get, uri));
  }
};

std::string text_of(const http::Response& response) { return *response.text(); }

std::string header_of(const http::Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

}  // namespace

TEST_CASE("paths lead to services, datasets and aliases", "[host]") {
  const Server server;
  CHECK(text_of(server.get("/")) == "||http://localhost||en|2");
  CHECK(text_of(server.get("/wcs?x")) == "wcs||http://localhost/wcs||en|2");
  CHECK(text_of(server.get("/wms/sst/")) == "wms||http://localhost/wms/sst|sst|en|1");
  CHECK(text_of(server.get("/alias-wms/a/b")) == "wms|a/b|http://localhost/alias-wms||en|2");
  CHECK(text_of(server.get("/ows?service=wms")) == "wms||http://localhost/wms||en|2");
}

TEST_CASE("the status goes to who may see it, and to no other site's scripts", "[host]") {
  Server server;
  http::Request request = http::request_for(http::Method::Get, "/wcs?status");
  request.remote_address = "127.0.0.1";
  const http::Response response = server.send(request);
  CHECK(text_of(response) == "decoded chunks");
  CHECK(header_of(response, "Access-Control-Allow-Origin").empty());
  CHECK(header_of(server.get("/wcs"), "Access-Control-Allow-Origin") == "*");
  request.remote_address = "192.0.2.7";
  CHECK(text_of(server.send(request)) == "not for you");
  server.configuration.status.everybody = true;
  CHECK(text_of(server.send(request)) == "decoded chunks");
}

TEST_CASE("POST to /ows finds its service in the form or the document", "[host]") {
  const Server server;
  http::Request request = http::request_for(http::Method::Post, "/ows");
  request.body = "<GetCapabilities service='WCS'/>";
  CHECK(text_of(server.send(request)).starts_with("wcs|"));
  request.body = "a=b&SERVICE=WMS";
  CHECK(text_of(server.send(request)).starts_with("wms|"));
  request.body = "<!DOCTYPE a><a/>";
  CHECK(server.send(request).status == 400);
}

TEST_CASE("what is not there is told so", "[host]") {
  const Server server;
  CHECK(server.get("/nothing").status == 404);
  CHECK(server.get("/wms/unknown").status == 404);
  CHECK(server.get("/wms/sst/more").status == 404);
  CHECK(server.get("/%2e%2e").status == 400);
  CHECK(server.get("/ows").status == 400);
  CHECK(text_of(server.get("/ows")).find("MissingParameterValue") != std::string::npos);
  CHECK(text_of(server.get("/ows?service=XXX")).find("InvalidParameterValue") != std::string::npos);
}

TEST_CASE("every answer may be read from other sites' pages", "[host]") {
  const Server server;
  for (const char* const uri : {"/", "/wcs", "/nothing", "/wcs?ows", "/%zz", "/wcs?std"}) {
    CAPTURE(uri);
    CHECK(header_of(server.get(uri), "Access-Control-Allow-Origin") == "*");
  }
  const http::Response preflight = server.send(http::request_for(http::Method::Options, "/wcs"));
  CHECK(preflight.status == 204);
  CHECK(header_of(preflight, "Access-Control-Allow-Methods") == "GET, HEAD, POST, OPTIONS");
  const http::Response put = server.send(http::request_for(http::Method::Other, "/wcs"));
  CHECK(put.status == 405);
  CHECK(header_of(put, "Allow") == "GET, HEAD, POST, OPTIONS");
}

TEST_CASE("errors are refused in the words of the service, without ours", "[host]") {
  const Server server;
  CHECK(server.get("/wcs?ows").status == 404);
  for (const char* const uri : {"/wcs?domain", "/wcs?std"}) {
    const http::Response response = server.get(uri);
    CHECK(response.status == 500);
    CHECK(text_of(response).find("ExceptionReport") != std::string::npos);
    CHECK(text_of(response).find("secret") == std::string::npos);
  }
}

TEST_CASE("limits are refused by the service, before it is asked", "[host]") {
  Server server;
  server.configuration.limits.query_bytes = 300;
  const http::Response long_query = server.get("/wcs?" + std::string(400, 'x'));
  CHECK(long_query.status == 414);
  CHECK(text_of(long_query).find("ExceptionReport") != std::string::npos);
  http::Request request = http::request_for(http::Method::Post, "/wcs");
  request.body_too_long = true;
  CHECK(server.send(request).status == 413);
}

TEST_CASE("the language is the query's, else the header's, else the first", "[host]") {
  const Server server;
  const auto language = [&](const std::string& uri, const std::string& header) {
    http::Request request = http::request_for(http::Method::Get, uri);
    if (!header.empty()) request.headers = {{"accept-language", header}};
    const std::string text = text_of(server.send(request));
    return text.substr(text.size() - 4, 2);
  };
  CHECK(language("/wcs", "") == "en");
  CHECK(language("/wcs", "de, fr;q=0.5") == "fr");
  CHECK(language("/wcs?Language=fre", "en") == "fr");
  CHECK(language("/wcs?AcceptLanguages=de,fr", "en") == "fr");
  CHECK(language("/wcs?language=xx", "fr") == "fr");
  CHECK(header_of(server.get("/wcs"), "Vary") == "Accept-Language, Accept-Encoding");
}

TEST_CASE("what the client has already is not sent again", "[host]") {
  const Server server;
  http::Request request = http::request_for(http::Method::Get, "/wcs");
  const std::string tag = header_of(server.send(request), "ETag");
  REQUIRE(tag.size() == 34);
  request.headers = {{"if-none-match", "\"other\", W/" + tag}};
  const http::Response again = server.send(request);
  CHECK(again.status == 304);
  CHECK(text_of(again).empty());
  CHECK(header_of(again, "ETag") == tag);
  CHECK(header_of(server.get("/wms"), "ETag") != tag);
  CHECK(header_of(server.get("/wcs?ows"), "ETag").empty());
}

TEST_CASE("a part of an answer is sent where that is asked for", "[host]") {
  const Server server;
  http::Request request = http::request_for(http::Method::Get, "/wcs?work");
  const http::Response whole = server.send(request);
  CHECK(header_of(whole, "Accept-Ranges") == "bytes");
  request.headers = {{"range", "bytes=1-3"}, {"if-range", header_of(whole, "ETag")}};
  const http::Response part = server.send(request);
  CHECK(part.status == 206);
  CHECK(text_of(part) == "ork");
  CHECK(header_of(part, "Content-Range") == "bytes 1-3/6");
  CHECK(header_of(part, "ETag") == header_of(whole, "ETag"));
  request.headers = {{"range", "bytes=6-"}};
  CHECK(server.send(request).status == 416);
  request.headers = {{"range", "bytes=1-3"}, {"if-range", "\"of something else\""}};
  CHECK(text_of(server.send(request)) == "worked");
}

TEST_CASE("GYRE=explain tells what a request would cost", "[host]") {
  const Server server;
  CHECK(text_of(server.get("/wcs?work")) == "worked");
  for (const char* const uri : {"/wcs?work&GYRE=explain", "/wcs?gyre=EXPLAIN&work"}) {
    const http::Response response = server.get(uri);
    CHECK(response.media_type == "application/json");
    CHECK(header_of(response, "Cache-Control") == "no-store");
    const auto json = nlohmann::json::parse(text_of(response));
    CHECK(json["files"] == 1);
    CHECK(json["chunks"] == nlohmann::json{{"touched", 2},
                                           {"kept_decoded", 1},
                                           {"handed_on", 0},
                                           {"to_decode", 1},
                                           {"never_written", 1}});
    CHECK(json["bytes"]["to_read"] == 100);
    CHECK(json["bytes"]["to_decode"] == 1000);
    CHECK(json["kept_answer"] == false);
    CHECK(json["estimated_decoding_ms"].get<double>() > 0);
  }
  http::Request form = http::request_for(http::Method::Post, "/wcs?work");
  form.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  form.body = "a=1&GYRE=explain";
  CHECK(server.send(form).media_type == "application/json");
  CHECK(server.get("/wcs?ows&GYRE=explain").status == 404);  // it would be refused
  CHECK(server.get("/wcs?work&GYRE=why").media_type != "application/json");
}

TEST_CASE("the path of public_url is taken off where a proxy leaves it on", "[host]") {
  Server server;
  server.configuration.server.public_url = "https://data.example.org/a/gyre";
  CHECK(text_of(server.get("/a/gyre/wms/sst")) ==
        "wms||https://data.example.org/a/gyre/wms/sst|sst|en|1");
  CHECK(text_of(server.get("/wms")).starts_with("wms||https://data.example.org/a/gyre/wms|"));
}

}  // namespace gyre::host
