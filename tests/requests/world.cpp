#include "tests/requests/world.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "coverage/archive/archive.h"
#include "coverage/base/clock.h"
#include "coverage/base/executor.h"
#include "services/host/configuration.h"
#include "services/host/dispatcher.h"
#include "services/host/module_loader.h"
#include "tests/requests/case_file.h"

namespace gyre::requests {
namespace {

namespace fs = std::filesystem;

/// A folder that goes when the runner does.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "gyre-requests-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch folder");
    path_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// 2024-02-01T00:00:00Z: when it is, and of when the files are, as their histories tell.
constexpr std::int64_t kNow = 1706745600000000;

void build_files(const fs::path& data, const fs::path& to) {
  for (const auto& entry : fs::directory_iterator(data)) {
    if (entry.path().extension() != ".cdl") continue;
    const fs::path file = to / entry.path().stem().replace_extension(".nc");
    const std::string command =
        fmt::format("ncgen -k nc4 -o '{}' '{}'", file.string(), entry.path().string());
    if (std::system(command.c_str()) != 0) {  // NOLINT(cert-env33-c): our own file names
      throw std::runtime_error(entry.path().string() + ": ncgen cannot build it");
    }
    const timespec when{kNow / 1'000'000, 0};
    const timespec times[] = {when, when};
    if (::utimensat(AT_FDCWD, file.c_str(), times, 0) != 0) {
      throw std::runtime_error(file.string() + ": its time cannot be set");
    }
  }
}

}  // namespace

struct World::State {
  Scratch scratch;
  coverage::FixedClock clock{kNow};
  host::OpenAccess access;
  coverage::Executor executor{2};
  std::shared_ptr<const host::Settings> settings;
  std::shared_ptr<const coverage::Catalogue> catalogue;
  std::unique_ptr<host::Dispatcher> dispatcher;
};

World::World(const std::string& data, const std::string& modules)
    : state_(std::make_unique<State>()) {
  const fs::path files = state_->scratch.path() / "data";
  const fs::path spool = state_->scratch.path() / "spool";
  fs::create_directories(files);
  fs::create_directories(spool);
  build_files(data, files);

  const fs::path settings_file = fs::path(data) / "gyre.yaml";
  host::Configuration configuration =
      host::parse_configuration(read_file(settings_file.string()), settings_file.string());
  coverage::ArchiveSettings archive;
  archive.roots = {files.string()};
  archive.datasets = configuration.datasets;
  state_->catalogue = coverage::build_catalogue(archive, 1);
  auto services = host::load_services({modules}, configuration.services);
  state_->settings = host::make_settings(std::move(configuration), spool.string());
  state_->dispatcher = std::make_unique<host::Dispatcher>(std::move(services), state_->clock,
                                                          state_->access, &state_->executor);
}

World::~World() = default;

http::Response World::answer(const http::Request& request) const {
  return state_->dispatcher->handle(request, state_->settings, state_->catalogue);
}

std::string bytes_of(const http::Response& response) {
  if (const auto* text = response.text()) return *text;
  if (const auto* file = std::get_if<std::shared_ptr<const http::SpoolFile>>(&response.body)) {
    return read_file((*file)->path());
  }
  class ToString final : public http::Sink {
   public:
    void write(std::string_view bytes) override { text_ += bytes; }
    std::string take() { return std::move(text_); }

   private:
    std::string text_;
  } sink;
  const auto* const sized = std::get_if<http::Sized>(&response.body);
  if (sized != nullptr) {
    sized->write(sink, {0, sized->size});
  } else {
    std::get<http::Streamed>(response.body)(sink);
  }
  std::string bytes = sink.take();
  if (sized != nullptr && sized->size != bytes.size()) {
    throw std::runtime_error("a body is not as long as it says");
  }
  return bytes;
}

}  // namespace gyre::requests
