#include "coverage/base/build_files.h"

#include <array>
#include <filesystem>

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace gyre::coverage {
namespace {

std::string descriptor_path(int descriptor) { return fmt::format("/proc/self/fd/{}", descriptor); }

std::string library_path() {
  Dl_info info = {};
  if (::dladdr(reinterpret_cast<const void*>(&build_file_path), &info) == 0) return "libgyre.so";
  return info.dli_fname;
}

/// In a reader the library is what the server had open.
bool is_inherited() {
  return library_path() == descriptor_path(inherited_descriptor(BuildFile::Library));
}

/// -1: the server did not have it.
int inherited(BuildFile file) {
  const int number = inherited_descriptor(file);
  return ::fcntl(number, F_GETFD) < 0 ? -1 : number;
}

/// Above the numbers that readers get them at: one may be another's target.
int open_above(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return file;
  const int moved = ::fcntl(file, F_DUPFD_CLOEXEC, kLastInherited + 1);
  ::close(file);
  return moved;
}

}  // namespace

std::string build_file_path(BuildFile file) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::string path = library_path();
  if (is_inherited()) path = fs::read_symlink(path, error).string();
  const fs::path library = fs::absolute(path, error);
  switch (file) {
    case BuildFile::Library:
      return library.string();
    case BuildFile::Reader:
      return (library.parent_path() / "gyre" / "gyre-reader").string();
    case BuildFile::GdalModule:
      break;
  }
  return (library.parent_path() / "gyre" / "gdal.so").string();
}

int build_file_descriptor(BuildFile file) {
  static const std::array<int, kBuildFiles.size()> kept = [] {
    std::array<int, kBuildFiles.size()> descriptors{};
    for (const BuildFile one : kBuildFiles) {
      descriptors[static_cast<std::size_t>(one)] =
          is_inherited() ? inherited(one) : open_above(build_file_path(one));
    }
    return descriptors;
  }();
  return kept[static_cast<std::size_t>(file)];
}

std::string openable(BuildFile file) {
  const int descriptor = build_file_descriptor(file);
  return descriptor < 0 ? build_file_path(file) : descriptor_path(descriptor);
}

}  // namespace gyre::coverage
