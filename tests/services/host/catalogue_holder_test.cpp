#include "services/host/catalogue_holder.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "services/http/text.h"

namespace gyre::host {
namespace {

namespace fs = std::filesystem;

/// A folder that goes with this object.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("gyre-test-" + http::random_hex());
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name) << text;
  }
};

/// One dataset a file.
std::shared_ptr<const coverage::Catalogue> list_files(const coverage::ArchiveSettings& settings,
                                                      std::uint64_t generation) {
  std::vector<std::shared_ptr<const coverage::Dataset>> datasets;
  for (const auto& entry : fs::directory_iterator(settings.roots.front())) {
    auto dataset = std::make_shared<coverage::Dataset>();
    dataset->id = entry.path().stem();
    if (dataset->id == "broken") throw std::runtime_error("cannot be read");
    datasets.push_back(dataset);
  }
  return std::make_shared<coverage::Catalogue>(std::move(datasets),
                                               std::vector<coverage::NotServed>{}, generation);
}

template <class Condition>
bool soon(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return condition();
}

}  // namespace

TEST_CASE("a fingerprint changes with names, sizes and times", "[host]") {
  const Folder folder;
  folder.write("a", "1");
  const std::vector<std::string> roots{folder.path.string()};
  const std::uint64_t first = fingerprint(roots);
  CHECK(fingerprint(roots) == first);
  folder.write("a", "12");
  const std::uint64_t second = fingerprint(roots);
  CHECK(second != first);
  fs::last_write_time(folder.path / "a", fs::file_time_type::clock::now() + std::chrono::hours(1));
  CHECK(fingerprint(roots) != second);
  fs::create_directory(folder.path / "below");
  const std::uint64_t third = fingerprint(roots);
  std::ofstream(folder.path / "below" / "b") << "1";
  CHECK(fingerprint(roots) != third);
}

TEST_CASE("new data is served, generations count up, old catalogues stay alive", "[host]") {
  const Folder folder;
  folder.write("a", "1");
  CatalogueHolder holder(list_files, {{folder.path.string()}, {}}, 0.02, 100);
  const auto before = holder.current();
  CHECK(before->generation() == 100);
  CHECK(before->datasets().size() == 1);
  folder.write("b", "1");
  REQUIRE(soon([&] { return holder.current()->datasets().size() == 2; }));
  CHECK(holder.current()->generation() > 100);
  CHECK(before->datasets().size() == 1);
}

TEST_CASE("when the catalogue cannot be built the old one stays", "[host]") {
  const Folder folder, other;
  folder.write("a", "1");
  other.write("x", "1");
  CatalogueHolder holder(list_files, {{folder.path.string()}, {}}, 0.02, 1);
  other.write("broken", "1");
  CHECK_THROWS(holder.reload({{other.path.string()}, {}}, 0.02));
  CHECK(holder.current()->find_dataset("a"));
  fs::remove(other.path / "broken");
  holder.reload({{other.path.string()}, {}}, 0.02);
  CHECK(holder.current()->find_dataset("x"));
  other.write("broken", "1");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(holder.current()->find_dataset("x"));
}

}  // namespace gyre::host
