#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include "coverage/aggregate/name_pattern.h"
#include "coverage/base/edit_distance.h"
#include "coverage/base/error.h"
#include "coverage/source/remote/address.h"
#include "services/host/addresses.h"
#include "services/host/config_keys.h"

namespace gyre::host {
namespace {

/// A node and where it stands: "gyre.yaml:12: server.threads".
struct Place {
  const std::string* file;
  std::string path;
  KeyLines* lines;  ///< gets the lines of keys

  [[nodiscard]] Place below(const std::string& key) const {
    return {file, path.empty() ? key : path + "." + key, lines};
  }
  /// "gyre.yaml:12", without the file's folder: people see it who are not told of folders.
  [[nodiscard]] std::string where(const YAML::Node& node) const {
    return fmt::format("{}:{}", std::filesystem::path(*file).filename().string(),
                       node.Mark().line + 1);
  }
  [[noreturn]] void refuse(const YAML::Node& node, const std::string& text) const {
    const int line = node.IsDefined() ? node.Mark().line + 1 : 0;
    throw ConfigError(
        fmt::format("{}:{}: {}{}{}", *file, line, path, path.empty() ? "" : ": ", text));
  }
};

std::string no_such_key(const std::string& key, const std::vector<std::string>& known) {
  const auto closest = std::min_element(known.begin(), known.end(), [&](auto& a, auto& b) {
    return coverage::edit_distance(key, a) < coverage::edit_distance(key, b);
  });
  if (closest != known.end() && coverage::edit_distance(key, *closest) <= 1 + key.size() / 3) {
    return fmt::format("there is no such key; did you mean {}?", *closest);
  }
  return fmt::format("there is no such key; there are {}", fmt::join(known, ", "));
}

// ---- one value
// ------------------------------------------------------------------------------------

/// What a key wants, and the ways to refuse something else.
struct Wanted {
  Place place;
  std::string expected;
  double low, high;
  std::string_view choices;

  [[noreturn]] void refuse(const YAML::Node& node) const {
    std::string got = "nothing";
    if (node.IsScalar()) got = fmt::format("\"{}\"", node.Scalar());
    if (node.IsSequence()) got = "a list";
    if (node.IsMap()) got = "a mapping";
    place.refuse(node, fmt::format("expected {}, got {}", expected, got));
  }
  [[noreturn]] void refuse_because(const YAML::Node& node, const std::string& why) const {
    place.refuse(node, why);
  }
  void check_range(const YAML::Node& node, double value) const {
    const bool any = low == 0 && high == 0;
    if (any ? value < 0 : value < low || value > high) refuse(node);
  }
};

template <class Number>
Number read_number(const YAML::Node& node, const Wanted& wanted) {
  if (!node.IsScalar() || node.Tag() == "!") wanted.refuse(node);  // "!": quoted, a text
  const std::string& text = node.Scalar();
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) wanted.refuse(node);
  if (!std::isfinite(static_cast<double>(value))) wanted.refuse(node);
  wanted.check_range(node, static_cast<double>(value));
  return value;
}

std::string read_text(const YAML::Node& node, const Wanted& wanted) {
  if (!node.IsScalar()) wanted.refuse(node);
  const std::string& text = node.Scalar();
  if (!wanted.choices.empty()) {
    std::istringstream choices{std::string(wanted.choices)};
    const std::set<std::string> known{std::istream_iterator<std::string>(choices), {}};
    if (known.count(text) == 0) wanted.refuse(node);
  }
  return text;
}

struct ReadInto {
  const YAML::Node& node;
  const Wanted& wanted;

