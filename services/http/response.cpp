#include "services/http/response.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <unistd.h>

#include "coverage/base/log.h"
#include "services/http/text.h"

namespace gyre::http {

SpoolFile::~SpoolFile() {
  // There is none when its writer gave up before the first byte.
  if (::unlink(path_.c_str()) != 0 && errno != ENOENT) {
    coverage::log(coverage::LogLevel::Warning, fmt::format("cannot remove {}", path_));
  }
}

Response& Response::varies_by(std::string_view name) {
  for (auto& [header, value] : headers) {
    if (!same_word(header, "Vary")) continue;
    value += ", " + std::string(name);
    return *this;
  }
  return with_header("Vary", std::string(name));
}

const std::string* Response::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [&](const auto& one) { return same_word(one.first, name); });
  return found == headers.end() ? nullptr : &found->second;
}

const std::string* Response::text() const {
  if (const auto* const kept = std::get_if<Kept>(&body)) return &kept->document->text();
  return std::get_if<std::string>(&body);
}

}  // namespace gyre::http
