#include "services/host/archive_set_up.h"

#include <chrono>

#include "coverage/reader/reader_pool.h"

namespace gyre::host {
namespace {

std::chrono::milliseconds milliseconds_of(double seconds) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::duration<double>(seconds));
}

}  // namespace

coverage::ArchiveSettings archive_settings(const Configuration& configuration) {
  coverage::ArchiveSettings settings{configuration.archive.roots, configuration.datasets};
  settings.grids = configuration.state_directory + "/grids";
  return settings;
}

coverage::ArchiveParts archive_parts(const Configuration& configuration,
                                     coverage::HoldingIndex::Access access) {
  coverage::ReaderSettings readers;
  readers.processes = configuration.readers.processes;
  readers.memory_bytes = std::uint64_t{configuration.readers.memory_mb} << 20;
  readers.inspect_limit = milliseconds_of(configuration.readers.inspect_s);
  readers.read_limit = milliseconds_of(configuration.readers.read_s);
  const auto pool = std::make_shared<coverage::ReaderPool>(readers);
  return {
      coverage::opener_by(pool),
      std::make_shared<coverage::HoldingIndex>(configuration.state_directory + "/index", access),
      pool};
}

coverage::ArchiveParts archive_parts_without_state() {
  return {coverage::opener_by(std::make_shared<coverage::ReaderPool>(coverage::ReaderSettings{})),
          std::make_shared<coverage::HoldingIndex>("")};
}

}  // namespace gyre::host