  void operator()(std::string* slot) const { *slot = read_text(node, wanted); }
  void operator()(std::optional<std::string>* slot) const { *slot = read_text(node, wanted); }
  void operator()(int* slot) const { *slot = read_number<int>(node, wanted); }
  void operator()(std::size_t* slot) const { *slot = read_number<std::size_t>(node, wanted); }
  void operator()(std::optional<long>* slot) const { *slot = read_number<long>(node, wanted); }
  void operator()(double* slot) const { *slot = read_number<double>(node, wanted); }
  void operator()(bool* slot) const {
    const std::string text = node.IsScalar() ? node.Scalar() : "";
    if (text != "true" && text != "false") wanted.refuse(node);
    *slot = text == "true";
  }
  void operator()(std::vector<std::string>* slot) const {
    if (!node.IsSequence()) wanted.refuse(node);
    slot->clear();
    for (const YAML::Node& item : node) {
      if (!item.IsScalar()) wanted.refuse(item);
      wanted.place.lines->emplace(fmt::format("{}[{}]", wanted.place.path, slot->size()),
                                  item.Mark().line + 1);
      slot->push_back(item.Scalar());
    }
  }
  void operator()(OneOrMore slot) const {
    if (node.IsScalar()) {
      *slot.texts = {node.Scalar()};
    } else {
      (*this)(slot.texts);
    }
    for (const std::string& text : *slot.texts) {
      if (text.empty()) wanted.refuse(node);
    }
    if (slot.texts->empty()) wanted.refuse(node);
  }
  void operator()(coverage::AggregationRule::Overlaps* slot) const {
    using Overlaps = coverage::AggregationRule::Overlaps;
    const std::string text = read_text(node, wanted);
    *slot = text == "first" ? Overlaps::First : text == "last" ? Overlaps::Last : Overlaps::Newest;
  }
  void operator()(std::optional<std::vector<coverage::JoinedDimension>>* slot) const {
    slot->emplace();
    if (!node.IsSequence()) {
      (*slot)->push_back(join_of(node));
      return;
    }
    for (const YAML::Node& item : node) {
      (*slot)->push_back(join_of(item));
      for (std::size_t j = 0; j + 1 < (*slot)->size(); ++j) {
        if ((**slot)[j].name == (*slot)->back().name)
          wanted.refuse_because(item, "it is named twice");
      }
    }
  }
  [[nodiscard]] coverage::JoinedDimension join_of(const YAML::Node& item) const {
    coverage::JoinedDimension join;
    if (item.IsScalar() && !item.Scalar().empty()) {
      join.name = item.Scalar();
      return join;
    }
    if (!item.IsMap()) wanted.refuse(item);
    for (const auto& entry : item) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
      if (!entry.second.IsScalar()) wanted.refuse(entry.second);
      if (key == "dimension") {
        join.name = entry.second.Scalar();
      } else if (key == "attribute") {
        join.attribute = entry.second.Scalar();
      } else if (key == "units") {
        join.units = entry.second.Scalar();
      } else {
        wanted.refuse_because(entry.first, fmt::format("there is no key \"{}\" here; there are "
                                                       "dimension, attribute, units",
                                                       key));
      }
    }
    if (join.name.empty()) wanted.refuse_because(item, "it names no dimension");
    return join;
  }
  void operator()(coverage::LocalizedText* slot) const {
    if (node.IsScalar()) {
      slot->set("", node.Scalar());
      return;
    }
    if (!node.IsMap()) wanted.refuse(node);
    for (const auto& item : node) {
      if (!item.first.IsScalar() || !item.second.IsScalar()) wanted.refuse(item.second);
      slot->set(item.first.Scalar(), item.second.Scalar());
    }
  }
};

template <class Owner>
void read_value(const YAML::Node& node, const Place& place, const Key<Owner>& key, Owner& owner) {
  const Slot slot = key.slot(owner);
  const Wanted wanted{place, expectation(slot, key.low, key.high, key.choices), key.low, key.high,
                      key.choices};
  std::visit(ReadInto{node, wanted}, slot);
}

// ---- mappings
// --------------------------------------------------------------------------------------

/// Calls each(key, value) for the entries of a mapping. Null, what a section is when all below it
/// is commented out, is the empty mapping.
template <class Each>
void for_each_entry(const YAML::Node& node, const Place& place, const Each& each) {
  if (!node.IsDefined() || node.IsNull()) return;
  if (!node.IsMap()) place.refuse(node, "expected a mapping (key: value)");
  std::set<std::string> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) place.refuse(entry.first, "expected a plain key");
    const std::string key = entry.first.Scalar();
    const Place here = place.below(key);
    if (!seen.insert(key).second) here.refuse(entry.first, "given twice");
    here.lines->emplace(here.path, entry.first.Mark().line + 1);
    each(key, entry.first, entry.second);
  }
}

/// Reads a mapping whose keys are rows of a flat table. @returns whether `key` was one of them
template <class Owner>
bool read_flat(const std::string& key, const YAML::Node& value, const Place& place,
               std::span<const Key<Owner>> keys, Owner& owner) {
  for (const Key<Owner>& one : keys) {
    if (one.path != key) continue;
    read_value(value, place.below(key), one, owner);
    return true;
  }
  return false;
}

