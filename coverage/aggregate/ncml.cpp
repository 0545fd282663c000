#include "coverage/aggregate/ncml.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <memory>
#include <sstream>

#include <fmt/format.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "coverage/aggregate/name_pattern.h"
#include "coverage/base/error.h"

namespace gyre::coverage::aggregation {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr std::string_view kNamespace = "http://www.unidata.ucar.edu/namespaces/netcdf/ncml-2.2";
constexpr int kDeepest = 8;

struct FreeDocument {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
struct FreeParser {
  void operator()(xmlParserCtxt* parser) const { xmlFreeParserCtxt(parser); }
};

std::string text_of(const xmlChar* text) {
  return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

/// An element and where it stands.
class Element {
 public:
  Element(const xmlNode* node, const std::string& document) : node_(node), document_(&document) {}

  [[nodiscard]] long line() const { return xmlGetLineNo(node_); }
  [[nodiscard]] std::string name() const { return text_of(node_->name); }
  [[nodiscard]] std::optional<std::string> attribute(const char* name) const {
    for (const xmlAttr* one = node_->properties; one != nullptr; one = one->next) {
      if (one->ns == nullptr && text_of(one->name) == name) return value_of(*one);
    }
    return std::nullopt;
  }
  [[nodiscard]] std::string needed(const char* name) const {
    const auto value = attribute(name);
    if (!value || value->empty()) refuse(fmt::format("needs an attribute '{}'", name));
    return *value;
  }
  /// Refuses attributes that are none of these; those of other namespaces are nobody's.
  void allow(std::initializer_list<const char*> names) const {
    for (const xmlAttr* one = node_->properties; one != nullptr; one = one->next) {
      const std::string own = text_of(one->name);
      const bool known =
          std::any_of(names.begin(), names.end(), [&](const char* name) { return own == name; });
      if (one->ns == nullptr && !known)
        refuse(fmt::format("has '{}', which is not supported", own));
    }
  }
  [[nodiscard]] std::vector<Element> children() const {
    std::vector<Element> found;
    for (const xmlNode* one = node_->children; one != nullptr; one = one->next) {
      if (one->type == XML_ELEMENT_NODE) found.emplace_back(one, *document_);
    }
    return found;
  }
  [[nodiscard]] std::string text() const {
    std::string text;
    for (const xmlNode* one = node_->children; one != nullptr; one = one->next) {
      if (one->type == XML_TEXT_NODE || one->type == XML_CDATA_SECTION_NODE) {
        text += text_of(one->content);
      }
    }
    return text;
  }
  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(ErrorKind::UnsupportedHolding, name(),
                fmt::format("{}:{}: <{}> {}", *document_, xmlGetLineNo(node_), name(), why));
  }
  [[noreturn]] void refuse_child(const Element& child) const {
    child.refuse(fmt::format("is not supported within <{}>", name()));
  }

 private:
  static std::string value_of(const xmlAttr& attribute) {
    std::string value;
    for (const xmlNode* one = attribute.children; one != nullptr; one = one->next) {
      value += text_of(one->content);
    }
    return value;
  }
  const xmlNode* node_;
  const std::string* document_;
};

/// "sst_#yyyyMMdd": what a Java date format after (or before) its mark is as a pattern of names.
std::string pattern_of(const std::string& mark, const Element& element) {
  const auto hash = mark.find('#');
  if (hash == std::string::npos) element.refuse("has a dateFormatMark without '#'");
  std::string before = mark.substr(0, hash), format = mark.substr(hash + 1), after;
  if (before.empty() && format.find('#') != std::string::npos) {  // "#yyyyMMdd#_sst"
    after = format.substr(format.find('#') + 1);
    format.resize(format.find('#'));
  }
  std::string codes;
  for (std::size_t i = 0; i < format.size();) {
    if (format[i] == '\'') {
      const auto end = format.find('\'', i + 1);
      if (end == std::string::npos) element.refuse("has a dateFormatMark with one quote");
      codes += format.substr(i + 1, end - i - 1);
      i = end + 1;
      continue;
    }
    struct Letter {
      std::string_view java, code;
    };
    static constexpr Letter kLetters[] = {
        {"yyyy", "%Y"}, {"yy", "%y"}, {"MMM", "%b"}, {"MM", "%m"}, {"dd", "%d"},
        {"DDD", "%j"},  {"HH", "%H"}, {"mm", "%M"},  {"ss", "%S"}, {"SSS", "%L"}};
    const Letter* found = nullptr;
    for (const Letter& one : kLetters) {
      if (found == nullptr && format.compare(i, one.java.size(), one.java) == 0) found = &one;
    }
    if (found != nullptr) {
      codes += found->code;
      i += found->java.size();
    } else if (std::isalpha(static_cast<unsigned char>(format[i])) != 0 && format[i] != 'T') {
      element.refuse(
          fmt::format("has a dateFormatMark with '{}', which is not supported", format.substr(i)));
    } else {
      codes += format[i++];
    }
  }
  std::string pattern = fmt::format("*{}{{date:{}}}{}*", before, codes, after);
  try {
    static_cast<void>(NamePattern(pattern));
  } catch (const Error& error) {
    element.refuse(fmt::format("has a dateFormatMark that {}", error.what()));
  }
  return pattern;
}

class Reader {
 public:
  explicit Reader(const std::string& document) : name_(document) {}

