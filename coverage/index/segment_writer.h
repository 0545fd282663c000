#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/index/segment.h"

namespace gyre::coverage {

/// Collects records and writes them as one segment. Holds all of it in memory: shared parts once.
class SegmentWriter {
 public:
  void add(const std::string& path, const HoldingRecord& record);
  /// The holding is gone: hides records of it in older segments.
  void add_removed(const std::string& path);
  /// As if it had never been added.
  void forget(const std::string& path) { records_.erase(path); }
  /// A record of another segment, as it is.
  void add(const IndexSegment& from, const IndexSegment::View& view);

  [[nodiscard]] std::size_t records() const { return records_.size(); }
  /// Writes beside, fsyncs, renames, fsyncs the folder: `path` is whole or not there.
  /// @throws std::runtime_error saying what the disk said
  void write(const std::string& path) const;
  /// The same in memory.
  [[nodiscard]] std::string bytes() const;

 private:
  void write_to(const std::function<void(std::string_view)>& out) const;
  struct Blob {
    Fingerprint hash;
    std::string bytes;
    std::uint32_t holders = 0;
  };
  struct HashOfFingerprint {
    std::size_t operator()(const Fingerprint& one) const { return one.low; }
  };

  std::uint32_t blob(std::string bytes);
  std::uint32_t blob(const Fingerprint& hash, std::string_view bytes);
  std::uint32_t structure(const HoldingSchema& schema);
  std::uint32_t copied(const IndexSegment& from, std::uint32_t number);
  std::uint32_t copied_structure(const IndexSegment& from, std::uint32_t number);
  void put_record(segment::Record head, const std::vector<segment::Hash>& hashes,
                  const std::vector<segment::Part>& parts,
                  const std::vector<std::uint32_t>& attributes, std::string_view path);

  std::deque<Blob> blobs_;
  std::unordered_map<Fingerprint, std::uint32_t, HashOfFingerprint> numbers_;
  std::map<std::pair<const IndexSegment*, std::uint32_t>, std::uint32_t> copied_;
  std::map<std::string, std::string, std::less<>> records_;  ///< bytes by path
};

}  // namespace gyre::coverage
