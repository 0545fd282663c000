#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// Files of this build that are run or opened only once they are wanted. They lie in gyre/ beside
/// libgyre, in the build tree as installed.
enum class BuildFile : std::uint8_t { Library, Reader, GdalModule };
inline constexpr std::array kBuildFiles{BuildFile::Library, BuildFile::Reader,
                                        BuildFile::GdalModule};

/// Where it lies, or did when this process began: for words.
[[nodiscard]] GYRE_API std::string build_file_path(BuildFile file);

/// Keeps all of them open from the first call on: an upgrade that replaces them on disk does not
/// come between a server that runs and the readers and modules of its own build.
/// @returns a descriptor; -1: it cannot be opened
[[nodiscard]] int build_file_descriptor(BuildFile file);

/// What dlopen() and exec are to be told: the kept file, else its path.
[[nodiscard]] std::string openable(BuildFile file);

/// A reader finds the files of the server that started it by these numbers.
constexpr int inherited_descriptor(BuildFile file) {
  constexpr int kFirst = 4;  // behind the three of every process and the socket of a reader
  return kFirst + static_cast<int>(file);
}
constexpr int kLastInherited = inherited_descriptor(BuildFile::GdalModule);

}  // namespace gyre::coverage
