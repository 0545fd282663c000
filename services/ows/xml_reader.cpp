#include "services/ows/xml_reader.h"

#include <climits>
#include <memory>

#include <fmt/format.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "services/http/text.h"
#include "services/ows/exception.h"
#include "services/ows/libxml.h"

namespace gyre::ows {
namespace {

std::string to_string(const xmlChar* text) {
  return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

/// What the callbacks below fill. The first thing that is wrong ends the parse; it is thrown when
/// libxml2 has returned, because no exception may cross it.
struct Builder {
  XmlLimits limits;
  xmlParserCtxt* parser = nullptr;
  XmlElement document;  ///< its one child is the root
  std::vector<XmlElement*> open{&document};
  std::size_t elements = 0;
  std::string wrong, where;

  void refuse(const std::string& text, const std::string& locator) {
    if (wrong.empty()) {
      wrong = text;
      where = locator;
    }
    xmlStopParser(parser);
  }
};

Builder& builder_of(void* context) {
  return *static_cast<Builder*>(static_cast<xmlParserCtxt*>(context)->_private);
}

/// Runs a callback's body; whatever it throws (no memory) ends the parse.
template <class Body>
void guarded(void* context, const Body& body) noexcept {
  Builder& builder = builder_of(context);
  try {
    if (builder.wrong.empty()) body(builder);
  } catch (...) {
    builder.wrong.assign("too large");  // short: needs no memory
    xmlStopParser(builder.parser);
  }
}

void on_doctype(void* context, const xmlChar* name, const xmlChar* /*public_id*/,
                const xmlChar* /*system_id*/) {
  guarded(context, [&](Builder& builder) {
    builder.refuse("A request must not have a DOCTYPE; leave it out.",
                   "DOCTYPE " + http::printable_utf8(to_string(name)));
  });
}

void on_start(void* context, const xmlChar* name, const xmlChar* /*prefix*/,
              const xmlChar* namespace_uri, int /*namespaces*/, const xmlChar** /*declared*/,
              int attributes, int /*defaulted*/, const xmlChar** attribute) {
  guarded(context, [&](Builder& builder) {
    XmlElement element;
    element.name = to_string(name);
    element.namespace_uri = to_string(namespace_uri);
    if (builder.open.size() > builder.limits.depth ||
        ++builder.elements > builder.limits.elements) {
      builder.refuse(fmt::format("The request has more than {} elements, or nests them more than "
                                 "{} deep.",
                                 builder.limits.elements, builder.limits.depth),
                     element.name);
      return;
    }
    for (int i = 0; i < attributes; ++i) {
      const xmlChar** const parts = attribute + 5 * static_cast<std::ptrdiff_t>(i);
      element.attributes.push_back({to_string(parts[2]), to_string(parts[0]),
                                    std::string(reinterpret_cast<const char*>(parts[3]),
                                                reinterpret_cast<const char*>(parts[4]))});
    }
    XmlElement& parent = *builder.open.back();
    parent.children.push_back(std::move(element));
    builder.open.push_back(&parent.children.back());
  });
}

void on_end(void* context, const xmlChar* /*name*/, const xmlChar* /*prefix*/,
            const xmlChar* /*namespace_uri*/) {
  guarded(context, [](Builder& builder) { builder.open.pop_back(); });
}

void on_text(void* context, const xmlChar* text, int length) {
  guarded(context, [&](Builder& builder) {
    builder.open.back()->text.append(reinterpret_cast<const char*>(text),
                                     static_cast<std::size_t>(length));
  });
}

void on_error(void* context, xmlError* error) {
  if (error == nullptr || error->level < XML_ERR_ERROR) return;
  guarded(context, [&](Builder& builder) {
    builder.refuse(
        fmt::format("The request is not well-formed XML (line {}).", error->line),
        builder.open.size() > 1 ? builder.open.back()->name : fmt::format("line {}", error->line));
  });
}

struct FreeParser {
  void operator()(xmlParserCtxt* parser) const {
    if (parser->myDoc != nullptr) xmlFreeDoc(parser->myDoc);
    xmlFreeParserCtxt(parser);
  }
};

[[noreturn]] void refuse(const std::string& text, const std::string& locator) {
  throw Exception("InvalidEncodingSyntax", locator, 400, text);
}

}  // namespace

std::optional<std::string> XmlElement::attribute(std::string_view local_name) const {
  for (const Attribute& one : attributes) {
    if (one.name == local_name && one.namespace_uri.empty()) return one.value;
  }
  return std::nullopt;
}

const XmlElement* XmlElement::child(std::string_view local_name) const {
  for (const XmlElement& one : children) {
    if (one.name == local_name) return &one;
  }
  return nullptr;
}

std::vector<const XmlElement*> XmlElement::all(std::string_view local_name) const {
  std::vector<const XmlElement*> found;
  for (const XmlElement& one : children) {
    if (one.name == local_name) found.push_back(&one);
  }
  return found;
}

std::string XmlElement::trimmed_text() const { return std::string(http::trimmed(text)); }

XmlElement parse_xml(std::string_view document, const XmlLimits& limits) {
  if (document.size() > limits.bytes || document.size() > INT_MAX) {
    refuse(fmt::format("The request is longer than {} bytes.", limits.bytes), "body");
  }
  if (http::trimmed(document).empty()) refuse("The request has no body.", "body");

  start_libxml();
  xmlSAXHandler handler{};
  handler.initialized = XML_SAX2_MAGIC;
  handler.startElementNs = on_start;
  handler.endElementNs = on_end;
  handler.characters = on_text;
  handler.ignorableWhitespace = on_text;
  handler.cdataBlock = on_text;
  handler.internalSubset = on_doctype;
  handler.serror = on_error;

  const std::unique_ptr<xmlParserCtxt, FreeParser> parser(
      xmlCreatePushParserCtxt(&handler, nullptr, nullptr, 0, nullptr));
  if (!parser) throw std::bad_alloc();
  Builder builder;
  builder.limits = limits;
  builder.parser = parser.get();
  parser->_private = &builder;
  xmlCtxtUseOptions(parser.get(), XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);

  // In pieces, so that a refusal ends the work early whatever the length.
  constexpr std::size_t kPiece = 16384;
  for (std::string_view rest = document; !rest.empty() && builder.wrong.empty();) {
    const std::string_view piece = rest.substr(0, kPiece);
    if (xmlParseChunk(parser.get(), piece.data(), static_cast<int>(piece.size()), 0) != 0) break;
    rest.remove_prefix(piece.size());
  }
  if (builder.wrong.empty()) xmlParseChunk(parser.get(), nullptr, 0, 1);
  if (!builder.wrong.empty()) refuse(builder.wrong, builder.where);
  if (parser->wellFormed == 0 || builder.document.children.size() != 1) {
    refuse("The request is not well-formed XML.", "body");
  }
  return std::move(builder.document.children.front());
}

}  // namespace gyre::ows
