#include "coverage/source/dap/das.h"

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/dap/dap_text.h"
#include "coverage/source/describe_limits.h"

namespace gyre::coverage::dap {
namespace {

using Kind = DapText::Token::Kind;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text, "DAS", "{};,") {}

  Das run() {
    if (!same_word(text_.peek().text, "Attributes")) text_.refuse_next("'Attributes'");
    text_.take();
    text_.expect('{');
    content_of(das_.root, 0);
    text_.expect('}');
    while (text_.peek().is(';')) text_.take();
    if (text_.peek().kind != Kind::End) text_.refuse_next("the end");
    return std::move(das_);
  }

 private:
  void content_of(DasContainer& container, std::size_t depth) {
    if (depth > DescribeLimits::kGroupDepth) text_.refuse("containers are nested deeper than that");
    for (;;) {
      while (text_.peek().is(';')) text_.take();
      if (text_.peek().is('}')) return;
      const std::string word = text_.name("an attribute, a container or '}'");
      if (text_.peek().is('{')) {
        if (++containers_ > kMostContainers) text_.refuse("that are too many containers");
        text_.take();
        container.containers.push_back({word, {}, {}});
        content_of(container.containers.back(), depth + 1);
        text_.expect('}');
      } else {
        attribute(container, word);
      }
    }
  }

  void attribute(DasContainer& container, const std::string& type) {
    constexpr std::size_t kOfWord = 8;  // what holding a short one takes besides, roughly
    DasAttribute one;
    one.name = text_.name("the name of an attribute");
    std::size_t bytes = 0;
    while (!text_.peek().is(';')) {
      if (text_.peek().kind == Kind::End || text_.peek().kind == Kind::Punctuation) {
        text_.refuse_next("a value or ';'");
      }
      one.values.push_back(text_.take().text);
      bytes += one.values.back().size() + kOfWord;
      if (text_.peek().is(',')) text_.take();
    }
    text_.expect(';');
    if (same_word(type, "Alias")) return;
    const std::string where =
        container.name.empty() ? one.name : fmt::format("{}:{}", container.name, one.name);
    const auto known = type_named(type);
    if (!known || *known >= DapType::Structure) {
      remark(fmt::format("attribute '{}' has a type that DAP2 does not know", where));
    } else if (bytes > DescribeLimits::kAttributeBytes) {
      remark(fmt::format("attribute '{}' is longer than 4 MB", where));
    } else {
      if (container.attributes.size() >= DescribeLimits::kAttributes) {
        text_.refuse(fmt::format("'{}' has more than {} attributes", container.name,
                                 DescribeLimits::kAttributes));
      }
      one.type = *known;
      container.attributes.push_back(std::move(one));
    }
  }

  void remark(std::string words) {
    constexpr std::size_t kMostRemarks = 100;
    if (das_.remarks.size() < kMostRemarks) das_.remarks.push_back(std::move(words));
  }

  static constexpr std::size_t kMostContainers = 4 * DescribeLimits::kVariables;
  DapText text_;
  Das das_;
  std::size_t containers_ = 0;
};

}  // namespace

Das parse_das(std::string_view text) {
  if (is_dap_error(text)) {
    throw Error(ErrorKind::MalformedHolding, "", "its server answers with an error of DAP");
  }
  return Parser(text).run();
}

}  // namespace gyre::coverage::dap