  NcmlDocument read(const Element& root) {
    if (root.name() != "netcdf") root.refuse("is no NcML: expected <netcdf>");
    root.allow({"location", "id", "title"});
    made_.rule.joins.emplace();
    const auto location = root.attribute("location");
    bool aggregated = false;
    for (const Element& child : root.children()) {
      const std::string name = child.name();
      if (name == "aggregation") {
        if (location) child.refuse("stands in a <netcdf> that has a location of its own");
        if (aggregated) child.refuse("is the second one here; nest them in a union");
        aggregated = true;
        read_aggregation(child, {}, 0);
      } else if (name == "attribute") {
        read_attribute(child, "");
      } else if (name == "variable") {
        variables_.push_back(child);
      } else if (name == "remove") {
        read_remove(child, "");
      } else if (name == "dimension") {
        dimensions_.push_back(child);
      } else if (name != "readMetadata") {
        root.refuse_child(child);
      }
    }
    if (!aggregated) {
      if (!location) root.refuse("has neither a location nor an aggregation");
      made_.members.push_back({*location, "", {}, "", {}, root.line()});
    }
    for (const Element& one : variables_) read_variable(one);
    for (const Element& one : dimensions_) {
      if (!is_joined(one.needed("name")))
        one.refuse("of a dimension that files have is not supported");
    }
    if (made_.members.empty()) root.refuse("names no files");
    for (NcmlDocument::Member& member : made_.members) member.told.resize(made_.rule.joins->size());
    const bool any_told =
        std::any_of(made_.members.begin(), made_.members.end(), [](const auto& m) {
          return std::any_of(m.told.begin(), m.told.end(),
                             [](const auto& t) { return !t.empty(); });
        });
    if (!any_told) {
      for (NcmlDocument::Member& member : made_.members) member.told.clear();
    }
    return std::move(made_);
  }

 private:
  using Told = std::vector<std::string>;

  [[nodiscard]] bool is_joined(const std::string& name) const {
    return std::any_of(made_.rule.joins->begin(), made_.rule.joins->end(),
                       [&](const JoinedDimension& one) { return one.name == name; });
  }

  std::size_t joined(const std::string& dimension) {
    auto& joins = *made_.rule.joins;
    for (std::size_t j = 0; j < joins.size(); ++j) {
      if (joins[j].name == dimension) return j;
    }
    joins.push_back({dimension, "", ""});
    return joins.size() - 1;
  }

  void read_aggregation(const Element& element, const Told& told, int depth) {
    if (depth > kDeepest) element.refuse("is nested too deep");
    element.allow({"type", "dimName", "recheckEvery", "timeUnitsChange"});
    const std::string type = element.needed("type");
    std::optional<std::size_t> join;
    if (type == "joinExisting" || type == "joinNew") {
      join = joined(element.needed("dimName"));
    } else if (type != "union") {
      element.refuse(
          fmt::format("has the type '{}'; supported are joinExisting, joinNew and union", type));
    }
    const bool is_new = type == "joinNew";
    for (const Element& child : element.children()) {
      const std::string name = child.name();
      if (name == "netcdf") {
        read_member(child, told, join, is_new, depth);
      } else if (name == "scan") {
        read_scan(child, told, join, is_new);
      } else if (name == "variableAgg" && is_new) {
        child.allow({"name"});
        made_.rule.expanded.push_back(child.needed("name"));
      } else {
        element.refuse_child(child);
      }
    }
  }

