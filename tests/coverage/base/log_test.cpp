#include "coverage/base/log.h"

#include <array>

#include <catch2/catch.hpp>
#include <unistd.h>

namespace gyre::coverage {
namespace {

/// What `body` writes to stderr.
template <class Body>
std::string stderr_of(const Body& body) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const int kept = ::dup(STDERR_FILENO);
  ::dup2(ends[1], STDERR_FILENO);
  ::close(ends[1]);
  body();
  ::dup2(kept, STDERR_FILENO);
  ::close(kept);
  std::string text(4096, '\0');
  const ssize_t size = ::read(ends[0], text.data(), text.size());
  ::close(ends[0]);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

}  // namespace

TEST_CASE("no message can forge a log line", "[base]") {
  const std::string text =
      stderr_of([] { log(LogLevel::Warning, "name\n2024 error all is lost\x1b[2J"); });
  CHECK(text.find("warning name\\x0a2024 error all is lost\\x1b[2J\n") != std::string::npos);
  CHECK(text.find('\n') == text.size() - 1);
}

TEST_CASE("lines below the level are dropped", "[base]") {
  const std::string text = stderr_of([] {
    log(LogLevel::Debug, "dropped");
    set_log_level(LogLevel::Error);
    log(LogLevel::Warning, "dropped too");
    set_log_level(LogLevel::Info);
  });
  CHECK(text.empty());
}

}  // namespace gyre::coverage
