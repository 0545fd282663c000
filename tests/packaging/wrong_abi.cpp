// A module that says it was built against other headers.
struct Plugin {
  const char* abi;
  const char* name;
  void* make;
};
extern "C" __attribute__((visibility("default"))) const Plugin* gyre_plugin() {
  static const Plugin plugin{"gyre-0.0.0 Other-1.0 0000000000000000", "wrong_abi", nullptr};
  return &plugin;
}
