#include "services/host/lingering_files.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/coverage/source/fixture.h"

using namespace gyre;

TEST_CASE("finished files that others send stay for some seconds", "[host]") {
  const test::TemporaryFolder folder;
  const std::string path = folder / "answer.nc";
  test::write_file(path, "a");
  host::LingeringFiles files;
  const auto now = host::LingeringFiles::Clock::now();
  const auto keep = [&](std::uint64_t bytes) {
    return files.keep(std::make_shared<const http::SpoolFile>(path), bytes, now);
  };
  CHECK(keep(host::LingeringFiles::kMostBytes + 1));
  files.sweep(now + host::LingeringFiles::kWhile - std::chrono::seconds(1));
  CHECK(std::filesystem::exists(path));
  CHECK_FALSE(files.keep(nullptr, 1, now));  // enough
  files.sweep(now + host::LingeringFiles::kWhile);
  CHECK(files.keep(nullptr, 1, now));
  CHECK_FALSE(std::filesystem::exists(path));
}
