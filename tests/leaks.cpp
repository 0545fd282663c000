// What LeakSanitizer may pass over, compiled into every test program that draws text.

// NOLINTNEXTLINE: the name is the sanitizer's.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions();

// fontconfig keeps the patterns of its configuration until the process ends.
const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }
