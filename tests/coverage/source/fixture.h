#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"

namespace gyre::test {

/// A fresh folder, removed with all it holds.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gyre-test-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::filesystem::path path() const { return path_; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline void write_file(const std::string& path, const std::string& content) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

/// The bytes of numbers, as they lie in memory.
template <typename T>
std::string text_of(const std::vector<T>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T)};
}

/// Makes a NetCDF file of CDL text. `kind` as ncgen -k has it: nc3, nc6, nc5, nc4, nc7.
inline std::string ncgen(const TemporaryFolder& folder, const std::string& name,
                         const std::string& cdl, const std::string& kind = "nc4") {
  const std::string text = folder / (name + ".cdl"), file = folder / name;
  write_file(text, cdl);
  const std::string command = "ncgen -k " + kind + " -o '" + file + "' '" + text + "'";
  REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe)
  std::filesystem::remove(text);
  return file;
}

/// What an action is refused for; empty: it is not.
inline std::string refusal_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const gyre::coverage::Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace gyre::test
