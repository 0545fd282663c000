#include "schemas/validator.h"

#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/framework/XMLGrammarPoolImpl.hpp>
#include <xercesc/parsers/SAX2XMLReaderImpl.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/XMLEntityResolver.hpp>
#include <xercesc/util/XMLResourceIdentifier.hpp>
#include <xercesc/util/XMLUni.hpp>

#include "schemas/catalog.h"
#include "schemas/xerces_text.h"

namespace gyre::schemas {
namespace {

constexpr std::size_t kMostProblems = 100;

constexpr std::array<std::string_view, 9> kServiceGrammars{
    "http://schemas.opengis.net/wcs/2.0/wcsAll.xsd",
    "http://schemas.opengis.net/gml/3.3/referenceableGrid.xsd",
    "http://schemas.opengis.net/wcs/crs/1.0/wcsCrs.xsd",
    "http://schemas.opengis.net/wcs/range-subsetting/1.0/wcsRsub.xsd",
    "http://schemas.opengis.net/wcs/scaling/1.0/wcsScal.xsd",
    "http://schemas.opengis.net/wcs/interpolation/1.0/wcsInt.xsd",
    "http://schemas.opengis.net/wms/1.3.0/capabilities_1_3_0.xsd",
    "http://schemas.opengis.net/wms/1.3.0/exceptions_1_3_0.xsd",
    "http://schemas.opengis.net/sld/1.1.0/sld_capabilities.xsd",
};

/// Xerces wants one initialisation before its first use; it is never ended, since modules and
/// threads may outlive whoever would end it.
void initialise_xerces() {
  static std::once_flag once;
  std::call_once(once, [] { xercesc::XMLPlatformUtils::Initialize(); });
}

std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// A file as an input that owns its bytes; its system id is the one file: address of that file,
/// however the including schema spelt it.
class OwnedInput : public xercesc::MemBufInputSource {
 public:
  OwnedInput(std::unique_ptr<std::string> bytes, const std::string& address)
      : MemBufInputSource(reinterpret_cast<const XMLByte*>(bytes->data()), bytes->size(),
                          to_xerces(address).c_str()),
        bytes_(std::move(bytes)) {}

 private:
  std::unique_ptr<std::string> bytes_;
};

std::unique_ptr<xercesc::InputSource> input_of(const std::string& path) {
  return std::make_unique<OwnedInput>(std::make_unique<std::string>(contents_of(path)),
                                      "file://" + path);
}

std::unique_ptr<xercesc::InputSource> empty_input(const std::string& address) {
  return std::make_unique<OwnedInput>(std::make_unique<std::string>(), address);
}

/// Hands out schema files by the catalog, and nothing else.
class CatalogResolver : public xercesc::XMLEntityResolver {
 public:
  CatalogResolver(const Catalog& catalog, std::vector<Problem>& problems)
      : catalog_(catalog), problems_(problems) {}

  xercesc::InputSource* resolveEntity(xercesc::XMLResourceIdentifier* wanted) override {
    const std::string reference = to_text(wanted->getSystemId());
    // An import without a location: the grammar is in the pool or is not known.
    if (reference.empty()) return nullptr;
    const std::string address = resolve_address(to_text(wanted->getBaseURI()), reference);
    if (const auto path = catalog_.file_for(address)) return input_of(*path).release();
    problems_.push_back({0, 0, "refused to fetch " + address + ": no schema of that address here"});
    return empty_input(address).release();
  }

 private:
  const Catalog& catalog_;
  std::vector<Problem>& problems_;
};

class ProblemCollector : public xercesc::DefaultHandler {
 public:
  explicit ProblemCollector(std::vector<Problem>& problems) : problems_(problems) {}
  void warning(const xercesc::SAXParseException& what) override { add(what); }
  void error(const xercesc::SAXParseException& what) override { add(what); }
  void fatalError(const xercesc::SAXParseException& what) override {
    add(what);
    throw xercesc::SAXParseException(what);
  }
  void startDTD(const XMLCh*, const XMLCh*, const XMLCh*) override {
    problems_.push_back({0, 0, "a DOCTYPE is not accepted"});
    throw xercesc::SAXException("DOCTYPE");
  }

