#include "coverage/archive/folder_watch.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::TemporaryFolder;
using std::chrono::milliseconds;
using Paths = std::set<std::string>;

namespace {

void write(const std::string& path) { std::ofstream(path) << "x"; }

Paths changes(FolderWatch& watch) { return watch.wait(milliseconds(2000), milliseconds(20)).paths; }

Paths watched_anew(FolderWatch& watch, const Paths& folders) {
  Paths fresh;
  CHECK(watch.watch(folders, fresh));
  return fresh;
}

}  // namespace

TEST_CASE("files that come and go in watched folders are told", "[archive]") {
  const TemporaryFolder folder;
  FolderWatch watch;
  const std::string top = folder.path().string();
  CHECK(watched_anew(watch, {top}) == Paths{top});
  CHECK(watched_anew(watch, {top}).empty());
  write(folder / "a.nc");
  CHECK(changes(watch) == Paths{folder / "a.nc"});
  std::filesystem::remove(folder / "a.nc");
  CHECK(changes(watch) == Paths{folder / "a.nc"});
  watch.tell("http://host/a.zarr");
  CHECK(changes(watch) == Paths{"http://host/a.zarr"});
}

TEST_CASE("a folder that took the place of another is watched anew", "[archive]") {
  const TemporaryFolder folder;
  const std::string sub = folder / "sub";
  std::filesystem::create_directory(sub);
  FolderWatch watch;
  const Paths both{folder.path().string(), sub};
  CHECK(watched_anew(watch, both) == both);
  SECTION("made again") {
    std::filesystem::remove_all(sub);
    std::filesystem::create_directory(sub);
  }
  SECTION("moved away, and another one to its place") {
    std::filesystem::create_directory(folder / "new");
    std::filesystem::rename(sub, folder / "old");
    std::filesystem::rename(folder / "new", sub);
  }
  CHECK(changes(watch).contains(sub));
  CHECK(watched_anew(watch, both) == Paths{sub});
  write(sub + "/b.nc");
  CHECK(changes(watch).contains(sub + "/b.nc"));
}
