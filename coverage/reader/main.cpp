#include <cstdio>

#include <dlfcn.h>
#include <sys/prctl.h>

#include "coverage/base/build_files.h"

/// gyre-reader: opens files for gyre, and dies of them in its stead. All of it is in libgyre, and
/// in that which the server has open: another may lie in its place by now.
int main(int argc, char** argv) {
  using gyre::coverage::BuildFile;
  ::prctl(PR_SET_NAME, "gyre-reader");  // else it is named after a descriptor
  char inherited[32];
  std::snprintf(inherited, sizeof(inherited), "/proc/self/fd/%d",
                gyre::coverage::inherited_descriptor(BuildFile::Library));
  void* library = ::dlopen(inherited, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) library = ::dlopen("libgyre.so.0", RTLD_NOW | RTLD_LOCAL);
  using Main = int (*)(int, char**);
  const auto run =
      library == nullptr ? nullptr : reinterpret_cast<Main>(::dlsym(library, "gyre_reader_main"));
  if (run == nullptr) {
    std::fprintf(stderr, "gyre-reader: %s\n", ::dlerror());
    return 127;
  }
  return run(argc, argv);
}
