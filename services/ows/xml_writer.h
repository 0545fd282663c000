#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "coverage/base/export.h"

namespace gyre::ows {

/// Writes XML 1.0 in UTF-8, indented, escaping what must be. What XML cannot hold (control
/// characters, invalid UTF-8 of a file's attribute) becomes U+FFFD, so that the answer is always
/// well-formed. Names are ours and are written as given.
class GYRE_API XmlWriter {
 public:
  /// A document begins with the XML declaration; a fragment is put into a document by raw().
  enum class Kind { Document, Fragment };
  explicit XmlWriter(Kind kind = Kind::Document);
  ~XmlWriter();
  XmlWriter(XmlWriter&&) noexcept;
  XmlWriter& operator=(XmlWriter&&) noexcept;

  XmlWriter& start(std::string_view element);
  /// Of the element just started. @pre nothing but attributes was written since start()
  XmlWriter& attribute(std::string_view name, std::string_view value);
  XmlWriter& text(std::string_view text);
  /// Well-formed XML, put in as it is.
  XmlWriter& raw(std::string_view xml);
  XmlWriter& end();
  /// start, text, end.
  XmlWriter& element(std::string_view name, std::string_view text = {});

  /// The text, all open elements closed. The writer is spent.
  [[nodiscard]] std::string take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gyre::ows
