#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "coverage/archive/archive.h"
#include "coverage/base/error.h"
#include "coverage/encode/encoder.h"
#include "coverage/source/source.h"
#include "coverage/subset/view.h"

namespace {

using namespace gyre::coverage;

struct Offer {
  std::shared_ptr<const Dataset> dataset;
  const Coverage* coverage;
};

std::vector<Offer> small_coverages(const Catalogue& catalogue) {
  std::vector<Offer> offers;
  for (const auto& dataset : catalogue.datasets()) {
    for (const Coverage& coverage : dataset->coverages) {
      const ResolvedQuery all = resolve(dataset, coverage, {}, {});
      if (all.cells() <= 1'000'000) offers.push_back({dataset, &coverage});
    }
  }
  return offers;
}

IndexBox whole(const View& view) {
  IndexBox box;
  for (const std::size_t cells : view.shape()) box.push_back({0, cells});
  return box;
}

/// Reads a coverage, writes it to a file, reads that: the stored values must be the same.
void read_write_read(const Offer& offer, const Encoder& encoder, const std::string& path) {
  const View view(resolve(offer.dataset, *offer.coverage, {}, {}));
  encoder.check(view);
  encoder.write_file(view, path, {"stress", "test", 0}, AbortToken());
  const std::shared_ptr<const Source> written = open_source(path);
  const HoldingSchema schema = written->describe();
  for (std::size_t k = 0; k < view.field_count(); ++k) {
    // A field of a group is written into the root, under a name without '/'.
    std::string name = view.field(k).name;
    std::replace(name.begin(), name.end(), '/', '_');
    const VariableSchema* variable = schema.find(name);
    if (variable == nullptr) throw std::runtime_error("no " + name + " in " + path);
    IndexBox box;
    for (const std::size_t extent : variable->shape) box.push_back({0, extent});
    const RawBlock before = view.read(k, whole(view), AbortToken());
    const RawBlock after = written->read(variable->name, box);
    if (before.bytes != after.bytes) {
      throw std::runtime_error("other values in " + path + " than in " + offer.dataset->path);
    }
  }
}

}  // namespace

/// FOLDER [SECONDS [THREADS [SEED]]]: that many threads read coverages of FOLDER, write them as
/// NetCDF and read what they wrote, all at once. Whatever the libraries below share shows here.
int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: " << argv[0] << " FOLDER [SECONDS [THREADS [SEED]]]\n";
    return 2;
  }
  const auto seconds = std::chrono::seconds(argc > 2 ? std::stol(argv[2]) : 60);
  const int threads = argc > 3 ? std::stoi(argv[3]) : 8;
  const std::uint64_t seed = argc > 4 ? std::stoull(argv[4]) : 1;
  const auto catalogue = build_catalogue({{argv[1]}, {}}, 1);
  const std::vector<Offer> offers = small_coverages(*catalogue);
  if (offers.empty()) {
    std::cerr << "nothing published in " << argv[1] << '\n';
    return 2;
  }
  const auto scratch = std::filesystem::temp_directory_path() /
                       ("gyre-stress-" + std::to_string(std::random_device()()));
  std::filesystem::create_directories(scratch);

  std::atomic<std::size_t> rounds = 0;
  std::mutex guard;
  std::vector<std::string> problems;
  const auto end = std::chrono::steady_clock::now() + seconds;
  const auto work = [&](int number) {
    std::mt19937_64 random(seed * 1000 + static_cast<std::uint64_t>(number));
    while (std::chrono::steady_clock::now() < end) {
      const Offer& offer = offers[random() % offers.size()];
      const Encoder* encoder =
          find_encoder(random() % 2 == 0 ? "application/netcdf" : "application/x-netcdf3");
      const std::string path = scratch / (std::to_string(number) + ".nc");
      try {
        read_write_read(offer, *encoder, path);
        ++rounds;
      } catch (const Error& error) {
        // The classic model has no 64-bit or unsigned integers; that refusal is right.
        if (error.kind() != ErrorKind::EncodingRefused) {
          const std::lock_guard lock(guard);
          problems.push_back(offer.dataset->id + ": " + error.what());
        }
      } catch (const std::exception& error) {
        const std::lock_guard lock(guard);
        problems.push_back(offer.dataset->id + ": " + error.what());
      }
      std::filesystem::remove(path);
    }
  };
  std::vector<std::thread> pool;
  for (int number = 0; number < threads; ++number) pool.emplace_back(work, number);
  for (std::thread& one : pool) one.join();
  std::filesystem::remove_all(scratch);

  for (std::size_t i = 0; i < problems.size() && i < 20; ++i) std::cerr << problems[i] << '\n';
  std::cout << offers.size() << " coverages, " << threads << " threads, " << rounds
            << " rounds of read, write, read; " << problems.size() << " problems; seed " << seed
            << '\n';
  return problems.empty() && rounds > 0 ? 0 : 1;
}