template <class Owner>
std::vector<std::string> names_of(std::span<const Key<Owner>> keys) {
  std::vector<std::string> names;
  for (const Key<Owner>& key : keys) names.emplace_back(key.path);
  return names;
}

/// An NCName of ASCII: ids and names stand in XML and in addresses.
bool is_dataset_id(const std::string& id) {
  static const std::regex kId("[A-Za-z_][A-Za-z0-9_.-]*");
  return std::regex_match(id, kId);
}

/// "group/" of a variable in a group.
std::string group_of(const std::string& variable) {
  const auto slash = variable.rfind('/');
  return slash == std::string::npos ? std::string() : variable.substr(0, slash + 1);
}

void read_fields(const YAML::Node& node, const Place& place, coverage::DatasetOverlay& overlay) {
  for_each_entry(
      node, place, [&](const std::string& field, const auto& at_field, const auto& texts) {
        FieldOverlay said;
        const Place here = place.below(field);
        for_each_entry(texts, here, [&](const std::string& key, const auto& at, const auto& value) {
          if (!read_flat(key, value, here, field_keys(), said)) {
            here.below(key).refuse(at, no_such_key(key, names_of(field_keys())));
          }
          if (key == "name" && !is_dataset_id(said.name)) {
            here.below(key).refuse(
                value,
                "expected letters, digits, '_', '-' and '.', the first a letter or "
                "'_', got \"" +
                    said.name + "\"");
          }
        });
        if (!said.name.empty()) {
          overlay.schema.variables[field].published_as = said.name;
          overlay.schema.variables[field].where = here.where(at_field);
        }
        const std::string published = said.name.empty() ? field : group_of(field) + said.name;
        overlay.description.fields[published] = std::move(said.text);
        overlay.fields_where[published] = here.where(at_field);
      });
}

using Change = coverage::SchemaOverlay::Change;

/// Words that an attribute's value is made of, all texts or all numbers.
Change read_change(const std::string& name, const YAML::Node& node, const Place& place) {
  constexpr const char* kExpected = "expected a text, a number, a list of either, or null";
  Change change{name, std::nullopt};
  if (node.IsNull()) return change;
  if (node.IsMap() || !node.IsDefined()) place.refuse(node, kExpected);
  if (node.IsSequence() && coverage::is_text_attribute(name)) {
    place.refuse(node, "expected one text, got a list");
  }
  std::vector<YAML::Node> items;
  if (node.IsSequence()) {
    for (const YAML::Node& item : node) items.push_back(item);
    if (items.empty()) place.refuse(node, "the list is empty; null removes an attribute");
  } else {
    items.push_back(node);
  }
  std::vector<std::string> texts;
  std::vector<std::int64_t> whole;
  std::vector<double> reals;
  for (const YAML::Node& item : items) {
    if (!item.IsScalar()) place.refuse(item, kExpected);
    const std::string& text = item.Scalar();
    texts.push_back(text);
    if (coverage::is_text_attribute(name) || item.Tag() == "!") continue;  // "!": quoted
    std::int64_t integer = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
    if (error == std::errc() && end == text.data() + text.size()) whole.push_back(integer);
    double real = 0;
    if (YAML::convert<double>::decode(item, real)) reals.push_back(real);
  }
  if (whole.size() == items.size()) {
    change.value = std::move(whole);
  } else if (reals.size() == items.size()) {
    change.value = std::move(reals);
  } else if (coverage::is_stored_value_attribute(name)) {
    place.refuse(node, "expected a number or a list of numbers, not quoted");
  } else if (node.IsSequence()) {
    change.value = std::move(texts);
  } else {
    change.value = std::move(texts.front());
  }
  return change;
}

std::vector<Change> read_changes(const YAML::Node& node, const Place& place) {
  std::vector<Change> changes;
  for_each_entry(node, place, [&](const std::string& name, const auto&, const auto& value) {
    changes.push_back(read_change(name, value, place.below(name)));
  });
  return changes;
}

void read_attributes(const YAML::Node& node, const Place& place, coverage::SchemaOverlay& overlay) {
  for_each_entry(node, place, [&](const std::string& name, const auto& at, const auto& value) {
    overlay.variables[name].attributes = read_changes(value, place.below(name));
    overlay.variables[name].where = place.where(at);
  });
}

