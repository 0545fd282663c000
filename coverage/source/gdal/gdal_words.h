#pragma once

#include <string>

namespace gyre::coverage {

/// Keeps GDAL's words for the log instead of stderr, on this thread, as long as it lives.
class GdalWords {
 public:
  GdalWords();
  ~GdalWords();
  GdalWords(const GdalWords&) = delete;
  GdalWords& operator=(const GdalWords&) = delete;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace gyre::coverage
