#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "services/host/config_keys.h"

namespace gyre::host {
namespace {

using nlohmann::ordered_json;

std::string quoted(const std::string& text) {
  const bool plain = !text.empty() && text.find_first_of("\"'[]{}:,#&*!|>%@` ") == text.npos;
  return plain ? text : fmt::format("\"{}\"", text);
}

/// A default as YAML.
struct ToYaml {
  std::string operator()(const std::string* value) const { return quoted(*value); }
  std::string operator()(const std::optional<std::string>* value) const {
    return quoted(value->value_or(""));
  }
  std::string operator()(const bool* value) const { return *value ? "true" : "false"; }
  std::string operator()(const std::optional<long>* value) const {
    return std::to_string(value->value_or(0));
  }
  std::string operator()(const double* value) const { return fmt::format("{}", *value); }
  std::string operator()(const int* value) const { return std::to_string(*value); }
  std::string operator()(const std::size_t* value) const { return std::to_string(*value); }
  std::string operator()(const std::vector<std::string>* value) const {
    std::vector<std::string> items;
    for (const std::string& item : *value) items.push_back(quoted(item));
    return fmt::format("[{}]", fmt::join(items, ", "));
  }
  std::string operator()(OneOrMore value) const { return (*this)(value.texts); }
  std::string operator()(const std::optional<std::vector<coverage::JoinedDimension>>*) const {
    return "[time]";
  }
  std::string operator()(const coverage::AggregationRule::Overlaps*) const { return "newest"; }
  std::string operator()(const coverage::LocalizedText* value) const {
    return quoted(value->in(""));
  }
};

template <class Owner>
void write_key(std::string& out, const Key<Owner>& key, const std::string& indent,
               std::string_view name) {
  std::istringstream words{std::string(key.words)};
  for (std::string line; std::getline(words, line);) out += fmt::format("#{}# {}\n", indent, line);
  Owner defaults;
  const std::string value =
      key.example.empty() ? std::visit(ToYaml{}, key.slot(defaults)) : std::string(key.example);
  out += fmt::format("#{}{}: {}\n", indent, name, value);
}

struct ToSchema {
  ordered_json operator()(const std::string*) const { return {{"type", "string"}}; }
  ordered_json operator()(const std::optional<std::string>*) const { return {{"type", "string"}}; }
  ordered_json operator()(const bool*) const { return {{"type", "boolean"}}; }
  ordered_json operator()(const int*) const { return {{"type", "integer"}}; }
  ordered_json operator()(const std::size_t*) const { return {{"type", "integer"}}; }
  ordered_json operator()(const std::optional<long>*) const { return {{"type", "integer"}}; }
  ordered_json operator()(const double*) const { return {{"type", "number"}}; }
  ordered_json operator()(const std::vector<std::string>*) const {
    return {{"type", "array"}, {"items", {{"type", "string"}}}};
  }
  ordered_json operator()(OneOrMore) const {
    const ordered_json text{{"type", "string"}};
    return {{"oneOf", {text, {{"type", "array"}, {"items", text}, {"minItems", 1}}}}};
  }
  ordered_json operator()(const std::optional<std::vector<coverage::JoinedDimension>>*) const {
    const ordered_json text{{"type", "string"}};
    const ordered_json one{
        {"oneOf",
         {text,
          {{"type", "object"},
           {"properties", {{"dimension", text}, {"attribute", text}, {"units", text}}},
           {"required", {"dimension"}},
           {"additionalProperties", false}}}}};
    return {{"oneOf", {one, {{"type", "array"}, {"items", one}}}}};
  }
  ordered_json operator()(const coverage::AggregationRule::Overlaps*) const {
    return {{"type", "string"}};
  }
  ordered_json operator()(const coverage::LocalizedText*) const {
    const ordered_json text{{"type", "string"}};
    return {{"oneOf", {text, {{"type", "object"}, {"additionalProperties", text}}}}};
  }
};

template <class Owner>
ordered_json schema_of(const Key<Owner>& key) {
  Owner defaults;
  ordered_json schema = std::visit(ToSchema{}, key.slot(defaults));
  schema["description"] = key.words;
  if (schema["type"] == "integer" || schema["type"] == "number") {
    schema["minimum"] = key.low;
    if (key.high != 0) schema["maximum"] = key.high;
  }
  if (!key.choices.empty()) {
    std::istringstream choices{std::string(key.choices)};
    for (std::string choice; choices >> choice;) schema["enum"].push_back(choice);
  }
  return schema;
}

ordered_json closed_object() {
  return {{"type", {"object", "null"}},
          {"properties", ordered_json::object()},
          {"additionalProperties", false}};
}

template <class Owner>
ordered_json object_of(std::span<const Key<Owner>> keys) {
  ordered_json object = closed_object();
  for (const Key<Owner>& key : keys) object["properties"][std::string(key.path)] = schema_of(key);
  return object;
}

}  // namespace

std::string sample_configuration() {
  std::string out =
      "## Gyre's configuration: every key there is, with its default or an example; uncomment\n"
      "## what you want to change. Unknown keys are refused; check by: gyre check-config FILE\n";
  std::string section;
  for (const auto& key : configuration_keys()) {
    const std::size_t dot = key.path.find('.');
    const std::string here(dot == key.path.npos ? "" : key.path.substr(0, dot));
    if (here != section || here.empty()) out += "\n";
    if (here != section && !here.empty()) out += fmt::format("#{}:\n", here);
    section = here;
    write_key(out, key, here.empty() ? "" : "  ",
              key.path.substr(dot == key.path.npos ? 0 : dot + 1));
  }
  out +=
      "\n## How servers of data are asked, by any name; without, addresses are asked as anybody "
      "may.\n"
      "#stores:\n#  archive:\n";
  for (const auto& key : store_keys()) write_key(out, key, "    ", key.path);
  out +=
      "\n## What to say of a dataset that its file does not say; the key is its path below the\n"
      "## root (with or without extension) or its id. `gyre describe --yaml` lists them.\n"
      "#datasets:\n#  sst_analysis.nc:\n";
  for (const auto& key : dataset_keys()) write_key(out, key, "    ", key.path);
  out += "#    fields:\n#      analysed_sst:\n";
  for (const auto& key : field_keys()) write_key(out, key, "        ", key.path);
  out +=
      "#    # Attributes that the file should have had: everything follows them, the data stay as\n"
      "#    # they are. null removes one. Numbers of _FillValue, missing_value and valid_* "
      "without\n"
      "#    # a point are stored values, with a point physical ones where the variable is packed. "
      "A\n"
      "#    # variable that the file does not have is made, without values: a grid mapping.\n"
      "#    attributes:\n"
      "#      analysed_sst: {units: K, valid_range: [-300, 4500], comment: null}\n"
      "#      crs: {grid_mapping_name: latitude_longitude, semi_major_axis: 6371229.0}\n"
      "#    # Attributes of the whole file, likewise.\n"
      "#    global_attributes: {institution: Institute of the Sea, license: CC-BY-4.0}\n";
  return out;
}

std::string configuration_schema() {
  ordered_json root = closed_object();
  for (const auto& key : configuration_keys()) {
    const std::string path(key.path);
    const std::size_t dot = path.find('.');
    if (dot == path.npos) {
      root["properties"][path] = schema_of(key);
      continue;
    }
    ordered_json& section = root["properties"][path.substr(0, dot)];
    if (section.is_null()) section = closed_object();
    section["properties"][path.substr(dot + 1)] = schema_of(key);
  }
  root["properties"]["stores"] = {{"type", {"object", "null"}},
                                  {"additionalProperties", object_of(store_keys())}};
  ordered_json dataset = object_of(dataset_keys());
  dataset["properties"]["fields"] = {{"type", {"object", "null"}},
                                     {"additionalProperties", object_of(field_keys())}};
  const ordered_json scalar{{"type", {"string", "number"}}};
  const ordered_json value{
      {"oneOf",
       {scalar, {{"type", "array"}, {"items", scalar}, {"minItems", 1}}, {{"type", "null"}}}}};
  const ordered_json attributes{{"type", {"object", "null"}}, {"additionalProperties", value}};
  dataset["properties"]["attributes"] = {
      {"type", {"object", "null"}},
      {"additionalProperties", attributes},
      {"description", "Attributes by variable that the file should have had; null removes one."}};
  dataset["properties"]["global_attributes"] = attributes;
  root["properties"]["datasets"] = {{"type", {"object", "null"}},
                                    {"additionalProperties", dataset}};
  ordered_json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                      {"title", "Configuration of Gyre"}};
  schema.update(root);
  return schema.dump(2) + "\n";
}

}  // namespace gyre::host
