#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include "coverage/reader/opener.h"

/// How long it takes to look into every file of a folder: inspecting FOLDER [READERS, 0: in this
/// process].
int main(int argc, char** argv) {
  using namespace gyre::coverage;
  if (argc < 2) return std::fputs("usage: inspecting FOLDER [READERS]\n", stderr), 2;
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[1])) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  ReaderSettings settings;
  settings.processes = argc > 2 ? std::stoul(argv[2]) : 2;
  const std::size_t threads = std::max<std::size_t>(settings.processes, 1);
  std::shared_ptr<ReaderPool> pool;
  if (settings.processes > 0) pool = std::make_shared<ReaderPool>(settings);
  const auto opener = pool ? opener_by(pool) : opener_in_process();

  std::atomic<std::size_t> next = 0, refused = 0, bytes = 0;
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::thread> workers;
  for (std::size_t t = 0; t < threads; ++t) {
    workers.emplace_back([&] {
      for (std::size_t i = next++; i < files.size(); i = next++) {
        const HoldingRecord record = opener->inspect(files[i], {Priority::Bulk, {}});
        if (!record.refusal.empty()) ++refused;
        for (const auto& [name, block] : record.values) bytes += block.bytes.size();
      }
    });
  }
  for (std::thread& one : workers) one.join();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  pool.reset();
  const auto cpu_ms = [](int who) {
    rusage usage = {};
    ::getrusage(static_cast<__rusage_who_t>(who), &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
  };
  const auto count = static_cast<double>(std::max<std::size_t>(files.size(), 1));
  std::printf(
      "%zu files, %zu refused, %zu bytes kept: %.3f ms a file (processor: %.3f here, %.3f in "
      "readers)\n",
      files.size(), refused.load(), bytes.load(), took.count() / count, cpu_ms(RUSAGE_SELF) / count,
      cpu_ms(RUSAGE_CHILDREN) / count);
}
