#include "services/host/serve.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "coverage/base/executor.h"
#include "coverage/base/heap.h"
#include "coverage/base/log.h"
#include "coverage/base/memory_budget.h"
#include "coverage/base/resident.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/http_client.h"
#include "services/host/addresses.h"
#include "services/host/archive_set_up.h"
#include "services/host/catalogue_holder.h"
#include "services/host/dispatcher.h"
#include "services/host/fastcgi_server.h"
#include "services/host/file_change.h"
#include "services/host/listen_socket.h"
#include "services/host/reload_refusal.h"
#include "services/host/remote_configuration.h"
#include "services/host/state_directory.h"
#include "services/host/surroundings.h"

namespace gyre::host {
namespace {

namespace fs = std::filesystem;
using coverage::log;
using coverage::LogLevel;

void set_log_level(const std::string& name) {
  if (name == "debug") coverage::set_log_level(LogLevel::Debug);
  if (name == "info") coverage::set_log_level(LogLevel::Info);
  if (name == "warning") coverage::set_log_level(LogLevel::Warning);
  if (name == "error") coverage::set_log_level(LogLevel::Error);
}

ListenSocket open_socket(const Configuration::Server& server) {
  if (!server.socket.empty()) return ListenSocket::on_path(server.socket);
  if (!server.listen.empty()) return ListenSocket::on_address(server.listen);
  throw std::runtime_error(
      "where should nginx find Gyre? Give --socket PATH or --listen HOST:PORT, or server.socket in "
      "the configuration");
}

/// Signals come to sigwait in the main thread; every other thread is born with them blocked.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

/// The settings in force; replaced whole when the configuration changes, and on SIGHUP.
class CurrentSettings {
 public:
  explicit CurrentSettings(std::shared_ptr<const Settings> settings)
      : settings_(std::move(settings)) {}
  [[nodiscard]] std::shared_ptr<const Settings> get() const {
    const std::lock_guard lock(mutex_);
    return settings_;
  }
  void set(std::shared_ptr<const Settings> settings) {
    const std::lock_guard lock(mutex_);
    settings_ = std::move(settings);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Settings> settings_;
};

/// What the catalogue does not tell of an archive.
void add_figures(const coverage::ArchiveParts& parts, const CatalogueHolder& catalogue,
                 coverage::ArchiveStatus& status) {
  status.changed_us = catalogue.changed_us();
  const coverage::IndexProgress progress = catalogue.progress();
  const coverage::HoldingIndex::Figures index = parts.index->figures();
  // What the disk says names folders: it is in the log.
  status.index = {index.holdings, progress.done, progress.total, index.bytes,
                  index.trouble.empty() ? "" : "it cannot be written; the log says why"};
  const coverage::DecodedChunks::Figures decoded = parts.opener->decoded();
  status.caches = {
      {"decoded chunks", decoded.bytes, decoded.limit_bytes, decoded.hits, decoded.misses}};
  const coverage::MemoryClaim::Figures working = coverage::MemoryClaim::figures();
  status.working = {{working.bytes, working.limit_bytes, working.waiting}};
  for (const coverage::remote::StoreFigures& one : coverage::remote::store_figures()) {
    const char* const state = one.left_alone                 ? "left alone: it fails"
                              : one.requests == 0            ? "not asked yet"
                              : one.failures == one.requests ? "it has not answered yet"
                                                             : "reachable";
    status.stores.push_back({one.name, state, one.requests, one.failures, one.bytes});
  }
  if (parts.readers) {
    const coverage::ReaderFigures figures = parts.readers->figures();
    status.readers = {figures.running, figures.started, figures.requests, figures.crashed,
                      figures.killed, figures.timed_out, figures.lied, figures.exhausted,
                      figures.replaced,
                      // What the system says names folders: it is in the log.
                      figures.trouble.empty() ? ""
                                              : "files cannot be opened, as no reader process "
                                                "starts: the log says why; install Gyre whole, and "
                                                "start it again"};
  }
}

/// Seconds since 1970, or later than what an earlier run began with, should the clock have been put
/// back: clients that kept what a generation says must not be told the same of another one.
std::uint64_t first_generation(const coverage::HoldingIndex& index) {
  const auto now = static_cast<std::uint64_t>(std::time(nullptr));
  try {
    if (index.catalogue() != nullptr) return index.catalogue()->next_generation(now);
  } catch (const std::runtime_error& error) {
    log(LogLevel::Warning, error.what());
  }
  return now;
}

/// Who comes while a file is being replaced gets the new one, a moment later, and no refusal.
http::Response answer(const Dispatcher& dispatcher, const http::Request& request,
                      const std::shared_ptr<const Settings>& settings,
                      const CatalogueHolder& catalogue) {
  constexpr std::chrono::seconds kPatience{2};
  const auto until = std::chrono::steady_clock::now() + kPatience;
  auto seen = catalogue.current();
  http::Response response = dispatcher.handle(request, settings, seen);
  while (response.outdated) {
    auto next = catalogue.after(seen, until);
    if (next == nullptr) break;
    seen = std::move(next);
    response = dispatcher.handle(request, settings, seen);
  }
  return response;
}

/// A configuration with a mistake, or data that cannot be read, leaves everything as it is.
void reload(const ServeOptions& options, CatalogueHolder& catalogue, CurrentSettings& settings,
            ReloadRefusal& refusal) {
  try {
    Configuration configuration = configuration_of(options);
    check_surroundings(configuration, options.program_folder);
    coverage::remote::configure(remote_settings(configuration, options.credentials));
    catalogue.reload(archive_settings(configuration), configuration.archive.rescan_s);
    set_log_level(configuration.log_level);
    settings.set(make_settings(std::move(configuration), settings.get()->spool_directory));
    refusal.set(std::nullopt);
    log(LogLevel::Info,
        "configuration reloaded (sockets, threads, services and state need a restart)");
  } catch (const std::exception& error) {
    refusal.set(refused_by(error.what(), options.config_file, coverage::SystemClock().now_us()));
    log(LogLevel::Error, fmt::format("not reloaded, all stays as it was: {}", error.what()));
  }
}

void wait_for_the_end(const sigset_t& signals, const ServeOptions& options,
                      CatalogueHolder& catalogue, CurrentSettings& settings, ReloadRefusal& refusal,
                      const FastCgiServer& server) {
  FileChange file(options.config_file);
  constexpr unsigned kBetweenTrims = 20;
  for (unsigned looks = 0;; ++looks) {
    constexpr timespec kBetweenLooks{0, 500'000'000};
    const int signal = sigtimedwait(&signals, nullptr, &kBetweenLooks);
    server.sweep();
    if (looks % kBetweenTrims == 0) coverage::trim_heap();
    coverage::give_back_above(coverage::memory_shares().whole);
    if (signal > 0 && signal != SIGHUP) return;
    if (signal == SIGHUP) {
      file.taken();
    } else if (!file.happened()) {
      continue;
    }
    reload(options, catalogue, settings, refusal);
  }
}

}  // namespace

Configuration configuration_of(const ServeOptions& options) {
  Configuration configuration;
  if (!options.config_file.empty()) configuration = load_configuration(options.config_file);
  auto& roots = configuration.archive.roots;
  roots.insert(roots.end(), options.data.begin(), options.data.end());
  if (!options.socket.empty() || !options.listen.empty()) {
    configuration.server.socket = options.socket;
    configuration.server.listen = options.listen;
  }
  if (options.threads) configuration.server.threads = *options.threads;
  if (!options.public_url.empty()) configuration.server.public_url = options.public_url;
  if (!options.log_level.empty()) configuration.log_level = options.log_level;
  if (!options.state.empty()) configuration.state_directory = options.state;
  if (configuration.state_directory.empty()) configuration.state_directory = options.default_state;
  auto& modules = configuration.module_paths;
  modules.insert(modules.end(), options.modules.begin(), options.modules.end());
  for (std::string& root : roots) {
    if (coverage::remote::is_address(root)) continue;
    // ".." of a link is what is above its target.
    const bool up = root.find("..") != std::string::npos;
    std::error_code error;
    const fs::path real = up ? fs::weakly_canonical(root, error) : fs::path();
    root = (real.empty() ? fs::absolute(root).lexically_normal() : real).string();
  }
  if (roots.empty()) {
    throw ConfigError("no data: give --data DIR, or archive.roots in the configuration");
  }
  check_whole(configuration, "gyre serve");  // the options too
  return configuration;
}

int serve(const ServeOptions& options) {
  coverage::bound_heap();
  const sigset_t signals = block_signals();
  if (options.die_with) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != *options.die_with) return 1;  // it ended before we said so
  }
  Configuration configuration = configuration_of(options);
  set_log_level(configuration.log_level);
  check_surroundings(configuration, options.program_folder);
  coverage::set_memory_budget(configuration.memory_mb << 20);
  const StateDirectory state(configuration.state_directory, configuration.archive.roots);
  coverage::remote::configure(remote_settings(configuration, options.credentials));
  coverage::Executor executor(configuration.executor_threads);
  const coverage::SystemClock clock;
  const OpenAccess access;
  ReloadRefusal refusal;
  const CatalogueHolder* holder = nullptr;  // made once there is something to serve it by
  const coverage::ArchiveParts parts = archive_parts(configuration);
  const Dispatcher dispatcher(
      load_services(module_folders(options.program_folder, configuration), configuration.services),
      clock, access, &executor, [&holder, &parts, &refusal](coverage::ArchiveStatus& status) {
        status.refused = refusal.get();
        if (holder != nullptr) add_figures(parts, *holder, status);
      });
  const ListenSocket socket = open_socket(configuration.server);

