#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

void run(const Bytes& input) { LLVMFuzzerTestOneInput(input.data(), input.size()); }

std::vector<Bytes> inputs_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Bytes> inputs;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

/// A kept input with a few bytes changed, cut, doubled, or joined with another one.
Bytes mutated(const std::vector<Bytes>& inputs, std::mt19937_64& random) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  Bytes bytes = inputs[below(inputs.size())];
  for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
    const std::size_t at = below(bytes.size() + 1);
    const auto here = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    const std::size_t count = std::min(below(16) + 1, bytes.size() - at);
    const Bytes part(here, here + static_cast<std::ptrdiff_t>(count));
    switch (below(5)) {
      case 0:
        bytes.insert(here, static_cast<std::uint8_t>(below(256)));
        break;
      case 1:
        bytes.erase(here, here + static_cast<std::ptrdiff_t>(count));
        break;
      case 2:
        bytes.insert(here, part.begin(), part.end());
        break;
      case 3:
        if (at < bytes.size()) bytes[at] = static_cast<std::uint8_t>(below(256));
        break;
      default: {
        const Bytes& other = inputs[below(inputs.size())];
        const std::size_t from = below(other.size() + 1);
        bytes.resize(at);
        bytes.insert(bytes.end(), other.begin() + static_cast<std::ptrdiff_t>(from), other.end());
      }
    }
  }
  return bytes;
}

}  // namespace

/// FOLDER [MUTATIONS [SEED]]: the kept inputs, then that many changed ones. Where libFuzzer is not
/// at hand this finds the shallow things; the input that ends the program is left in crash-input.
int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: " << argv[0] << " FOLDER [MUTATIONS [SEED]]\n";
    return 2;
  }
  const std::vector<Bytes> inputs = inputs_below(argv[1]);
  if (inputs.empty()) {
    std::cerr << "no inputs below " << argv[1] << '\n';
    return 2;
  }
  for (const Bytes& input : inputs) run(input);
  const std::size_t mutations = argc > 2 ? std::stoul(argv[2]) : 0;
  const std::size_t seed = argc > 3 ? std::stoul(argv[3]) : 1;
  std::mt19937_64 random(seed);
  for (std::size_t i = 0; i < mutations; ++i) {
    const Bytes input = mutated(inputs, random);
    try {
      run(input);
    } catch (...) {
      std::ofstream("crash-input", std::ios::binary)
          .write(reinterpret_cast<const char*>(input.data()),
                 static_cast<std::streamsize>(input.size()));
      std::cerr << "seed " << seed << ", mutation " << i << ": left in crash-input\n";
      throw;
    }
  }
  std::cout << inputs.size() << " inputs, " << mutations << " mutations, seed " << seed << '\n';
  return 0;
}
