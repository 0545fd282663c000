#include "coverage/base/resident.h"

#include <fstream>
#include <map>
#include <mutex>

#include <sys/mman.h>
#include <unistd.h>

#include "coverage/base/heap.h"
#include "coverage/base/memory_budget.h"
#include "coverage/base/slab_pool.h"

namespace gyre::coverage {
namespace {

struct Mappings {
  std::mutex mutex;
  std::map<void*, std::size_t> bytes;
};

Mappings& mappings() {
  static auto* const all = new Mappings;  // outlives whoever unmaps last
  return *all;
}

void give_back_mappings() {
  Mappings& all = mappings();
  const std::lock_guard lock(all.mutex);
  for (const auto& [memory, bytes] : all.bytes) ::madvise(memory, bytes, MADV_DONTNEED);
}

}  // namespace

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  if (!(file >> all >> resident)) return 0;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

void note_mapping(void* memory, std::size_t bytes) {
  Mappings& all = mappings();
  const std::lock_guard lock(all.mutex);
  all.bytes[memory] = bytes;
}

void forget_mapping(void* memory) {
  Mappings& all = mappings();
  const std::lock_guard lock(all.mutex);
  all.bytes.erase(memory);
}

void give_back_unused() {
  SlabPool::instance().keep_idle(0);
  SlabPool::instance().keep_idle(memory_shares().idle);
  trim_heap();
}

void give_back_above(std::size_t bytes) {
  if (resident_bytes() <= bytes) return;
  give_back_mappings();  // they come again at less cost than fresh pages
  if (resident_bytes() <= bytes) return;
  give_back_unused();
}

}  // namespace gyre::coverage
