#include "services/http/response.h"

#include <fmt/format.h>
#include <unistd.h>

#include "coverage/base/log.h"

namespace gyre::http {

SpoolFile::~SpoolFile() {
  if (::unlink(path_.c_str()) != 0) {
    coverage::log(coverage::LogLevel::Warning, fmt::format("cannot remove {}", path_));
  }
}

}  // namespace gyre::http
