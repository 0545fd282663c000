#include "services/ows/xml_writer.h"

#include <new>

#include <libxml/xmlwriter.h>

#include "services/http/text.h"
#include "services/ows/libxml.h"

namespace gyre::ows {
namespace {

const xmlChar* as_xml(const std::string& text) {
  return reinterpret_cast<const xmlChar*>(text.c_str());
}

/// Writing to memory fails for want of memory only.
void check(int result) {
  if (result < 0) throw std::bad_alloc();
}

xmlBuffer* new_buffer() {
  start_libxml();
  return xmlBufferCreate();
}

struct FreeBuffer {
  void operator()(xmlBuffer* buffer) const { xmlBufferFree(buffer); }
};
struct FreeWriter {
  void operator()(xmlTextWriter* writer) const { xmlFreeTextWriter(writer); }
};

}  // namespace

struct XmlWriter::Impl {
  std::unique_ptr<xmlBuffer, FreeBuffer> buffer{new_buffer()};
  std::unique_ptr<xmlTextWriter, FreeWriter> writer;
  std::size_t depth = 0;
};

XmlWriter::XmlWriter(Kind kind) : impl_(std::make_unique<Impl>()) {
  if (!impl_->buffer) throw std::bad_alloc();
  impl_->writer.reset(xmlNewTextWriterMemory(impl_->buffer.get(), 0));
  if (!impl_->writer) throw std::bad_alloc();
  check(xmlTextWriterSetIndent(impl_->writer.get(), 1));
  check(xmlTextWriterSetIndentString(impl_->writer.get(), as_xml("  ")));
  if (kind == Kind::Document) {
    check(xmlTextWriterStartDocument(impl_->writer.get(), "1.0", "UTF-8", nullptr));
  }
}

XmlWriter::~XmlWriter() = default;
XmlWriter::XmlWriter(XmlWriter&&) noexcept = default;
XmlWriter& XmlWriter::operator=(XmlWriter&&) noexcept = default;

XmlWriter& XmlWriter::start(std::string_view element) {
  check(xmlTextWriterStartElement(impl_->writer.get(), as_xml(std::string(element))));
  ++impl_->depth;
  return *this;
}

XmlWriter& XmlWriter::attribute(std::string_view name, std::string_view value) {
  check(xmlTextWriterWriteAttribute(impl_->writer.get(), as_xml(std::string(name)),
                                    as_xml(http::printable_utf8(value))));
  return *this;
}

XmlWriter& XmlWriter::text(std::string_view text) {
  check(xmlTextWriterWriteString(impl_->writer.get(), as_xml(http::printable_utf8(text))));
  return *this;
}

XmlWriter& XmlWriter::raw(std::string_view xml) {
  check(xmlTextWriterWriteRawLen(impl_->writer.get(), reinterpret_cast<const xmlChar*>(xml.data()),
                                 static_cast<int>(xml.size())));
  return *this;
}

XmlWriter& XmlWriter::end() {
  check(xmlTextWriterEndElement(impl_->writer.get()));
  --impl_->depth;
  return *this;
}

XmlWriter& XmlWriter::element(std::string_view name, std::string_view content) {
  start(name);
  if (!content.empty()) text(content);
  return end();
}

std::string XmlWriter::take() {
  while (impl_->depth > 0) end();
  check(xmlTextWriterFlush(impl_->writer.get()));
  const auto* const bytes = reinterpret_cast<const char*>(xmlBufferContent(impl_->buffer.get()));
  return {bytes, static_cast<std::size_t>(xmlBufferLength(impl_->buffer.get()))};
}

}  // namespace gyre::ows
