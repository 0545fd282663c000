#include "services/host/file_change.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "tests/coverage/source/fixture.h"

using gyre::host::FileChange;
using gyre::test::TemporaryFolder;
using gyre::test::write_file;

TEST_CASE("a file's change is told once, when it rests", "[host]") {
  const TemporaryFolder folder;
  const std::string path = folder / "gyre.yaml";
  write_file(path, "a");
  FileChange change(path);
  CHECK_FALSE(change.happened());
  write_file(path, "ab");
  CHECK_FALSE(change.happened());  // it may be written to still
  CHECK(change.happened());
  CHECK_FALSE(change.happened());
  write_file(path, "abc");
  change.taken();
  CHECK_FALSE(change.happened());
  CHECK_FALSE(change.happened());
  std::filesystem::remove(path);
  CHECK_FALSE(change.happened());
  CHECK_FALSE(change.happened());
  write_file(path, "abcd");
  CHECK_FALSE(change.happened());
  CHECK(change.happened());
  FileChange none("");
  CHECK_FALSE(none.happened());
}
