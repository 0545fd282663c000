#include "coverage/source/gdal/gdal_words.h"

#include <cpl_error.h>

namespace gyre::coverage {
namespace {

void keep_words(CPLErr severity, CPLErrorNum /*number*/, const char* words) noexcept {
  if (severity < CE_Failure) return;
  auto* const text = static_cast<std::string*>(CPLGetErrorHandlerUserData());
  constexpr std::size_t kEnough = 2000;
  try {
    if (text->size() < kEnough) *text += (text->empty() ? "" : "; ") + std::string(words);
  } catch (...) {  // out of memory: the words are lost, the error code is not
  }
}

}  // namespace

GdalWords::GdalWords() { CPLPushErrorHandlerEx(keep_words, &text_); }

GdalWords::~GdalWords() { CPLPopErrorHandler(); }

}  // namespace gyre::coverage
