#include "coverage/index/shared_parts.h"

#include "coverage/index/record_parts.h"

namespace gyre::coverage {

std::string_view checked_blob(const IndexSegment& segment, std::uint32_t blob) {
  const std::string_view bytes = segment.blob(blob);
  if (fingerprint_of(bytes) != segment.fingerprint(blob)) {
    throw Error(ErrorKind::MalformedHolding, "", "the index is damaged: a part has changed");
  }
  return bytes;
}

template <typename T, typename Make>
std::shared_ptr<const T> SharedParts::shared(Known<T>& known, const IndexSegment& segment,
                                             std::uint32_t blob, const Make& make) {
  // Sharing what one holding has alone would fill the table with a hundred thousand times.
  if (segment.holders(blob) < 2 && !std::is_same_v<T, HoldingSchema>) {
    return std::make_shared<const T>(make());
  }
  const Fingerprint key = segment.fingerprint(blob);
  {
    const std::lock_guard lock(mutex_);
    const auto found = known.parts.find(key);
    if (found != known.parts.end()) {
      if (auto alive = found->second.lock()) return alive;
    }
  }
  auto made = std::make_shared<const T>(make());
  const std::lock_guard lock(mutex_);
  if (known.parts.size() >= known.purge_at) {
    std::erase_if(known.parts, [](const auto& one) { return one.second.expired(); });
    known.purge_at = std::max<std::size_t>(1024, 2 * known.parts.size());
  }
  auto& slot = known.parts[key];
  if (auto meanwhile = slot.lock()) return meanwhile;
  slot = made;
  return made;
}

std::shared_ptr<const HoldingSchema> SharedParts::structure(const IndexSegment& segment,
                                                            std::uint32_t blob) {
  return shared(structures_, segment, blob, [&] { return segment.structure(blob); });
}

std::shared_ptr<const RawBlock> SharedParts::block(const IndexSegment& segment,
                                                   std::uint32_t blob) {
  return shared(blocks_, segment, blob, [&] {
    ByteReader in(checked_blob(segment, blob));
    return block_from(in);
  });
}

std::shared_ptr<const std::vector<std::string>> SharedParts::texts(const IndexSegment& segment,
                                                                   std::uint32_t blob) {
  return shared(texts_, segment, blob, [&] {
    ByteReader in(checked_blob(segment, blob));
    return texts_from(in);
  });
}

}  // namespace gyre::coverage
