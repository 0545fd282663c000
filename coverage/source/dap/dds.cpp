#include "coverage/source/dap/dds.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/dap/dap_text.h"
#include "coverage/source/describe_limits.h"

namespace gyre::coverage::dap {
namespace {

using Kind = DapText::Token::Kind;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text, "DDS", "{}[];=") {}

  Dds run() {
    Dds dds;
    if (!same_word(text_.peek().text, "Dataset")) text_.refuse_next("'Dataset'");
    text_.take();
    text_.expect('{');
    dds.members = declarations(0);
    text_.expect('}');
    while (text_.peek().kind == Kind::Word || text_.peek().kind == Kind::Quoted) {  // with blanks
      dds.name += (dds.name.empty() ? "" : " ") + text_.take().text;
    }
    text_.expect(';');
    if (text_.peek().kind != Kind::End) text_.refuse_next("the end");
    return dds;
  }

 private:
  std::vector<DapDeclaration> declarations(std::size_t depth) {
    std::vector<DapDeclaration> found;
    while (text_.peek().kind == Kind::Word && !is_maps()) found.push_back(declaration(depth));
    return found;
  }

  DapDeclaration declaration(std::size_t depth) {
    if (depth > DescribeLimits::kGroupDepth) text_.refuse("structures are nested deeper than that");
    if (++count_ > DescribeLimits::kVariables) {
      text_.refuse(fmt::format("more than {} variables are declared", DescribeLimits::kVariables));
    }
    const auto type = type_named(text_.peek().text);
    if (!type) text_.refuse_next("a type of DAP2");
    text_.take();
    DapDeclaration one;
    one.type = *type;
    if (one.type == DapType::Grid) {
      members_of_grid(one, depth);
    } else if (!one.is_simple()) {
      text_.expect('{');
      one.members = declarations(depth + 1);
      text_.expect('}');
    }
    one.name = text_.name("a name");
    while (text_.peek().is('[')) one.dimensions.push_back(dimension());
    if (one.dimensions.size() > kMostDimensions) text_.refuse("that are too many dimensions");
    text_.expect(';');
    return one;
  }

  void members_of_grid(DapDeclaration& grid, std::size_t depth) {
    text_.expect('{');
    heading("Array");
    grid.members.push_back(declaration(depth + 1));
    if (!grid.members[0].is_simple()) text_.refuse("the array of a Grid is no array");
    if (!is_maps()) text_.refuse_next("'Maps:'");
    heading("Maps");
    for (DapDeclaration& map : declarations(depth + 1)) {
      if (!map.is_simple()) text_.refuse("a map of a Grid is no array");
      grid.members.push_back(std::move(map));
    }
    text_.expect('}');
  }

  /// "Array:" or "Array :".
  void heading(const std::string& word) {
    const std::string found = text_.peek().kind == Kind::Word ? text_.peek().text : "";
    if (same_word(found, word + ":")) {
      text_.take();
    } else if (same_word(found, word)) {
      text_.take();
      if (text_.peek().text != ":") text_.refuse_next("':'");
      text_.take();
    } else {
      text_.refuse_next("'" + word + ":'");
    }
  }

  [[nodiscard]] bool is_maps() const {
    return same_word(text_.peek().text, "Maps:") || same_word(text_.peek().text, "Maps");
  }

  DapDimension dimension() {
    text_.expect('[');
    DapDimension one;
    std::string word = text_.name("a dimension");
    if (text_.peek().is('=')) {
      text_.take();
      one.name = std::move(word);
      word = text_.name("the size of a dimension");
    }
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, one.size);
    constexpr std::size_t kMostSize = 0x7fffffff;  // DAP2 counts in signed 32 bits
    if (error != std::errc() || stop != end || one.size > kMostSize) {
      text_.refuse("the size of a dimension is no number that DAP2 can hold");
    }
    text_.expect(']');
    return one;
  }

  static constexpr std::size_t kMostDimensions = 32;
  DapText text_;
  std::size_t count_ = 0;
};

}  // namespace

std::optional<DapType> type_named(std::string_view word) {
  struct Named {
    const char* name;
    DapType type;
  };
  constexpr std::array kTypes{
      Named{"Byte", DapType::Byte},       Named{"Int16", DapType::Int16},
      Named{"UInt16", DapType::UInt16},   Named{"Int32", DapType::Int32},
      Named{"UInt32", DapType::UInt32},   Named{"Float32", DapType::Float32},
      Named{"Float64", DapType::Float64}, Named{"String", DapType::String},
      Named{"Url", DapType::Url},         Named{"Structure", DapType::Structure},
      Named{"Grid", DapType::Grid},       Named{"Sequence", DapType::Sequence},
  };
  for (const Named& one : kTypes) {
    if (same_word(word, one.name)) return one.type;
  }
  return std::nullopt;
}

Dds parse_dds(std::string_view text) {
  if (is_dap_error(text)) {
    throw Error(ErrorKind::MalformedHolding, "", "its server answers with an error of DAP");
  }
  return Parser(text).run();
}

bool is_dap_error(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  if (!text.starts_with("Error")) return false;
  text.remove_prefix(5);
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.starts_with('{');
}

std::string words_of_dap_error(std::string_view text) {
  constexpr std::size_t kMost = 300;
  std::string words;
  for (const char c : text.substr(0, kMost)) {
    if (c >= ' ' && c < '\x7f') {
      words += c;
    } else if (!words.ends_with(' ')) {
      words += ' ';
    }
  }
  return words;
}

}  // namespace gyre::coverage::dap
