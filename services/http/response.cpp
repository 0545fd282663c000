#include "services/http/response.h"

#include <cerrno>

#include <fmt/format.h>
#include <unistd.h>

#include "coverage/base/log.h"

namespace gyre::http {

SpoolFile::~SpoolFile() {
  // There is none when its writer gave up before the first byte.
  if (::unlink(path_.c_str()) != 0 && errno != ENOENT) {
    coverage::log(coverage::LogLevel::Warning, fmt::format("cannot remove {}", path_));
  }
}

}  // namespace gyre::http
