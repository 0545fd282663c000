#include "services/host/catalogue_holder.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/source/source.h"
#include "services/http/text.h"

namespace gyre::host {
namespace {

namespace fs = std::filesystem;

/// A folder that goes with this object.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("gyre-test-" + http::random_hex());
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  /// A small dataset.
  void write(const std::string& name) const {
    std::ofstream(path / (name + ".cdl"))
        << "netcdf g { dimensions: lat = 2 ; lon = 3 ; variables: double lat(lat) ; lat:units = "
           "\"degrees_north\" ; double lon(lon) ; lon:units = \"degrees_east\" ; float v(lat, lon) "
           "; "
           "data: lat = 1, 2 ; lon = 1, 2, 3 ; v = 1 ; }";
    const std::string command = "ncgen -o '" + (path / (name + ".nc")).string() + "' '" +
                                (path / (name + ".cdl")).string() + "'";
    REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe)
    fs::remove(path / (name + ".cdl"));
  }
};

template <class Condition>
bool soon(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return condition();
}

}  // namespace

TEST_CASE("new data is served, generations count up, old catalogues stay alive", "[host]") {
  const Folder folder;
  folder.write("a");
  CatalogueHolder holder(coverage::parts_in_process(), {{folder.path.string()}, {}}, 3600, 100);
  const auto before = holder.current();
  CHECK(before->generation() == 100);
  CHECK(before->datasets().size() == 1);
  folder.write("b");
  REQUIRE(soon([&] { return holder.current()->datasets().size() == 2; }));
  CHECK(holder.current()->generation() > 100);
  CHECK(before->datasets().size() == 1);
}

TEST_CASE("files that come, go, move and change are seen without a look at everything", "[host]") {
  const Folder folder;
  folder.write("a");
  CatalogueHolder holder(coverage::parts_in_process(), {{folder.path.string()}, {}}, 3600, 1);
  const auto ids = [&] {
    std::string all;
    for (const auto& dataset : holder.current()->datasets()) all += dataset->id + " ";
    return all;
  };
  const auto become = [&](const std::string& wanted) {
    const bool became = soon([&] { return ids() == wanted; });
    CHECK(ids() == wanted);
    return became;
  };
  REQUIRE(become("a "));
  fs::create_directories(folder.path / "new/deep");
  fs::copy_file(folder.path / "a.nc", folder.path / "new/deep/b.nc");
  REQUIRE(become("a new.deep.b "));
  fs::rename(folder.path / "new", folder.path / "moved");
  REQUIRE(become("a moved.deep.b "));
  fs::copy_file(folder.path / "a.nc", folder.path / "moved/deep/c.nc");
  REQUIRE(become("a moved.deep.b moved.deep.c "));
  fs::remove_all(folder.path / "moved");
  REQUIRE(become("a "));
  fs::create_hard_link(folder.path / "a.nc", folder.path / "h.nc");
  REQUIRE(become("a h "));
  std::ofstream(folder.path / "h.nc", std::ios::trunc) << "nothing";
  REQUIRE(become("a "));  // though it was the same file: its other name is for the next look
  CHECK(holder.current()->not_served().size() == 1);
}

TEST_CASE("what a reader finds changed is looked at, though the kernel tells of nothing",
          "[host]") {
  const Folder folder, elsewhere;
  folder.write("a");
  folder.write("b");
  const bool one = GENERATE(false, true);
  const fs::path root = one ? folder.path / "a.nc" : folder.path;
  CatalogueHolder holder(coverage::parts_in_process(), {{root.string()}, {}}, 3600, 1);
  const auto reads = [&](const std::string& id) {
    const auto dataset = holder.current()->find_dataset(id);
    if (!dataset) return false;
    try {
      return dataset->source->read("v", {{0, 2}, {0, 3}}).cells() == 6;
    } catch (const coverage::Error&) {
      return false;
    }
  };
  REQUIRE(reads("a"));
  fs::create_hard_link(folder.path / "a.nc", elsewhere.path / "a.nc");
  fs::create_hard_link(folder.path / "b.nc", elsewhere.path / "b.nc");
  CHECK(soon([&] { return reads("a"); }));
  CHECK(holder.current()->datasets().size() == (one ? 1 : 2));
  CHECK((one || soon([&] { return reads("b"); })));
}

TEST_CASE("a single file as root stays, whatever happens beside it", "[host]") {
  const Folder folder;
  folder.write("a");
  CatalogueHolder holder(coverage::parts_in_process(), {{(folder.path / "a.nc").string()}, {}},
                         3600, 1);
  folder.write("b");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  CHECK(holder.current()->datasets().size() == 1);
  fs::remove(folder.path / "a.nc");
  REQUIRE(soon([&] { return holder.current()->datasets().empty(); }));
  fs::rename(folder.path / "b.nc", folder.path / "a.nc");
  REQUIRE(soon([&] { return holder.current()->datasets().size() == 1; }));
}

TEST_CASE("a reload serves other data at once", "[host]") {
  const Folder folder, other;
  folder.write("a");
  other.write("x");
  CatalogueHolder holder(coverage::parts_in_process(), {{folder.path.string()}, {}}, 3600, 1);
  holder.reload({{other.path.string()}, {}}, 3600);
  CHECK(holder.current()->find_dataset("x"));
  CHECK_FALSE(holder.current()->find_dataset("a"));
  other.write("y");
  REQUIRE(soon([&] { return holder.current()->datasets().size() == 2; }));
}

TEST_CASE("a start serves what the index knows, and then what there is", "[host]") {
  const Folder folder, state;
  folder.write("a");
  folder.write("b");
  const auto parts = [&] {
    return coverage::ArchiveParts{
        coverage::opener_in_process(),
        std::make_shared<coverage::HoldingIndex>((state.path / "index").string())};
  };
  { const CatalogueHolder holder(parts(), {{folder.path.string()}, {}}, 3600, 1); }
  fs::remove(folder.path / "b.nc");
  coverage::Archive archive({{folder.path.string()}, {}}, 5, parts());
  CHECK(archive.known()->datasets().size() == 2);
  CHECK(archive.scan()->datasets().size() == 1);
}

}  // namespace gyre::host