  void read_member(const Element& element, Told told, std::optional<std::size_t> join, bool is_new,
                   int depth) {
    element.allow({"location", "coordValue", "ncoords", "id", "title"});
    const auto location = element.attribute("location");
    auto value = element.attribute("coordValue");
    if (value && !join) element.refuse("has a coordValue in a union");
    if (value && !is_new) std::replace(value->begin(), value->end(), ',', ' ');
    if (!value && is_new && location) {
      value = location->substr(location->rfind('/') + 1);  // as NcML says: its name
    }
    if (value) {
      told.resize(std::max(told.size(), *join + 1));
      told[*join] = *value;
    }
    bool aggregated = false;
    for (const Element& child : element.children()) {
      if (child.name() != "aggregation" || aggregated) element.refuse_child(child);
      if (location) child.refuse("stands in a <netcdf> that has a location of its own");
      aggregated = true;
      read_aggregation(child, told, depth + 1);
    }
    if (aggregated) {
      if (is_new && !value) element.refuse("needs a coordValue");
      return;
    }
    if (!location) element.refuse("needs a location");
    made_.members.push_back({*location, "", {}, "", std::move(told), element.line()});
  }

  void read_scan(const Element& element, const Told& told, std::optional<std::size_t> join,
                 bool is_new) {
    element.allow({"location", "suffix", "regExp", "subdirs", "dateFormatMark"});
    NcmlDocument::Member member;
    member.told = told;
    member.line = element.line();
    std::string folder = element.needed("location");
    while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
    const std::string subdirs = element.attribute("subdirs").value_or("true");
    if (subdirs != "true" && subdirs != "false") element.refuse("has subdirs that are no boolean");
    member.location =
        folder + (subdirs == "true" ? "/**/*" : "/*") + element.attribute("suffix").value_or("");
    member.regexp = element.attribute("regExp").value_or("");
    if (const auto mark = element.attribute("dateFormatMark")) {
      if (!join) element.refuse("has a dateFormatMark in a union");
      member.dates = pattern_of(*mark, element);
      member.by_name = join;
    } else if (is_new) {
      member.by_name = join;
    }
    made_.members.push_back(std::move(member));
  }

  void read_attribute(const Element& element, const std::string& variable) {
    element.allow({"name", "type", "value", "separator", "orgName", "isUnsigned"});
    for (const Element& child : element.children()) element.refuse_child(child);
    SchemaChange change;
    change.variable = variable;
    const std::string name = element.needed("name");
    if (const auto old = element.attribute("orgName")) {
      if (element.attribute("value")) element.refuse("has both orgName and value");
      change.kind = SchemaChange::Kind::RenameAttribute;
      change.name = name;
      change.old_name = *old;
      made_.changes.push_back(std::move(change));
      return;
    }
    change.kind = SchemaChange::Kind::SetAttribute;
    change.attribute = value_of(element, name);
    for (JoinedDimension& one : *made_.rule.joins) {  // before its positions can be read
      const auto* const text = std::get_if<std::string>(&change.attribute.value);
      if (name == "units" && one.name == variable && text != nullptr) one.units = *text;
    }
    made_.changes.push_back(std::move(change));
  }

  static Attribute value_of(const Element& element, const std::string& name) {
    const std::string text = element.attribute("value").value_or(element.text());
    std::string type = element.attribute("type").value_or("String");
    if (element.attribute("isUnsigned").value_or("false") == "true") type = "u" + type;
    if (type == "String" || type == "string" || type == "char") {
      return {name, ElementType::String, text};
    }
    struct Type {
      std::string_view name;
      ElementType type;
    };
    static constexpr Type kTypes[] = {
        {"byte", ElementType::Int8},     {"ubyte", ElementType::UInt8},
        {"short", ElementType::Int16},   {"ushort", ElementType::UInt16},
        {"int", ElementType::Int32},     {"uint", ElementType::UInt32},
        {"long", ElementType::Int64},    {"ulong", ElementType::UInt64},
        {"float", ElementType::Float32}, {"double", ElementType::Float64}};
    const auto found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                    [&](const Type& one) { return one.name == type; });
    if (found == std::end(kTypes)) element.refuse(fmt::format("has the type '{}'", type));
    std::string blanks = text;
    const std::string separator = element.attribute("separator").value_or(" ");
    for (char& c : blanks) {
      if (separator.find(c) != std::string::npos || c == ',') c = ' ';
    }
    std::istringstream in(blanks);
    std::vector<std::int64_t> integers;
    std::vector<std::uint64_t> naturals;
    std::vector<double> reals;
    const auto read = [&](const std::string& word, auto& list) {
      typename std::decay_t<decltype(list)>::value_type value{};
      const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
      if (error != std::errc() || end != word.data() + word.size()) {
        element.refuse(fmt::format("has the value '{}', which is no {}", word, type));
      }
      list.push_back(value);
    };
    for (std::string word; in >> word;) {
      if (is_float(found->type)) {
        read(word, reals);
      } else if (found->type == ElementType::UInt64) {
        read(word, naturals);
      } else {
        read(word, integers);
      }
    }
    if (integers.size() + naturals.size() + reals.size() == 0) element.refuse("has no value");
    if (found->type == ElementType::Float32) {
      for (double& real : reals) real = static_cast<double>(static_cast<float>(real));
    }
    if (is_float(found->type)) return {name, found->type, std::move(reals)};
    if (found->type == ElementType::UInt64) return {name, found->type, std::move(naturals)};
    return {name, found->type, std::move(integers)};
  }

