#include "coverage/reader/confine.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "coverage/base/log.h"
#include "coverage/source/describe_limits.h"

namespace gyre::coverage::reader {
namespace {

/// A limit that cannot be set is worth a line, and no reason not to read.
void limit(int which, const char* name, rlim_t most) {
  rlimit now = {};
  if (::getrlimit(static_cast<__rlimit_resource_t>(which), &now) != 0) return;
  const rlim_t hard = now.rlim_max == RLIM_INFINITY || now.rlim_max > most ? most : now.rlim_max;
  const rlimit wanted{hard, hard};
  if (::setrlimit(static_cast<__rlimit_resource_t>(which), &wanted) != 0) {
    log(LogLevel::Warning, fmt::format("a reader's {} cannot be set: {}", name, strerror(errno)));
  }
}

/// Root without the power to do anything but read what is there.
void drop_capabilities() {
  constexpr std::uint32_t kKept = 1U << CAP_DAC_READ_SEARCH;
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data{};
  if (::syscall(SYS_capget, &header, data.data()) != 0) return;
  const std::uint32_t kept = data[0].permitted & kKept;
  data = {};
  data[0].effective = kept;
  data[0].permitted = kept;
  ::syscall(SYS_capset, &header, data.data());
}

}  // namespace

std::uint64_t address_space() {
  // Kept open: it is asked after every request.
  static const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  std::array<char, 128> text{};
  const ssize_t got = ::pread(file, text.data(), text.size() - 1, 0);
  if (got <= 0) return 0;
  return std::strtoull(text.data(), nullptr, 10) *
         static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

bool confine(std::uint64_t memory_bytes, int parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) return false;  // it died before it could be heard
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_DUMPABLE, 0);
  drop_capabilities();
  limit(RLIMIT_CORE, "size of cores", 0);
  constexpr rlim_t kFiles = 512;
  limit(RLIMIT_NOFILE, "number of files", kFiles);
  // The memory that blocks are handed over in counts as a file.
  limit(RLIMIT_FSIZE, "size of files", DescribeLimits::kReadBytes);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they reserve terabytes
  const std::uint64_t own = address_space();
  limit(RLIMIT_DATA, "data", own + memory_bytes);
  limit(RLIMIT_AS, "address space", own + memory_bytes);
#else
  static_cast<void>(memory_bytes);
#endif
  return true;
}

}  // namespace gyre::coverage::reader
