#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "coverage/base/export.h"
#include "coverage/index/holding_record.h"
#include "coverage/index/segment_format.h"

namespace gyre::coverage {

/// A segment, mapped into memory (or built there). Every offset is checked before it is followed.
class GYRE_API IndexSegment {
 public:
  /// @throws Error{MalformedHolding} when it is none, of another version, or cut short
  explicit IndexSegment(const std::string& path);
  struct InMemory {
    std::string bytes;
  };
  explicit IndexSegment(InMemory memory);
  ~IndexSegment();
  IndexSegment(const IndexSegment&) = delete;
  IndexSegment& operator=(const IndexSegment&) = delete;

  /// A record where it lies.
  struct View {
    const segment::Record* record = nullptr;
    std::span<const segment::Hash> hashes;
    std::span<const segment::Part> values, texts, layouts;
    std::span<const std::uint32_t> attributes;
    std::string_view path;
  };

  [[nodiscard]] std::size_t records() const { return header().records; }
  [[nodiscard]] std::uint64_t bytes() const { return size_; }
  /// @throws Error{MalformedHolding} when it is damaged. @pre index < records()
  [[nodiscard]] View record(std::size_t index) const;
  /// Of a record, without the rest of it; empty when it is damaged.
  [[nodiscard]] std::string_view path(std::size_t index) const;
  /// Is the record as it was written?
  [[nodiscard]] static bool intact(const View& view);
  /// @throws Error{MalformedHolding} for a number that is none
  [[nodiscard]] std::string_view blob(std::uint32_t number) const;
  [[nodiscard]] Fingerprint fingerprint(std::uint32_t number) const;
  [[nodiscard]] std::uint32_t holders(std::uint32_t number) const { return entry(number).holders; }
  [[nodiscard]] std::uint32_t blobs() const { return header().blobs; }
  /// Numbers of the blobs of a structure's variables, and the rest of it.
  [[nodiscard]] HoldingSchema structure(std::uint32_t number) const;
  /// Gives its pages back until somebody looks again: they are no memory of this process then.
  void rest() const;

 private:
  [[nodiscard]] const segment::Header& header() const {
    return *reinterpret_cast<const segment::Header*>(start_);
  }
  [[nodiscard]] const segment::Blob& entry(std::uint32_t number) const;
  template <typename T>
  [[nodiscard]] std::span<const T> array(std::uint64_t offset, std::uint64_t count) const;
  [[nodiscard]] std::uint64_t offset_of(std::size_t index) const;

  void check_header() const;

  std::string memory_;  ///< empty when mapped
  const std::byte* start_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace gyre::coverage