  void read_variable(const Element& element) {
    const std::string name = element.needed("name");
    if (is_joined(name)) {
      element.allow({"name", "orgName", "type", "shape"});
    } else {
      element.allow({"name", "orgName"});
    }
    if (const auto old = element.attribute("orgName")) {
      made_.changes.push_back({SchemaChange::Kind::RenameVariable, name, {}, "", *old});
    }
    for (const Element& child : element.children()) {
      if (child.name() == "attribute") {
        read_attribute(child, name);
      } else if (child.name() == "remove") {
        read_remove(child, name);
      } else {
        element.refuse_child(child);
      }
    }
  }

  void read_remove(const Element& element, const std::string& variable) {
    element.allow({"name", "type"});
    const std::string name = element.needed("name"), type = element.needed("type");
    if (type == "attribute") {
      made_.changes.push_back({SchemaChange::Kind::RemoveAttribute, variable, {}, name, ""});
    } else if (type == "variable" && variable.empty()) {
      made_.changes.push_back({SchemaChange::Kind::RemoveVariable, name, {}, "", ""});
    } else {
      element.refuse(fmt::format("of type '{}' is not supported here", type));
    }
  }

  const std::string& name_;
  NcmlDocument made_;
  std::vector<Element> variables_, dimensions_;
};

[[noreturn]] void refuse(const std::string& name, std::size_t line, const std::string& why) {
  throw Error(ErrorKind::UnsupportedHolding, "", fmt::format("{}:{}: {}", name, line, why));
}

void ignore_error(void* /*context*/, xmlError* /*error*/) {}  // told by the parser's own record

}  // namespace

NcmlDocument parse_ncml(std::string_view text, const std::string& name) {
  if (text.size() > kMostBytes) refuse(name, 1, "it is longer than 64 MB");
  if (const auto doctype = text.find("<!DOCTYPE"); doctype != std::string_view::npos) {
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(doctype), '\n');
    refuse(name, static_cast<std::size_t>(line) + 1, "it has a DOCTYPE; leave it out");
  }
  static const bool kStarted = [] {
    xmlInitParser();
    return true;
  }();
  static_cast<void>(kStarted);
  const std::unique_ptr<xmlParserCtxt, FreeParser> parser(xmlNewParserCtxt());
  if (!parser) throw std::bad_alloc();
  parser->sax->serror = ignore_error;
  const std::unique_ptr<xmlDoc, FreeDocument> document(
      xmlCtxtReadMemory(parser.get(), text.data(), static_cast<int>(text.size()), nullptr, nullptr,
                        XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT |
                            XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES));
  if (!document || parser->wellFormed == 0) {
    const int line = parser->lastError.line;
    refuse(name, line > 0 ? static_cast<std::size_t>(line) : 1, "it is not well-formed XML");
  }
  const xmlNode* const root = xmlDocGetRootElement(document.get());
  if (root == nullptr || document->intSubset != nullptr) refuse(name, 1, "it is no NcML");
  if (root->ns != nullptr && text_of(root->ns->href) != kNamespace) {
    refuse(name, 1,
           fmt::format("its namespace is '{}' and not '{}'", text_of(root->ns->href), kNamespace));
  }
  return Reader(name).read(Element(root, name));
}

}  // namespace gyre::coverage::aggregation
