#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "coverage/base/error.h"
#include "coverage/metadata/description.h"
#include "services/home/html.h"
#include "services/home/service.h"
#include "services/ows/exception.h"

namespace gyre::home {
namespace {

using coverage::Axis;
using coverage::AxisData;
using coverage::AxisRole;

Axis axis(const std::string& label, AxisRole role, std::vector<double> centres) {
  AxisData data;
  data.label = label;
  data.dimension = label;
  data.role = role;
  data.uom = "deg";
  data.centres = std::move(centres);
  return Axis(std::move(data));
}

std::shared_ptr<const coverage::Dataset> hostile_dataset() {
  auto dataset = std::make_shared<coverage::Dataset>();
  dataset->id = "sst";
  auto description = std::make_shared<coverage::Description>();
  description->title.set("", "<script>alert('t')</script> & more");
  description->title.set("fr", "Mer");
  description->institution = "\"><img src=x onerror=alert(1)>";
  description->geographic = {170, -10, 190, 10};
  dataset->description = description;
  coverage::Field field;
  field.name = "a&b<c>";
  field.long_name = "<b>bold</b>";
  dataset->coverages.push_back(coverage::Coverage{
      "sst",
      coverage::DomainSet({axis("lat", AxisRole::Y, {-5, 5}), axis("lon", AxisRole::X, {175, 185})},
                          coverage::Crs(), ""),
      {field},
      {}});
  return dataset;
}

struct Visitor {
  HomeService service;
  ows::Context context;

