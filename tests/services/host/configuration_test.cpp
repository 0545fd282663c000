#include "services/host/configuration.h"

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "coverage/metadata/description.h"
#include "services/host/config_keys.h"

namespace gyre::host {
namespace {

std::string message_of(const std::string& yaml) {
  try {
    (void)parse_configuration(yaml, "gyre.yaml");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

/// The sample with its keys in force: one '#' less in each line.
std::string uncommented(const std::string& sample) {
  std::istringstream lines(sample);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    out += (line.starts_with('#') ? line.substr(1) : line) + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("a configuration is read", "[host]") {
  const Configuration read = parse_configuration(R"(
server:
  public_url: https://data.example.org
  threads: 8
services: [home, wms]
archive: {roots: [/srv/a, /srv/b], rescan_s: 0.5}
identity:
  title: "Sea: state"
limits:
wms: {exception_status: 0}
datasets:
  a/sst.nc:
    id: sst
    title: {en: Sea, fr: Mer}
    abstract: One text
    order: -3
    hidden: true
    keywords: [x, y]
    fields: {t: {title: Temperature}}
  b:
)",
                                                 "gyre.yaml");
  CHECK(read.server.public_url == "https://data.example.org");
  CHECK(read.server.threads == 8);
  CHECK(read.services == std::vector<std::string>{"home", "wms"});
  CHECK(read.archive.roots == std::vector<std::string>{"/srv/a", "/srv/b"});
  CHECK(read.archive.rescan_s == 0.5);
  CHECK(read.identity.title == "Sea: state");
  CHECK(read.wms_exception_status == 0);
  REQUIRE(read.datasets.size() == 2);
  const coverage::DatasetOverlay& sst = read.datasets[0];
  CHECK(sst.path == "a/sst.nc");
  CHECK(sst.id == "sst");
  CHECK(sst.description.title.in("fr") == "Mer");
  CHECK(sst.description.abstract.in("fr") == "One text");
  CHECK(sst.order == -3);
  CHECK(sst.hidden);
  CHECK(sst.description.fields.at("t").title.in("en") == "Temperature");
  CHECK(read.datasets[1].path == "b");
}

TEST_CASE("how files become one dataset is read", "[host]") {
  const Configuration read = parse_configuration(R"(
datasets:
  all: {files: "sst/**/*.nc"}
  runs:
    files: [a, b.nc]
    join: [{dimension: run, attribute: when, units: hours since 2000-01-01}, time]
    names: "{run:%Y%m%d}/*.nc"
    overlaps: last
    strict_attributes: true
    keep_files: true
  union: {files: x.ncml, join: []}
  plain: {hidden: true}
)",
                                                 "gyre.yaml");
  REQUIRE(read.datasets.size() == 4);
  CHECK(read.datasets[0].aggregation->files == std::vector<std::string>{"sst/**/*.nc"});
  CHECK_FALSE(read.datasets[0].aggregation->joins);
  const coverage::AggregationRule& runs = *read.datasets[1].aggregation;
  REQUIRE(runs.joins->size() == 2);
  CHECK(runs.joins->front() == coverage::JoinedDimension{"run", "when", "hours since 2000-01-01"});
  CHECK(runs.overlaps == coverage::AggregationRule::Overlaps::Last);
  CHECK((runs.strict_attributes && runs.keep_files));
  CHECK(read.datasets[2].aggregation->joins->empty());
  CHECK_FALSE(read.datasets[3].aggregation);

  struct Row {
    const char *yaml, *words;
  };
  const auto row = GENERATE(values<Row>({
      {"datasets:\n  a:\n    join: time", "gyre.yaml:3: datasets.a: says how files are joined"},
      {"datasets:\n  a:\n    files: []",
       "gyre.yaml:3: datasets.a.files: expected a text, or a list"},
      {"datasets:\n  a:\n    files: x\n    join: [t, t]",
       "gyre.yaml:4: datasets.a.join: it is named"},
      {"datasets:\n  a:\n    files: x\n    join: [{attribut: t}]", "there is no key \"attribut\""},
      {"datasets:\n  a:\n    files: x\n    names: \"{t:%Q}\"",
       "gyre.yaml:4: datasets.a.names: the"},
      {"datasets:\n  a:\n    files: x\n    names: \"{t}_{m:d}.nc\"\n    join: [t, z]",
       "gyre.yaml:4: datasets.a.names: the pattern \"{t}_{m:d}.nc\" tells 'm', but files are "
       "joined "
       "along t, z"},
      {"datasets:\n  a:\n    files: x\n    join: []\n    names: \"{t}.nc\"",
       "gyre.yaml:5: datasets.a.names: the pattern \"{t}.nc\" tells 't', but files are joined "
       "along "
       "nothing"},
      {"datasets:\n  a:\n    files: x\n    overlaps: best", "expected one of newest first last"},
  }));
  CHECK_THAT(message_of(row.yaml), Catch::Contains(row.words));
}

TEST_CASE("mistakes are refused with file, line, key and what was expected", "[host]") {
  struct Row {
    const char *yaml, *message;
  };
  const auto row = GENERATE(values<Row>({
      {"server:\n  pubic_url: x\n",
       "gyre.yaml:2: server.pubic_url: there is no such key; did you mean public_url?"},
      {"sevrer:\n  threads: 1\n",
       "gyre.yaml:1: sevrer: there is no such key; did you mean server?"},
      {"\nserver:\n  threads: many\n",
       "gyre.yaml:3: server.threads: expected a whole number from 1 to 4096, got \"many\""},
      {"server:\n  threads: 0\n",
       "gyre.yaml:2: server.threads: expected a whole number from 1 to 4096, got \"0\""},
      {"server:\n  threads: \"8\"\n",
       "gyre.yaml:2: server.threads: expected a whole number from 1 to 4096, got \"8\""},
      {"server:\n  threads: 1.5\n",
       "gyre.yaml:2: server.threads: expected a whole number from 1 to 4096, got \"1.5\""},
      {"server: here\n", "gyre.yaml:1: server: expected a mapping (key: value)"},
      {"server:\n  names: localhost\n",
       "gyre.yaml:2: server.names: expected a list of texts, got \"localhost\""},
      {"services:\n  home: yes\n",
       "gyre.yaml:2: services: expected a list of texts, got a mapping"},
      {"archive:\n  rescan_s: .nan\n",
       "gyre.yaml:2: archive.rescan_s: expected a number from 0.1 to 86400, got \".nan\""},
      {"log:\n  level: loud\n",
       "gyre.yaml:2: log.level: expected one of debug info warning error, got \"loud\""},
      {"datasets:\n  sst:\n    titel: x\n",
       "gyre.yaml:3: datasets.sst.titel: there is no such key; did you mean title?"},
      {"datasets:\n  sst:\n    hidden: maybe\n",
       "gyre.yaml:3: datasets.sst.hidden: expected true or false, got \"maybe\""},
      {"datasets:\n  sst:\n    fields:\n      t: {tite: x}\n",
       "gyre.yaml:4: datasets.sst.fields.t.tite: there is no such key; did you mean title?"},
      {"datasets:\n  sst:\n    attributes:\n      t:\n        units: {a: b}\n",
       "gyre.yaml:5: datasets.sst.attributes.t.units: expected a text, a number, a list of either, "
       "or null"},
      {"datasets:\n  sst:\n    attributes:\n      t: {units: [K, degC]}\n",
       "gyre.yaml:4: datasets.sst.attributes.t.units: expected one text, got a list"},
      {"datasets:\n  sst:\n    attributes:\n      t: {_FillValue: none}\n",
       "gyre.yaml:4: datasets.sst.attributes.t._FillValue: expected a number or a list of numbers"},
      {"datasets:\n  sst:\n    attributes:\n      t: {valid_range: []}\n",
       "gyre.yaml:4: datasets.sst.attributes.t.valid_range: the list is empty"},
      {"datasets:\n  sst:\n    attributes: {t: K}\n",
       "gyre.yaml:3: datasets.sst.attributes.t: expected a mapping"},
      {"datasets:\n  sst:\n    fields:\n      t: {name: a b}\n",
       "gyre.yaml:4: datasets.sst.fields.t.name: expected letters, digits"},
      {"server:\n  threads: 1\n  threads: 2\n", "gyre.yaml:3: server.threads: given twice"},
      {"server: [\n", "gyre.yaml:2: not YAML: "},
      {"server: {public_url: data.example.org}\n",
       "gyre.yaml:1: server.public_url: expected an address with http:// or https://"},
      {"server: {public_url: \"https://data.example.org/?a\"}\n",
       "gyre.yaml:1: server.public_url: expected an address with http:// or https:// and without"},
      {"server: {listen: \"127.0.0.1:99999\"}\n",
       "gyre.yaml:1: server.listen: expected host:port, got \"127.0.0.1:99999\""},
      {"server: {trusted_proxies: [10.0.0.0/99]}\n",
       "gyre.yaml:1: server.trusted_proxies: expected IP addresses or networks, got "},
      {"status: {networks: [home]}\n",
       "gyre.yaml:1: status.networks: expected IP addresses or networks, got \"home\""},
      {"datasets: {a: {id: same}, b: {id: same}}\n",
       "gyre.yaml:1: datasets.b.id: \"same\" is the id of a already"},
      {"datasets: {a: {id: 1 x}}\n",
       "gyre.yaml:1: datasets.a.id: expected letters, digits, '_', '-' and '.', the first a "
       "letter"},
      {"identity: {languages: [english]}\n",
       "gyre.yaml:1: identity.languages: expected codes such as en, fre or pt-BR, got \"english\""},
      {"identity: {languages: []}\n",
       "gyre.yaml:1: identity.languages: expected one language at least"},
  }));
  CAPTURE(row.yaml);
  CHECK_THAT(message_of(row.yaml), Catch::StartsWith(row.message));
}

TEST_CASE("what attributes should have said is read with its types", "[host]") {
  const auto read = parse_configuration(R"(
datasets:
  sst.nc:
    attributes:
      t:
        units: 1
        long_name: "Sea"
        comment: null
        _FillValue: -9999
        valid_range: [-2.5, 40]
        levels: [a, b]
        version: "2"
      crs: {grid_mapping_name: latitude_longitude}
    global_attributes: {license: CC0-1.0, day: 3}
    fields: {t: {name: temperature, title: T}}
)",
                                        "gyre.yaml");
  using Change = coverage::SchemaOverlay::Change;
  using Whole = std::vector<std::int64_t>;
  using Real = std::vector<double>;
  using Texts = std::vector<std::string>;
  const coverage::SchemaOverlay& overlay = read.datasets.at(0).schema;
  CHECK(overlay.variables.at("t").attributes ==
        std::vector<Change>{{"units", std::string("1")},
                            {"long_name", std::string("Sea")},
                            {"comment", std::nullopt},
                            {"_FillValue", Whole{-9999}},
                            {"valid_range", Real{-2.5, 40}},
                            {"levels", Texts{"a", "b"}},
                            {"version", std::string("2")}});
  CHECK(overlay.variables.at("t").published_as == "temperature");
  CHECK(overlay.variables.at("crs").attributes.size() == 1);
  CHECK(overlay.attributes ==
        std::vector<Change>{{"license", std::string("CC0-1.0")}, {"day", Whole{3}}});
  // Texts of a field follow its name.
  CHECK(read.datasets.at(0).description.fields.at("temperature").title.in("") == "T");
}

TEST_CASE("a folder or a device is no configuration", "[host]") {
  CHECK_THROWS_WITH(load_configuration("/"), "/: is a folder, not a file");
  CHECK_THROWS_WITH(load_configuration("/nowhere.yaml"), "/nowhere.yaml: there is no such file");
  CHECK_THROWS_WITH(load_configuration("/dev/zero"),
                    Catch::Contains("/dev/zero: is no plain file"));
}

TEST_CASE("an empty configuration is the defaults", "[host]") {
  const Configuration read = parse_configuration("", "gyre.yaml");
  CHECK(read.server == Configuration::Server());
  CHECK(message_of(sample_configuration()).empty());
}

TEST_CASE("the sample names every key, and is right when it is uncommented", "[host]") {
  const std::string yaml = uncommented(sample_configuration());
  for (const auto& key : configuration_keys()) {
    const std::string name(key.path.substr(key.path.rfind('.') + 1));
    CAPTURE(name);
    CHECK(yaml.find(name + ": ") != std::string::npos);
  }
  // Two keys exclude each other; without one of them all is in force.
  std::string one = yaml;
  const std::size_t listen = one.find("  listen: ");
  one.erase(listen, one.find('\n', listen) - listen);
  CHECK(message_of(one).empty());
  CHECK(parse_configuration(one, "sample").datasets.size() == 1);
}

TEST_CASE("conf/gyre.yaml is the sample", "[host]") {
  std::ifstream file(GYRE_SOURCE_DIR "/conf/gyre.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  // When this fails: gyre check-config --sample > conf/gyre.yaml
  CHECK(text.str() == sample_configuration());
}

TEST_CASE("the JSON Schema knows every key and no other", "[host]") {
  const auto schema = nlohmann::json::parse(configuration_schema());
  CHECK(schema["additionalProperties"] == false);
  CHECK(schema["properties"]["server"]["additionalProperties"] == false);
  CHECK(schema["properties"]["server"]["properties"]["threads"]["type"] == "integer");
  CHECK(schema["properties"]["server"]["properties"]["threads"]["maximum"] == 4096);
  CHECK(schema["properties"]["services"]["type"] == "array");
  CHECK(schema["properties"]["datasets"]["additionalProperties"]["properties"].contains("fields"));
  for (const auto& key : configuration_keys()) {
    std::string pointer = "/properties/" + std::string(key.path);
    if (const auto dot = pointer.find('.'); dot != pointer.npos) {
      pointer.replace(dot, 1, "/properties/");
    }
    CAPTURE(pointer);
    CHECK(schema.contains(nlohmann::json::json_pointer(pointer + "/description")));
  }
}

}  // namespace gyre::host
