#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "coverage/index/segment_format.h"

namespace gyre::coverage::segment {

/// Header::check of a segment's bytes behind its header, given in pieces.
class ContentCheck {
 public:
  ContentCheck();
  ~ContentCheck();
  ContentCheck(const ContentCheck&) = delete;
  ContentCheck& operator=(const ContentCheck&) = delete;
  void add(std::string_view bytes);
  [[nodiscard]] std::uint64_t value() const;

 private:
  void* state_;
};

/// Bytes of a record with its lists and its path. @pre they were found to lie within the segment
[[nodiscard]] std::size_t length_of(const Record& record);

/// Over all of them but `check`.
[[nodiscard]] std::uint32_t check_of(const Record& record);

}  // namespace gyre::coverage::segment
