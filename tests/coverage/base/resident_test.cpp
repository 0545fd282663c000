#include "coverage/base/resident.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "coverage/base/slab_pool.h"

using namespace gyre::coverage;

namespace {

constexpr std::size_t kBytes = std::size_t{32} << 20;

std::size_t resident_pages(void* memory) {
  std::ifstream maps("/proc/self/smaps");
  char begin[32];
  std::snprintf(begin, sizeof(begin), "%zx-", reinterpret_cast<std::size_t>(memory));
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.starts_with(begin)) here = true;
    if (here && line.starts_with("Rss:")) return std::stoul(line.substr(4)) / 4;
  }
  return 0;
}

}  // namespace

TEST_CASE("pages of mappings are given back where too much is held", "[base]") {
  const auto path =
      std::filesystem::temp_directory_path() / ("gyre-test-resident-" + std::to_string(::getpid()));
  std::ofstream(path) << std::string(kBytes, 'x');
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(file >= 0);
  std::filesystem::remove(path);
  void* const memory = ::mmap(nullptr, kBytes, PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  REQUIRE(memory != MAP_FAILED);
  const char* const bytes = static_cast<const char*>(memory);
  const auto touch = [&] { return std::count(bytes, bytes + kBytes, 'x'); };
  note_mapping(memory, kBytes);
  CHECK(touch() == kBytes);
  CHECK(resident_pages(memory) == kBytes / 4096);
  CHECK(resident_bytes() > kBytes);
  give_back_above(std::size_t{1} << 50);  // it holds less
  CHECK(resident_pages(memory) == kBytes / 4096);
  give_back_above(1);
  CHECK(resident_pages(memory) == 0);
  CHECK(touch() == kBytes);
  forget_mapping(memory);
  give_back_above(1);
  CHECK(resident_pages(memory) == kBytes / 4096);
  ::munmap(memory, kBytes);
}

TEST_CASE("slabs that nobody uses are given back, and later ones kept again", "[base]") {
  SlabPool& pool = SlabPool::instance();
  constexpr std::size_t kSlab = std::size_t{1} << 20;
  const auto kept = [&] {
    pool.give(pool.take(kSlab), kSlab);
    return pool.figures().idle;
  };
  const std::uint64_t before = kept();
  give_back_unused();
  CHECK(pool.figures().idle == 0);
  CHECK((kept() > 0) == (before > 0));  // a sanitizer has none kept
}
