#pragma once

#include <array>
#include <mutex>
#include <string>
#include <string_view>

#include "coverage/base/export.h"
#include "services/http/content_coding.h"

namespace gyre::http {

/// A body that is sent again and again: its bytes, what they are packed by each coding, and the
/// entity tag of each. Packed once, when somebody first wants that coding. Thread-safe.
class GYRE_API Document {
 public:
  explicit Document(std::string text);

  [[nodiscard]] const std::string& text() const { return text_; }
  /// The coding it is sent by where `wanted` is acceptable: identity where packing gains too little
  /// (less than half of it) or it is short.
  [[nodiscard]] Coding coding(Coding wanted) const;
  /// @pre coding(coding) == coding
  [[nodiscard]] const std::string& bytes(Coding coding) const;
  /// Strong: packing is deterministic. Source: RFC 9110 8.8.3.3.
  [[nodiscard]] std::string tag(Coding coding) const;
  /// What it holds at most, packed in every way.
  [[nodiscard]] std::size_t size_bytes() const { return 2 * text_.size() + sizeof(*this); }

 private:
  struct Packed {
    std::once_flag once;
    std::string bytes;  ///< empty: not worth it
  };
  [[nodiscard]] const Packed& packed(Coding coding) const;

  std::string text_;
  std::string tag_;
  mutable std::array<Packed, 2> packed_;
};

}  // namespace gyre::http