/// The pattern's words are dimensions that files are joined along.
void check_names(const YAML::Node& node, const Place& place,
                 const coverage::AggregationRule& rule) {
  try {
    const coverage::aggregation::NamePattern pattern(rule.names);
    if (!rule.joins) return;  // their time is called as files call it
    std::vector<std::string> joined;
    for (const coverage::JoinedDimension& one : *rule.joins) joined.push_back(one.name);
    for (const std::string& name : pattern.names()) {
      if (std::find(joined.begin(), joined.end(), name) != joined.end()) continue;
      place.refuse(node, fmt::format("the pattern \"{}\" tells '{}', but files are joined along {} "
                                     "(`join`); name it there, or write * in its place",
                                     rule.names, name,
                                     joined.empty() ? "nothing"
                                                    : fmt::format("{}", fmt::join(joined, ", "))));
    }
  } catch (const coverage::Error& error) {
    place.refuse(node, error.what());
  }
}

void read_datasets(const YAML::Node& node, const Place& place, Configuration& configuration) {
  for_each_entry(node, place, [&](const std::string& path, const auto& at_path, const auto& keys) {
    coverage::DatasetOverlay overlay;
    overlay.path = path;
    overlay.where = place.where(at_path);
    YAML::Node names;
    const Place here = place.below(path);
    for_each_entry(keys, here, [&](const std::string& key, const auto& at, const auto& value) {
      if (key == "names") names.reset(value);
      if (key == "fields") return read_fields(value, here.below(key), overlay);
      if (key == "attributes") return read_attributes(value, here.below(key), overlay.schema);
      if (key == "global_attributes") {
        overlay.schema.attributes = read_changes(value, here.below(key));
        return;
      }
      if (!read_flat(key, value, here, dataset_keys(), overlay)) {
        std::vector<std::string> known = names_of(dataset_keys());
        for (const char* one : {"fields", "attributes", "global_attributes"}) {
          known.emplace_back(one);
        }
        here.below(key).refuse(at, no_such_key(key, known));
      }
    });
    if (overlay.aggregation && overlay.aggregation->files.empty()) {
      here.refuse(keys, "says how files are joined, but not which: there is no `files`");
    }
    if (overlay.aggregation && names.IsScalar()) {
      check_names(names, here.below("names"), *overlay.aggregation);
    }
    configuration.datasets.push_back(std::move(overlay));
  });
}

void read_stores(const YAML::Node& node, const Place& place, Configuration& configuration) {
  for_each_entry(node, place, [&](const std::string& name, const auto& at_name, const auto& keys) {
    StoreKeys store;
    store.settings.name = name;
    const Place here = place.below(name);
    for_each_entry(keys, here, [&](const std::string& key, const auto& at, const auto& value) {
      if (!read_flat(key, value, here, store_keys(), store)) {
        here.below(key).refuse(at, no_such_key(key, names_of(store_keys())));
      }
    });
    if (!coverage::remote::is_address(store.settings.url)) {
      here.below("url").refuse(at_name, "expected an address (s3://, https:// or http://)");
    }
    const std::string& endpoint = store.settings.endpoint;
    if (!endpoint.empty() && !endpoint.starts_with("https://") &&
        !endpoint.starts_with("http://")) {
      here.below("endpoint").refuse(at_name, "expected an address (https:// or http://)");
    }
    configuration.stores.push_back(std::move(store));
  });
}

/// Keys one level below `prefix` ("" or "server."), sections included.
std::vector<std::string> children_of(const std::string& prefix) {
  std::vector<std::string> children;
  for (const auto& key : configuration_keys()) {
    if (!key.path.starts_with(prefix)) continue;
    const std::string rest(key.path.substr(prefix.size()));
    const std::string child = rest.substr(0, rest.find('.'));
    if (std::find(children.begin(), children.end(), child) == children.end()) {
      children.push_back(child);
    }
  }
  if (prefix.empty()) children.insert(children.end(), {"stores", "datasets"});
  return children;
}

void read_section(const YAML::Node& node, const Place& place, Configuration& configuration) {
  const std::string prefix = place.path.empty() ? "" : place.path + ".";
  for_each_entry(node, place, [&](const std::string& key, const auto& at, const auto& value) {
    const Place here = place.below(key);
    if (here.path == "stores") return read_stores(value, here, configuration);
    if (here.path == "datasets") return read_datasets(value, here, configuration);
    for (const auto& one : configuration_keys()) {
      if (one.path == here.path) return read_value(value, here, one, configuration);
    }
    const std::vector<std::string> known = children_of(prefix);
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      here.refuse(at, no_such_key(key, known));
    }
    read_section(value, here, configuration);
  });
}