  CatalogueHolder catalogue(parts, archive_settings(configuration), configuration.archive.rescan_s,
                            first_generation(*parts.index));
  holder = &catalogue;
  const std::size_t threads = configuration.server.threads;
  CurrentSettings settings(make_settings(std::move(configuration), state.spool()));

  FastCgiServer server(
      socket.descriptor(), threads,
      {.handle =
           [&](const http::Request& request) {
             return answer(dispatcher, request, settings.get(), catalogue);
           },
       .body_limit = [&] { return settings.get()->configuration.limits.body_bytes; },
       .client_address =
           [&](const http::Request& request) {
             return address_of(request, settings.get()->configuration.server).client_address;
           }});
  log(LogLevel::Info, fmt::format("serving on {} with {} threads", socket.name(), threads));

  wait_for_the_end(signals, options, catalogue, settings, refusal, server);
  log(LogLevel::Info, "stopping");
  server.stop_accepting();
  socket.shut_down();
  constexpr double kDrain_s = 5, kBreakOff_s = 3;
  if (!server.drain(kDrain_s)) {
    log(LogLevel::Warning, "requests still ran and were broken off");
    server.break_off();
    static_cast<void>(server.drain(kBreakOff_s));  // so that clients are told that there is no more
    if (!settings.get()->configuration.server.socket.empty()) {
      ::unlink(settings.get()->configuration.server.socket.c_str());
    }
    std::_Exit(0);  // threads still use what the destructors below would take away
  }
  return 0;
}

}  // namespace gyre::host
