#include "services/http/document.h"

#include "services/http/entity_tag.h"

namespace gyre::http {

Document::Document(std::string text) : text_(std::move(text)), tag_(strong_tag(text_)) {
  text_.shrink_to_fit();
}

const Document::Packed& Document::packed(Coding coding) const {
  Packed& one = packed_[coding == Coding::Gzip ? 0 : 1];
  std::call_once(one.once, [&] {
    std::string bytes = encode(text_, coding);
    if (bytes.size() > text_.size() / 2) return;
    bytes.shrink_to_fit();
    one.bytes = std::move(bytes);
  });
  return one;
}

Coding Document::coding(Coding wanted) const {
  constexpr std::size_t kShort = 1000;  // a packet has room for it
  if (wanted == Coding::Identity || text_.size() < kShort) return Coding::Identity;
  return packed(wanted).bytes.empty() ? Coding::Identity : wanted;
}

const std::string& Document::bytes(Coding coding) const {
  return coding == Coding::Identity ? text_ : packed(coding).bytes;
}

std::string Document::tag(Coding coding) const {
  if (coding == Coding::Identity) return tag_;
  return tag_.substr(0, tag_.size() - 1) + "-" + std::string(coding_name(coding)) + "\"";
}

}  // namespace gyre::http