bool is_public_url(const std::string& url) {
  const bool has_scheme = url.starts_with("http://") || url.starts_with("https://");
  return has_scheme && url.find("://") + 3 < url.size() &&
         url.find_first_of(" ?#\"<>") == std::string::npos;
}

}  // namespace

namespace {

/// ISO 639-1 or -2, perhaps with a country.
bool is_language(const std::string& language) {
  static const std::regex kLanguage("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*");
  return std::regex_match(language, kLanguage);
}

}  // namespace

void check_whole(const Configuration& configuration, const std::string& source,
                 const KeyLines& lines) {
  // "server.names: expected ...": the line is that of the key.
  const auto refuse = [&](const std::string& text) {
    const auto line = lines.find(text.substr(0, text.find(": ")));
    throw ConfigError(source + (line == lines.end() ? "" : fmt::format(":{}", line->second)) +
                      ": " + text);
  };
  const Configuration::Server& server = configuration.server;
  if (!server.public_url.empty() && !is_public_url(server.public_url)) {
    refuse(
        fmt::format("server.public_url: expected an address with http:// or https:// and "
                    "without query, got \"{}\"",
                    server.public_url));
  }
  if (!server.socket.empty() && !server.listen.empty()) {
    refuse("server.listen: server.socket is given as well; give one of them");
  }
  if (!server.listen.empty() && !is_host_and_port(server.listen)) {
    refuse(fmt::format("server.listen: expected host:port, got \"{}\"", server.listen));
  }
  for (const std::string& proxy : server.trusted_proxies) {
    if (is_network(proxy)) continue;
    refuse(fmt::format("server.trusted_proxies: expected IP addresses or networks, got \"{}\"",
                       proxy));
  }
  for (const std::string& network : configuration.status.networks) {
    if (is_network(network)) continue;
    refuse(fmt::format("status.networks: expected IP addresses or networks, got \"{}\"", network));
  }
  if (server.names.empty()) refuse("server.names: expected one name at least");
  std::map<std::string, std::string> ids;
  for (const auto& dataset : configuration.datasets) {
    if (!dataset.id) continue;
    if (!is_dataset_id(*dataset.id)) {
      refuse(
          fmt::format("datasets.{}.id: expected letters, digits, '_', '-' and '.', the first a "
                      "letter or '_', got \"{}\"",
                      dataset.path, *dataset.id));
    }
    const auto [known, is_new] = ids.emplace(*dataset.id, dataset.path);
    if (!is_new) {
      refuse(fmt::format("datasets.{}.id: \"{}\" is the id of {} already", dataset.path,
                         *dataset.id, known->second));
    }
  }
  for (const std::string& language : configuration.identity.languages) {
    if (is_language(language)) continue;
    refuse(fmt::format("identity.languages: expected codes such as en, fre or pt-BR, got \"{}\"",
                       language));
  }
  if (configuration.identity.languages.empty()) {
    refuse("identity.languages: expected one language at least");
  }
}

std::string Configuration::at(const std::string& key) const {
  const auto line = lines.find(key);
  const std::string name = key.substr(0, key.find('['));
  return line == lines.end() ? name + ": " : fmt::format("{}:{}: {}: ", file, line->second, name);
}

Configuration parse_configuration(const std::string& yaml, const std::string& file_name) {
  YAML::Node root;
  try {
    root = YAML::Load(yaml);
  } catch (const YAML::Exception& error) {
    throw ConfigError(
        fmt::format("{}:{}: not YAML: {}", file_name, error.mark.line + 1, error.msg));
  }
  Configuration configuration;
  KeyLines lines;
  read_section(root, {&file_name, "", &lines}, configuration);
  check_whole(configuration, file_name, lines);
  configuration.file = file_name;
  configuration.lines = std::move(lines);
  return configuration;
}

Configuration load_configuration(const std::string& path) {
  // A FIFO or a device may never end, or never begin.
  std::error_code error;
  const auto type = std::filesystem::status(path, error).type();
  using Type = std::filesystem::file_type;
  if (type == Type::directory) throw ConfigError(path + ": is a folder, not a file");
  if (type == Type::not_found) throw ConfigError(path + ": there is no such file");
  if (type != Type::regular && type != Type::none) {
    throw ConfigError(path + ": is no plain file (a FIFO, socket or device); give one");
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw ConfigError(path + ": cannot be read");
  return parse_configuration(text.str(), path);
}

}  // namespace gyre::host
