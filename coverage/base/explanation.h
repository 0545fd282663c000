#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <unordered_set>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// What a request would read, noted in place of reading it: while the current work has one, sources
/// hand out values that mean nothing, and nothing made of them is kept. Thread-safe.
class GYRE_API Explanation {
 public:
  /// A chunk, or another piece of a file that is read as one. Asked for again it is the same one.
  /// @param place tells it from other pieces of the file: where it begins
  /// @param stored,decoded bytes in the file, and in memory
  /// @param kept it is decoded already
  void add_chunk(const std::string& file, std::uint64_t place, std::uint64_t stored,
                 std::uint64_t decoded, bool kept);
  /// Bytes that tell where chunks lie, and are read each time: no chunk themselves.
  void add_index(const std::string& file, std::uint64_t place, std::uint64_t stored);
  /// Are chunks that are added from now on handed on as they are stored, and not decoded?
  void hand_on(bool handed_on);
  /// Chunks that this thread adds while one lives are decoded, whatever hand_on() said of the rest.
  class GYRE_API Decoding {
   public:
    explicit Decoding(bool decoding);
    ~Decoding();
    Decoding(const Decoding&) = delete;
    Decoding& operator=(const Decoding&) = delete;

   private:
    bool outer_;
  };
  /// One whose values are the fill: nothing is read.
  void add_never_written();
  /// The answer is kept from another request.
  void add_kept_answer();
  /// Values that the answer holds, as they are stored, bytes.
  void add_values(std::uint64_t bytes);

  struct Figures {
    std::size_t files = 0;            ///< that are opened
    std::size_t chunks = 0;           ///< that are touched, those never written left out
    std::size_t kept = 0;             ///< of them decoded already
    std::size_t handed_on = 0;        ///< of them read, but not decoded
    std::size_t never_written = 0;    ///< times one was met
    std::uint64_t stored_bytes = 0;   ///< of those that are read
    std::uint64_t decoded_bytes = 0;  ///< of those that are decoded
    std::uint64_t value_bytes = 0;    ///< in the answer; 0: it holds none, or is a picture
    bool kept_answer = false;
  };
  [[nodiscard]] Figures figures() const;

 private:
  /// Is the piece met for the first time? @pre the mutex is held
  bool is_new(const std::string& file, std::uint64_t place);

  mutable std::mutex mutex_;
  std::set<std::string, std::less<>> files_;
  std::unordered_set<std::string> seen_;
  Figures figures_;
  bool hand_on_ = false;
};

}  // namespace gyre::coverage
