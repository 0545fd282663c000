#pragma once

#include <cstddef>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// How the memory that this process may take is shared out, bytes. What is left is for the program
/// itself, its catalogue and what is being decoded.
struct MemoryShares {
  std::size_t whole;                                            ///< the budget
  std::size_t decoded_chunks, overviews, pixel_maps, pictures;  ///< caches
  std::size_t documents;                                        ///< the same, of each service
  std::size_t idle;                                             ///< slabs that nobody uses
  std::size_t working;   ///< what requests hold while they are answered
  std::size_t decoding;  ///< chunks between file and cache; of what is left
  std::size_t sending;   ///< values that wait for their clients to take them
};

/// Decides it for the whole process: before any cache is made, and once.
GYRE_API void set_memory_budget(std::size_t bytes);
/// Of 512 MB unless another budget was set.
[[nodiscard]] GYRE_API const MemoryShares& memory_shares();

/// What one request holds of the working memory, or what decoding one chunk takes, until the end of
/// its life. Not for several threads.
class GYRE_API MemoryClaim {
 public:
  enum class Of { Request, Decoding };
  explicit MemoryClaim(Of of = Of::Request) : of_(of) {}
  ~MemoryClaim();
  MemoryClaim(const MemoryClaim&) = delete;
  MemoryClaim& operator=(const MemoryClaim&) = delete;

  /// Makes it at least so many bytes. The first call waits, in turn, until they are free, or until
  /// nobody holds anything where they are more than all there is; small claims, and what is added
  /// to a claim, wait for nobody, so that none waits for itself. Interactive work has half of the
  /// working memory, bulk and extractions a quarter each: downloads make no picture wait, and
  /// large ones no others. Chunks that are decoded have memory of their own, since requests hold
  /// theirs while they wait for it.
  /// @throws Error{Aborted | DeadlineExceeded} as the current work's
  void raise(std::size_t bytes);
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  struct Figures {
    std::size_t bytes = 0, limit_bytes = 0, waiting = 0;
  };
  [[nodiscard]] static Figures figures();

 private:
  Of of_;
  std::size_t bytes_ = 0;
  std::size_t account_ = 0;  ///< known where it holds any
};

/// What one answer may hold of values while its client takes them, until the end of its life: much
/// where few are sent, less for each further one, so that all together stay within their share
/// however many clients read slowly. Nobody waits for one.
class GYRE_API SendingShare {
 public:
  /// At most `wanted` bytes; kLeast where too much is held already.
  explicit SendingShare(std::size_t wanted);
  ~SendingShare();
  SendingShare(const SendingShare&) = delete;
  SendingShare& operator=(const SendingShare&) = delete;

  static constexpr std::size_t kLeast = std::size_t{128} << 10;
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_;
};

}  // namespace gyre::coverage
