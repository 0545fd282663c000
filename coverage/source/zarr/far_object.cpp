#include "coverage/source/zarr/far_object.h"

#include <algorithm>
#include <cstring>

namespace gyre::coverage {

using Part = WantedBytes::Part;

bool FarObject::put(const WantedBytes& asked, FetchedBytes found) {
  const bool same = !fetched_ || (present_ == found.present &&
                                  (version_ == found.version || found.version.empty()));
  fetched_ = true;
  present_ = found.present;
  version_ = found.version;
  total_ = found.total;
  parts_.push_back(asked);
  if (!present_) return same;
  switch (asked.part) {
    case Part::Whole:
      whole_ = std::move(found.bytes);
      break;
    case Part::End:
      tails_[asked.size] = std::move(found.bytes);
      break;
    case Part::Range:
      ranges_[asked.offset] = std::move(found.bytes);
      break;
  }
  return same;
}

void FarObject::want(Part part, std::uint64_t offset, std::uint64_t size) const {
  const bool noted = std::any_of(wanted_.begin(), wanted_.end(), [&](const WantedBytes& one) {
    return one.part == part && one.offset == offset && one.size == size;
  });
  if (!noted) wanted_.push_back({key_, part, offset, size});
  throw NotYetThere{};
}

std::uint64_t FarObject::size() const {
  if (!fetched_) want(Part::End, 0, 1);
  return total_;
}

void FarObject::read(std::uint64_t offset, std::span<std::byte> into) const {
  if (into.empty()) return;
  auto found = ranges_.upper_bound(offset);
  if (found != ranges_.begin()) {
    --found;
    const std::uint64_t within = offset - found->first;
    if (within + into.size() <= found->second.size()) {
      std::memcpy(into.data(), found->second.data() + within, into.size());
      return;
    }
  }
  want(Part::Range, offset, into.size());
}

Bytes FarObject::all(std::uint64_t limit) const {
  if (!whole_) want(Part::Whole, 0, limit);
  return *whole_;
}

Bytes FarObject::head(std::size_t size) const {
  if (fetched_ && present_ && total_ < size) return ByteSource::head(size);
  Bytes bytes(size);
  read(0, bytes);
  return bytes;
}

Bytes FarObject::tail(std::size_t size) const {
  const auto found = tails_.find(size);
  if (found == tails_.end()) want(Part::End, 0, size);
  return found->second;
}

}  // namespace gyre::coverage
