#include "schemas/catalog.h"

#include <filesystem>
#include <stdexcept>

#include <xercesc/sax2/Attributes.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/sax2/SAX2XMLReader.hpp>
#include <xercesc/sax2/XMLReaderFactory.hpp>
#include <xercesc/util/XMLString.hpp>

#include "schemas/xerces_text.h"

namespace gyre::schemas {
namespace {

class RewriteReader : public xercesc::DefaultHandler {
 public:
  std::vector<std::pair<std::string, std::string>> found;

  void startElement(const XMLCh*, const XMLCh* name, const XMLCh*,
                    const xercesc::Attributes& attributes) override {
    if (to_text(name) != "rewriteURI") return;
    const std::string start = to_text(attributes.getValue(to_xerces("uriStartString").c_str()));
    const std::string prefix = to_text(attributes.getValue(to_xerces("rewritePrefix").c_str()));
    if (!start.empty()) found.emplace_back(start, prefix);
  }
};

/// "http://host" of an absolute address, "file://" of a file address; empty for a relative one.
std::string_view authority_of(std::string_view address) {
  const auto colon = address.find("://");
  if (colon == std::string_view::npos) return {};
  const auto slash = address.find('/', colon + 3);
  return address.substr(0, slash);
}

std::string without_dots(std::string_view path) {
  std::vector<std::string_view> kept;
  std::size_t at = 0;
  while (at <= path.size()) {
    const auto slash = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, slash - at);
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (segment != "." && !segment.empty()) {
      kept.push_back(segment);
    }
    at = slash + 1;
  }
  std::string result;
  for (const std::string_view segment : kept) {
    result += '/';
    result += segment;
  }
  return result.empty() ? "/" : result;
}

}  // namespace

Catalog Catalog::read(const std::string& root) {
  Catalog catalog;
  std::error_code missing;
  catalog.root_ = std::filesystem::canonical(root, missing).string();
  const std::string path = catalog.root_ + "/catalog.xml";
  if (missing || !std::filesystem::is_regular_file(path)) {
    throw std::runtime_error("no catalog.xml in the schema folder " + root +
                             ": make one with schemas/install");
  }
  RewriteReader reader;
  const std::unique_ptr<xercesc::SAX2XMLReader> parser(
      xercesc::XMLReaderFactory::createXMLReader());
  parser->setContentHandler(&reader);
  parser->setErrorHandler(&reader);
  parser->setFeature(xercesc::XMLUni::fgXercesLoadExternalDTD, false);
  try {
    parser->parse(to_xerces(path).c_str());
  } catch (const xercesc::SAXException& error) {
    throw std::runtime_error(path + ": " + to_text(error.getMessage()));
  }
  catalog.prefixes_ = std::move(reader.found);
  if (catalog.prefixes_.empty()) throw std::runtime_error(path + ": no rewriteURI entry in it");
  return catalog;
}

std::optional<std::string> Catalog::file_for(std::string_view address) const {
  std::string path;
  if (address.starts_with("file://")) {
    path = address.substr(7);
  } else {
    std::size_t longest = 0;
    for (const auto& [start, folder] : prefixes_) {
      if (start.size() <= longest || !address.starts_with(start)) continue;
      longest = start.size();
      path = root_ + '/' + folder + std::string(address.substr(start.size()));
    }
    if (longest == 0) return std::nullopt;
  }
  path = without_dots(path.substr(0, path.find('#')));
  if (!path.starts_with(root_ + '/') || !std::filesystem::is_regular_file(path)) {
    return std::nullopt;
  }
  return path;
}

std::string resolve_address(std::string_view base, std::string_view reference) {
  std::string_view authority = authority_of(reference);
  std::string path;
  if (!authority.empty()) {
    path = reference.substr(authority.size());
  } else {
    authority = authority_of(base);
    const std::string_view base_path = base.substr(authority.size());
    path = reference.starts_with('/') ? std::string(reference)
                                      : std::string(base_path.substr(0, base_path.rfind('/') + 1)) +
                                            std::string(reference);
  }
  return std::string(authority) + without_dots(path);
}

}  // namespace gyre::schemas