 private:
  void add(const xercesc::SAXParseException& what) {
    if (problems_.size() >= kMostProblems) return;
    problems_.push_back({static_cast<std::size_t>(what.getLineNumber()),
                         static_cast<std::size_t>(what.getColumnNumber()),
                         to_text(what.getMessage())});
  }
  std::vector<Problem>& problems_;
};

std::unique_ptr<xercesc::SAX2XMLReaderImpl> make_reader(xercesc::XMLGrammarPool& pool,
                                                        bool cache_grammars) {
  using xercesc::XMLUni;
  auto reader = std::make_unique<xercesc::SAX2XMLReaderImpl>(
      xercesc::XMLPlatformUtils::fgMemoryManager, &pool);
  reader->setFeature(XMLUni::fgSAX2CoreNameSpaces, true);
  reader->setFeature(XMLUni::fgSAX2CoreValidation, true);
  reader->setFeature(XMLUni::fgXercesDynamic, false);
  reader->setFeature(XMLUni::fgXercesSchema, true);
  reader->setFeature(XMLUni::fgXercesSchemaFullChecking, false);
  reader->setFeature(XMLUni::fgXercesHandleMultipleImports, true);
  reader->setFeature(XMLUni::fgXercesUseCachedGrammarInParse, true);
  reader->setFeature(XMLUni::fgXercesCacheGrammarFromParse, cache_grammars);
  reader->setFeature(XMLUni::fgXercesLoadExternalDTD, false);
  // Nothing that the resolver does not hand out is opened by anybody else.
  reader->setFeature(XMLUni::fgXercesDisableDefaultEntityResolution, true);
  return reader;
}

}  // namespace

std::span<const std::string_view> service_grammars() { return kServiceGrammars; }

struct Validator::State {
  explicit State(const std::string& schema_root) : catalog(Catalog::read(schema_root)) {}
  Catalog catalog;
  std::unique_ptr<xercesc::XMLGrammarPoolImpl> pool;
};

Validator::Validator(const std::string& schema_root, std::span<const std::string_view> grammars) {
  initialise_xerces();
  state_ = std::make_unique<State>(schema_root);
  state_->pool = std::make_unique<xercesc::XMLGrammarPoolImpl>();
  for (const std::string_view address : grammars) {
    const auto path = state_->catalog.file_for(address);
    if (!path) {
      throw std::runtime_error("no schema " + std::string(address) + " in " + schema_root +
                               ": install the schemas with schemas/install");
    }
    std::vector<Problem> problems;
    CatalogResolver resolver(state_->catalog, problems);
    ProblemCollector collector(problems);
    const auto reader = make_reader(*state_->pool, true);
    reader->setXMLEntityResolver(&resolver);
    reader->setErrorHandler(&collector);
    try {
      reader->loadGrammar(*input_of(*path), xercesc::Grammar::SchemaGrammarType, true);
    } catch (const xercesc::SAXException&) {
      // Its text is among the problems already.
    }
    if (!problems.empty()) {
      throw std::runtime_error("cannot load " + std::string(address) + ": line " +
                               std::to_string(problems.front().line) + ": " +
                               problems.front().text);
    }
  }
  state_->pool->lockPool();
}

Validator::~Validator() = default;

std::vector<Problem> Validator::validate(std::string_view document) const {
  // Xerces completes shared grammars while it validates (the automaton of a type when it is first
  // met, and more): two threads at once would each do so.
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  std::vector<Problem> problems;
  CatalogResolver resolver(state_->catalog, problems);
  ProblemCollector collector(problems);
  const auto reader = make_reader(*state_->pool, false);
  reader->setXMLEntityResolver(&resolver);
  reader->setErrorHandler(&collector);
  reader->setLexicalHandler(&collector);
  const xercesc::MemBufInputSource input(reinterpret_cast<const XMLByte*>(document.data()),
                                         document.size(), to_xerces("document").c_str());
  try {
    reader->parse(input);
  } catch (const xercesc::SAXException& error) {
    if (problems.empty()) problems.push_back({0, 0, to_text(error.getMessage())});
  } catch (const xercesc::XMLException& error) {
    problems.push_back({0, 0, to_text(error.getMessage())});
  }
  return problems;
}

}  // namespace gyre::schemas