  Visitor() {
    context.base_url = "http://gyre.test";
    context.language = "en";
    context.catalogue = std::make_shared<coverage::Catalogue>(
        std::vector{hostile_dataset()}, std::vector<coverage::NotServed>{{"x.nc", "", "empty"}}, 5);
    context.identity = std::make_shared<ows::ServiceIdentity>();
    context.services =
        std::make_shared<std::vector<ows::ServiceLink>>(std::vector<ows::ServiceLink>{
            {"", "", "Home"}, {"wms", "WMS", "Maps"}, {"wcs", "WCS", "Coverages"}});
  }
  http::Response see(const std::string& endpoint, const std::string& rest = "") {
    context.service_url = context.base_url + endpoint;
    const http::Request request;
    try {
      return service.handle(request, rest, context);
    } catch (const std::exception& error) {
      return service.refuse(error, request, context);
    }
  }
  std::string text(const std::string& endpoint, const std::string& rest = "") {
    return *see(endpoint, rest).text();
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the landing page lists datasets with a map and services with addresses", "[home]") {
  Visitor visitor;
  const std::string page = visitor.text("");
  CHECK(has(page, "1 dataset<"));
  CHECK(has(page, "http://gyre.test/datasets/sst"));
  CHECK(has(page, "http://gyre.test/wms?SERVICE=WMS&amp;REQUEST=GetCapabilities"));
  CHECK(has(page, "LAYERS=sst%2Fa%26b%3Cc%3E&amp;"));
  CHECK(has(page, "BBOX=170,-10,190,10"));
  CHECK(has(page, "loading=\"lazy\""));
  CHECK(has(page, "10°S 170°E to 10°N 170°W"));
}

TEST_CASE("nothing a file says becomes markup, nothing comes from elsewhere", "[home]") {
  Visitor visitor;
  for (const std::string& page : {visitor.text(""), visitor.text("/datasets", "sst"),
                                  visitor.text("/datasets", "<script>")}) {
    CHECK_FALSE(has(page, "<script"));
    CHECK_FALSE(has(page, "<b>bold"));
    CHECK_FALSE(has(page, "onerror=alert(1)>"));
    for (std::size_t at = page.find("http"); at != page.npos; at = page.find("http", at + 1)) {
      CHECK(page.compare(at, 16, "http://gyre.test") == 0);
    }
  }
  CHECK(has(visitor.text(""), "&lt;script&gt;alert(&#39;t&#39;)&lt;/script&gt; &amp; more"));
}

TEST_CASE("texts are in the reader's language", "[home]") {
  Visitor visitor;
  visitor.context.language = "fr";
  CHECK(has(visitor.text(""), "<h3>Mer</h3>"));
  CHECK(has(visitor.text(""), "<html lang=\"fr\">"));
}

TEST_CASE("a dataset's page has its fields, axes and requests to copy", "[home]") {
  Visitor visitor;
  const std::string page = visitor.text("/datasets", "sst");
  CHECK(has(page, "DescribeCoverage&amp;COVERAGEID=sst"));
  CHECK(has(page, "GetCoverage&amp;COVERAGEID=sst&amp;FORMAT=application/netcdf"));
  CHECK(has(page, "RANGESUBSET=a%26b%3Cc%3E"));
  CHECK(has(page, "<td>lon</td><td>2</td><td>175</td><td>185</td>"));
  CHECK(has(page, "http://gyre.test/wms/sst?SERVICE=WMS"));
  CHECK(visitor.see("/datasets", "nothing").status == 404);
  CHECK(visitor.see("/healthz", "more").status == 404);
}

TEST_CASE("without other services there are no links to them", "[home]") {
  Visitor visitor;
  visitor.context.services = std::make_shared<std::vector<ows::ServiceLink>>();
  CHECK_FALSE(has(visitor.text(""), "<img"));
  CHECK_FALSE(has(visitor.text("/datasets", "sst"), "SERVICE="));
}

TEST_CASE("monitors are told how much is served and what is not", "[home]") {
  Visitor visitor;
  const http::Response health = visitor.see("/healthz");
  CHECK(health.media_type == "application/json");
  const std::string text = *health.text();
  CHECK(has(text, "\"status\": \"ok\""));
  CHECK(has(text, "\"generation\": 5"));
  CHECK(has(text, "\"datasets\": 1"));
  CHECK(has(text, "\"not_served\": 1"));
}

TEST_CASE("monitors are told what an operator must do something about", "[home]") {
  Visitor visitor;
  visitor.context.trouble = [] { return "no reader process starts"; };
  const http::Response health = visitor.see("/healthz");
  CHECK(health.status == 503);
  CHECK(has(*health.text(), "\"status\": \"failing\""));
  CHECK(has(*health.text(), "\"trouble\": \"no reader process starts\""));
}

namespace {

ows::ServerStatus some_status() {
  ows::ServerStatus status;
  status.started_us = 1'700'000'000'000'000;
  coverage::ArchiveStatus& archive = status.archive;
  archive.generation = 7;
  archive.changed_us = status.started_us + 60'000'000;
  coverage::DatasetStatus dataset;
  dataset.id = "s&t";
  dataset.path = "a/<b>.nc";
  dataset.files = 365;
  dataset.steps = 360;
  dataset.first = "2020-01-01T00:00:00Z";
  dataset.missing_steps = 5;
  dataset.duplicate_steps = 2;
  dataset.holes = std::vector<coverage::AggregateReport::Hole>(12, {"time", "a", "b", 1});
  dataset.holes_in_all = 2000;
  dataset.duplicates = {{"x.nc", "y.nc", 2, "c", "d"}};
  dataset.duplicates_in_all = 1;
  dataset.quarantined = {{"a/c.nc", "t", "its grid <differs>"}};
  dataset.warnings = {"time: <odd>"};
  archive.datasets = {dataset};
  archive.not_served = {{"x.nc", "", "it is empty"}};
  return status;
}

}  // namespace

TEST_CASE("the status is told to people and to programs", "[home]") {
  Visitor visitor;
  const coverage::FixedClock clock(1'700'000'000'000'000 + 3'720'000'000);
  visitor.context.clock = &clock;
  visitor.context.status = some_status;
  const std::string page = visitor.text("/status");
  for (const char* const words :
       {"1 h 2 min, since 2023-11-14T22:13:20Z", "7, changed 2023-11-14T22:14:20Z (1 h 1 min ago)",
        "datasets 1, files 365, time steps 360", "a/&lt;b&gt;.nc", "its grid &lt;differs&gt;",
        "time: &lt;odd&gt;", "datasets/s%26t", "it is empty",
        "time: 1 step missing between a and b", "and 1990 more",
        "2 steps of x.nc are told by y.nc: c .. d"}) {
    CAPTURE(words);
    CHECK(has(page, words));
  }
  CHECK_FALSE(has(page, "Readers"));  // there are none
  CHECK_FALSE(has(page, "<script"));

  const auto json = nlohmann::json::parse(visitor.text("/status.json"));
  CHECK(json["uptime_s"] == 3720);
  CHECK(json["generation"] == 7);
  CHECK(json["changed"] == "2023-11-14T22:14:20Z");
  CHECK(json["totals"]["files"] == 365);
  CHECK(json["totals"]["missing_steps"] == 5);
  CHECK(json["totals"]["quarantined"] == 1);
  CHECK(json["datasets"][0]["duplicate_steps"] == 2);
  CHECK(json["datasets"][0]["holes"].size() == 12);
  CHECK(json["datasets"][0]["holes_left_out"] == 1988);
  CHECK(json["datasets"][0]["duplicates"][0]["by"] == "y.nc");
  CHECK(json["datasets"][0]["last"].is_null());
  CHECK(json["not_served"][0]["reason"] == "it is empty");
  CHECK(json["configuration"]["refused"].is_null());
  CHECK(json["index"].is_null());
  CHECK(json["readers"].is_null());
}

TEST_CASE("the status has what the server has: index, readers, caches, stores", "[home]") {
  Visitor visitor;
  const coverage::FixedClock clock(1'700'000'000'000'000);
  visitor.context.clock = &clock;
  visitor.context.status = [] {
    ows::ServerStatus status = some_status();
    status.archive.index = {100, 3, 10, 5'000'000, "the disk is full"};
    status.archive.readers.emplace();
    status.archive.readers->crashed = 4;
    status.archive.caches = {{"decoded chunks", 1'000'000, 2'000'000, 3, 1}};
    status.archive.stores = {{"ocean", "reachable", 12, 1, 4096}};
    return status;
  };
  const std::string page = visitor.text("/status");
  CHECK(has(page, "100 files known, 5 MB; being looked into: 3 of 10; the disk is full"));
  CHECK(has(page, "0 running, 0 started; 4 crashed"));
  CHECK(has(page, "1 MB of 2 MB, 75 % found"));
  CHECK(has(page, "Store: ocean"));
  const auto json = nlohmann::json::parse(visitor.text("/status.json"));
  CHECK(json["index"]["trouble"] == "the disk is full");
  CHECK(json["readers"]["crashed"] == 4);
  CHECK(json["caches"][0]["hits"] == 3);
  CHECK(json["stores"][0]["failures"] == 1);
}

TEST_CASE("the status tells of a refused configuration, and of what one says in vain", "[home]") {
  Visitor visitor;
  const coverage::FixedClock clock(1'700'000'000'000'000);
  visitor.context.clock = &clock;
  visitor.context.status = [] {
    ows::ServerStatus status = some_status();
    status.archive.refused = {1'700'000'000'000'000, "gyre.yaml", 12, "server.threads: <many>"};
    status.archive.warnings = {"gyre.yaml:3: datasets.x: there is no such dataset"};
    return status;
  };
  const std::string page = visitor.text("/status");
  CHECK(has(page,
            "Refused at 2023-11-14T22:13:20Z, all stays as it was: <strong>gyre.yaml, line "
            "12: server.threads: &lt;many&gt;"));
  CHECK(has(page, "gyre.yaml:3: datasets.x"));
  const auto json = nlohmann::json::parse(visitor.text("/status.json"))["configuration"];
  CHECK(json["refused"]["at"] == "2023-11-14T22:13:20Z");
  CHECK(json["refused"]["file"] == "gyre.yaml");
  CHECK(json["refused"]["line"] == 12);
  CHECK(json["refused"]["reason"] == "server.threads: <many>");
  CHECK(json["warnings"].size() == 1);
}

TEST_CASE("the status is JSON when that is asked for", "[home]") {
  Visitor visitor;
  const coverage::FixedClock clock(1'700'000'000'000'000);
  visitor.context.clock = &clock;
  visitor.context.status = some_status;
  visitor.context.service_url = visitor.context.base_url + "/status";
  const auto type = [&](const char* query, const char* accept) {
    http::Request request;
    request.query = query;
    if (*accept != '\0') request.headers = {{"accept", accept}};
    return visitor.service.handle(request, "", visitor.context).media_type;
  };
  CHECK(type("", "") == "text/html; charset=utf-8");
  CHECK(type("f=json", "text/html") == "application/json");
  CHECK(type("", "application/json") == "application/json");
  CHECK(type("", "text/html,application/json;q=0.9") == "text/html; charset=utf-8");
  CHECK(type("f=html", "application/json") == "text/html; charset=utf-8");
}

TEST_CASE("who may not know the status is told so, and nothing else", "[home]") {
  Visitor visitor;
  for (const char* const address : {"/status", "/status.json"}) {
    const http::Response response = visitor.see(address);
    CHECK(response.status == 403);
    CHECK(has(*response.text(), "status.networks"));
  }
  CHECK(visitor.see("/status", "more").status == 404);
}

}  // namespace gyre::home
